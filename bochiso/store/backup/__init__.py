"""Backups: taken while serving, verified, restored elsewhere; and the whole check of a data folder."""
