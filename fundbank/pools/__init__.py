"""Pools, their versioned policies, and who has which role in which pool. No municipality's name stands in code."""
