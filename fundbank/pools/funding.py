"""How money comes in per mille of service expenditure, shared with the treasury (domain.md §10)."""

from decimal import Decimal
from fractions import Fraction

from fundbank.kit.money import round_half_up

PER_MILLE = Decimal("2.5")
TO_POOL = Decimal("0.5")


def per_mille(service_expenditure_ore: int, rate: Decimal = PER_MILLE, to_pool: Decimal = TO_POOL) -> tuple[int, int]:
    """(pool, treasury) in øre: ``rate`` ‰ of the service expenditure, half up to the øre, of which the fraction
    ``to_pool`` goes to the pool; an øre that cannot be split goes to the pool (domain.md §10).
    """
    whole = round_half_up(Fraction(rate) * service_expenditure_ore / 1000)
    treasury = int(whole * (1 - Fraction(to_pool)))
    return whole - treasury, treasury
