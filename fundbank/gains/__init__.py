"""Realised gains: a department's measured gain of one year, reported by its leader and verified by finance (domain.md §8)."""
