"""What goes out: messages to a mail server, a local mailbox or a webhook; each is told what became of it."""
