"""Dossiers pushed by provincial systems, and scores that changed told live."""
