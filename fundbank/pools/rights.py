"""Who may do what in a pool: role → right, as one table that is read at a glance (domain.md §11).

A right is what a role may ever do. What a person may do with one thing depends on more: the own department, a conflict of interest,
four eyes, a state. That the permissions of each package ask, beside the right; none of them names a role.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache

from fundbank.pools.roles import Role


class Right(StrEnum):
    """What somebody in a pool may read or do."""

    POOL_READ = "pool:read"
    OWN_READ = "own:read"  # applications and awards that concern the own department and those below it
    SUBMITTED_READ = "submitted:read"  # every application, once it has been submitted
    DRAFTS_READ = "drafts:read"  # every application, also while it is being written
    AWARDS_READ = "awards:read"
    MEETINGS_READ = "meetings:read"
    LEDGER_READ = "ledger:read"
    RANKING_READ = "ranking:read"
    PEOPLE_READ = "people:read"  # what was done with the municipality's people and departments, and who came in

    APPLICATION_WRITE = "application:write"  # for the own department
    DEPARTMENT_LEAD = "department:lead"  # for the own department and those below it: write, sign, accept, report gains
    APPLICATION_SCREEN = "application:screen"
    APPLICATION_SCORE = "application:score"
    DECISION_JOIN = "decision:join"
    MEETING_ATTEND = "meeting:attend"
    MEETING_PLAN = "meeting:plan"
    MEETING_CHAIR = "meeting:chair"
    DECISION_APPROVE = "decision:approve"  # where the forum recommends
    AWARD_FOLLOW_UP = "award:follow_up"
    AWARD_CLOSE = "award:close"
    MONEY_FUND = "money:fund"
    MONEY_MOVE = "money:move"
    GAIN_VERIFY = "gain:verify"
    POLICY_CHANGE = "policy:change"
    ROLE_GIVE = "role:give"


def _may(rights: str) -> frozenset[Right]:
    return frozenset(Right(right) for right in rights.split())


# fmt: off
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.APPLICANT:     _may("pool:read  own:read"
                             "  application:write"),
    Role.LEADER:        _may("pool:read  own:read"
                             "  application:write  department:lead"),
    Role.ADVISER:       _may("pool:read  submitted:read  awards:read  meetings:read"
                             "  application:screen"),
    Role.MEMBER:        _may("pool:read  submitted:read  awards:read  meetings:read  ledger:read  ranking:read"
                             "  meeting:attend  decision:join  application:score"),
    Role.CHAIR:         _may("pool:read  submitted:read  awards:read  meetings:read  ledger:read  ranking:read"
                             "  meeting:attend  decision:join  meeting:chair  award:follow_up"),
    Role.DECIDER:       _may("pool:read  submitted:read  awards:read  meetings:read  ledger:read  ranking:read"
                             "  decision:approve"),
    Role.COORDINATOR:   _may("pool:read  submitted:read  awards:read  meetings:read  ledger:read  ranking:read"
                             "  meeting:attend  meeting:plan  application:screen  award:follow_up  award:close"),
    Role.FINANCE:       _may("pool:read  submitted:read  awards:read  meetings:read  ledger:read"
                             "  money:fund  money:move  gain:verify"),
    Role.AUDITOR:       _may("pool:read  drafts:read     awards:read  meetings:read  ledger:read  ranking:read  people:read"),
    Role.ADMINISTRATOR: _may("pool:read"
                             "  policy:change  role:give"),
}
# fmt: on


@cache
def roles_with(*rights: Right) -> frozenset[Role]:
    """The roles that have any of these rights."""
    return frozenset(role for role, held in RIGHTS.items() if not held.isdisjoint(rights))


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """What somebody with all of these roles may."""
    return frozenset(right for role in roles for right in RIGHTS[role])
