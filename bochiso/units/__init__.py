"""Who is measured: provinces, departments, communes, from when to when, and what each became."""
