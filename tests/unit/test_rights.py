"""The table of rights (domain.md §11): what each role may, and what none may."""

import pytest

from fundbank.pools.rights import RIGHTS, Right, rights_of, roles_with
from fundbank.pools.roles import Role

CHANGES = {right for right in Right if not right.endswith(":read")}


def test_every_role_has_its_line_and_every_right_somebody() -> None:
    assert set(RIGHTS) == set(Role)
    assert rights_of(Role) == set(Right)
    assert roles_with(Right.POOL_READ) == set(Role)


@pytest.mark.parametrize(
    ("right", "roles"),
    [
        (Right.APPLICATION_WRITE, {Role.APPLICANT, Role.LEADER}),
        (Right.DEPARTMENT_LEAD, {Role.LEADER}),
        (Right.APPLICATION_SCREEN, {Role.ADVISER, Role.COORDINATOR}),
        (Right.APPLICATION_SCORE, {Role.MEMBER}),
        (Right.DECISION_JOIN, {Role.MEMBER, Role.CHAIR}),
        (Right.MEETING_CHAIR, {Role.CHAIR}),
        (Right.MEETING_PLAN, {Role.COORDINATOR}),
        (Right.MONEY_MOVE, {Role.FINANCE}),
        (Right.MONEY_FUND, {Role.FINANCE}),
        (Right.GAIN_VERIFY, {Role.FINANCE}),
        (Right.POLICY_CHANGE, {Role.ADMINISTRATOR}),
        (Right.ROLE_GIVE, {Role.ADMINISTRATOR}),
    ],
)
def test_who_may_change_what(right: Right, roles: set[Role]) -> None:
    assert roles_with(right) == roles


def test_an_auditor_reads_everything_and_changes_nothing() -> None:
    auditor = RIGHTS[Role.AUDITOR]
    assert not auditor & CHANGES
    # Who reads drafts reads what is submitted, and the own department's applications among them.
    assert {right for right in Right if right.endswith(":read")} - auditor == {Right.OWN_READ, Right.SUBMITTED_READ}


def test_no_decisions_and_no_money_for_an_administrator() -> None:
    assert RIGHTS[Role.ADMINISTRATOR] & CHANGES == {Right.POLICY_CHANGE, Right.ROLE_GIVE}


def test_rights_add_up() -> None:
    assert rights_of([Role.APPLICANT, Role.FINANCE]) == RIGHTS[Role.APPLICANT] | RIGHTS[Role.FINANCE]
    assert rights_of([]) == frozenset()
