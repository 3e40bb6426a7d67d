"""Who calls: people who sign in, the province's sign-on, systems' sessions."""
