"""bochiso: the index of Decision 766/QĐ-TTg, from figures to grades, ranks and reasons."""

__version__ = "0.1.0"
