"""Tables of the ledger that whoever follows work up adds to those of people."""
