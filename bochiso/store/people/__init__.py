"""What people decide: ledger, accounts, sessions, settings, publications, audit log."""
