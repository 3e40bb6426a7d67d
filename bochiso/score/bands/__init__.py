"""How sure a rank is: what chance alone does to it, peers of like size, falls that few cases made."""
