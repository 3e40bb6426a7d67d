"""The server: dossiers pushed by provincial systems, and what changed told live."""
