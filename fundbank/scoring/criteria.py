"""The five criteria as scoring knows them; the pools' policies weigh the same ones (domain.md §5)."""

from fundbank.pools.criteria import CODES, CRITERIA, Criterion

__all__ = ["CODES", "CRITERIA", "Criterion"]
