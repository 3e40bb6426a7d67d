"""The data folder: evidence as received, and facts that can be rebuilt from it."""
