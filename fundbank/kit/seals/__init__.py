"""Seals: each row that the program writes leaves a digest in a chain of its municipality, so that what is changed past it is found.

The ledger's transfers have a chain of their own. Everything else that is stored (a claim, a decision, a role, a line of the history) is
covered by this one, without a word from its table: ``cover`` names the few that are not, and why. A unit of work writes one seal as it is
committed (``kit.transaction``): the digests of the rows that it has added or changed, the names of those that it has deleted, the hash of
the seal before, and its own. ``checks`` reads the chain from its first seal and holds every row of the database against it.
"""
