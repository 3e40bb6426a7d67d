"""The day's work: what waits, tasks, alarms, messages."""
