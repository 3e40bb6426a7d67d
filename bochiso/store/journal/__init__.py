"""The journal: what was sent, in the order of arrival, and what is read back from it."""
