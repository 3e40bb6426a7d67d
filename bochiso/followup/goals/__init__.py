"""The way to a goal: what it asks, what can still be mended, the cheapest set that reaches it."""
