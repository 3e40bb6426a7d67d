"""Dossiers, steps, procedures and petitions: sync messages and files of the same items."""
