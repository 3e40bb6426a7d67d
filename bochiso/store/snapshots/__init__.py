"""Snapshots of figures as asked for: a day, a period, what they come to, how they changed."""
