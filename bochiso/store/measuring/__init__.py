"""What the facts of dossiers come to: indicators measured, live scores."""
