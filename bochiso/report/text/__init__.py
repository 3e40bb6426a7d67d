"""What documents say: each part's sentences and tables, put together as one context."""
