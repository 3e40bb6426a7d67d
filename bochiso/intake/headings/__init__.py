"""Headings of tables: their words, their rows, and which column is meant."""
