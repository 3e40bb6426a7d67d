"""Who may: ledger, accounts, sessions, settings, the audit log."""
