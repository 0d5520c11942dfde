"""The ledger: chart of accounts, transfers, balances and the checks that recompute them (domain.md §7)."""
