"""Claims on realised gains, repayments, and what a shortfall leads to (domain.md §8)."""
