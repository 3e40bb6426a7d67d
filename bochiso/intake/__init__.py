"""Figures coming in, one module a source: bytes in, typed rows or reasons out."""
