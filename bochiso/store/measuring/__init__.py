"""What the facts of dossiers come to: indicators measured, lists of dossiers, live scores."""
