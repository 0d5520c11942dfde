"""Applications to a pool: drafts, the leader's signature, frozen versions with their business case, and screening."""
