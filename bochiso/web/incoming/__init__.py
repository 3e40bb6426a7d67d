"""The pages by which figures, lists and dossiers come in."""
