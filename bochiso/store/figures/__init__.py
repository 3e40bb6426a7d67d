"""Figures as received (evidence), as facts derived from it, and as snapshots asked for."""
