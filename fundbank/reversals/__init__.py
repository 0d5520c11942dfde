"""Answering a wrong posting of any kind with a counter-movement, under four eyes (domain.md §7)."""
