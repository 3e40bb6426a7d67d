"""The server: pages and open data for everyone, pages of officers, the calls of provincial systems."""
