"""Claims on realised gains, repayments, reversals of wrong postings, and what a shortfall leads to (domain.md §8)."""
