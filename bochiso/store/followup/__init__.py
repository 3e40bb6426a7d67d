"""What is asked of people, kept in the ledger: targets, explanations, objections, apologies."""
