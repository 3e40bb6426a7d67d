"""Word documents: templates checked and filled, pictures, properties, PDF."""
