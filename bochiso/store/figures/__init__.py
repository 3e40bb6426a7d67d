"""Figures as received (evidence) and as facts derived from it."""
