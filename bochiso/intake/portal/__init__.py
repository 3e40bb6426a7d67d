"""The National Public Service Portal: requests, answers, and whether they hold together."""
