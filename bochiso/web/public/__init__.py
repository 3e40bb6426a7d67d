"""For everyone: API, open data, the static site, the cache of public pages."""
