"""The use cases: the one way by which commands, pages and the API change anything.

Each is a function that is told who acts (`By`) and writes its line of the audit log in the transaction
of the deed: both come about, or neither. Reading needs none of it.
"""
