"""The pages of officers and administrators."""
