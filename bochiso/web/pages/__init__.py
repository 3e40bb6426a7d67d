"""The pages: for each, what it shows (a pure question to the store) and its route."""
