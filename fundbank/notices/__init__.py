"""Which event tells whom, and in what words. Follows the history (kit.transaction) and fills the outbox; nobody waits for it.

A notice is written in the transaction of its event: none is missed, in whatever order transactions end. What was done before the program
wrote mail, and what a replay plays, is told to nobody.
"""
