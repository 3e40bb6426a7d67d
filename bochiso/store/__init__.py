"""What is kept: evidence and the facts rebuilt from it, the dossiers' journal, what people decide."""
