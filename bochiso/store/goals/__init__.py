"""Goals and rank bands by the figures that are kept."""
