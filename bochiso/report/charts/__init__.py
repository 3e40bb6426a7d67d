"""Charts: defined once, one theme, drawn in a process of their own."""
