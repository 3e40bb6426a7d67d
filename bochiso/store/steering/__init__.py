"""The day's work as it is kept: tasks, obstacles, alarms, contacts, messages."""
