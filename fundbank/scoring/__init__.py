"""Scores on the five criteria, conflicts of interest, consensus, and the ranking (domain.md §5)."""
