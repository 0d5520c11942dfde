"""Who may report a gain, and who may verify it (domain.md §8, §11)."""

from fundbank.applications.permissions import leads
from fundbank.awards.models import Award
from fundbank.awards.permissions import can_see_awards
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import holds
from fundbank.pools.rights import Right


def can_report_gain(person: User, award: Award, department: Department) -> bool:
    """The gain owner is a leader of the department that harvests, or of a unit above it; never the project leader."""
    return leads(person, award.application.pool, department)


def can_see_gains(person: User, pool: Pool) -> bool:
    """Those who see awards; each sees the gains of the awards that they see."""
    return can_see_awards(person, pool)


def can_verify_gain(person: User, award: Award) -> bool:
    """Finance verifies; that it is somebody else than the reporter is a rule of four eyes."""
    return holds(person, award.application.pool, Right.GAIN_VERIFY)
