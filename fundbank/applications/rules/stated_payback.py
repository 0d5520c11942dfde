"""The payback that a department states itself, held against the one that its figures give."""

from fundbank.applications.rules.business_case import payback_months
from fundbank.applications.rules.content import Content, StatedPayback
from fundbank.errors import N_

REASON_NEEDED = N_("You state a different payback from the one that your figures give: write why.")


def differs(stated: StatedPayback, computed: int | None) -> bool:
    """Is it another payback than the computed one, beyond what rounding explains?

    ``computed`` is in months and rounded up (None: never), so that a month less is the same moment rounded otherwise. Who states whole
    years means the nearest.
    """
    if computed is None:
        return True
    if stated.months is None:
        return abs(stated.in_months - computed) > 6
    return stated.in_months not in (computed - 1, computed)


def lacks_reason(content: Content) -> bool:
    """Does the department state another payback than all gains give, and not say why?"""
    stated = content.stated_payback
    return stated is not None and not stated.reason.strip() and differs(stated, payback_months(content))
