"""Dossiers pushed or imported: journal, projection into facts, measuring, live scores."""
