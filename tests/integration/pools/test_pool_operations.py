"""Making a pool, changing its policy in versions, giving and taking roles: what is written, and what is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fundbank.errors import AlreadyPosted, Incomplete, NotAllowed, StaleVersion, WrongState
from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.pools import operations, permissions, queries
from fundbank.pools.models import PolicyVersion, Pool
from fundbank.pools.policy import PolicyInvalid, UnknownPolicyKey
from fundbank.pools.rights import Right
from fundbank.pools.roles import Role
from tests.builders import AT, a_department, a_municipality, a_person_with, a_pool, a_user, an_administrator

pytestmark = pytest.mark.usefixtures("app")
LATER = AT + timedelta(days=1)


def events_of(pool: Pool) -> list[HistoryEntry]:
    found = select(HistoryEntry).where(HistoryEntry.subject_type == "pools", HistoryEntry.subject_id == pool.id)
    return list(db.session.scalars(found.order_by(HistoryEntry.id)))


def test_a_new_pool_has_version_1_of_its_presets_policy():
    administrator = an_administrator()
    pool = operations.create_pool(
        actor=administrator, at=AT, municipality=administrator.municipality, name=" Udviklingspuljen ", preset="herning"
    )
    db.session.expire_all()
    assert pool.name == "Udviklingspuljen"
    assert (pool.policy_version.number, pool.policy_version.made_by, pool.policy_version.made_at) == (1, administrator, AT)
    assert pool.policy.forum_name == "Styregruppen for Digital Forvaltning"
    assert set(pool.policy_version.origins.values()) == {"document", "default"}
    assert [(entry.event, entry.actor_id, entry.pool_id) for entry in events_of(pool)] == [("created", administrator.id, pool.id)]


def test_what_is_laid_over_the_preset_is_marked_as_changed():
    pool = a_pool(content_required=True, minimum_scores=1, repayment_share="0.5", weights={"efficiency": "1"})
    changed = {name for name, origin in pool.policy_version.origins.items() if origin == "changed"}
    assert changed == {"minimum_scores", "weights"}
    assert pool.policy.minimum_scores == 1


def test_a_pool_that_cannot_be_made():
    administrator = an_administrator()
    home, pool = administrator.municipality, a_pool()

    def create(**given):
        operations.create_pool(**{"actor": administrator, "at": AT, "municipality": home, "name": "P", "preset": "herning"} | given)

    for error, given in (
        (NotAllowed, {"municipality": pool.municipality}),
        (NotAllowed, {"actor": a_user(a_department(home))}),
        (Incomplete, {"name": "  "}),
        (Incomplete, {"name": "x" * 121}),
        (Incomplete, {"preset": "atlantis"}),
        (PolicyInvalid, {"overrides": {"repayment_share": "1.5"}}),
        (UnknownPolicyKey, {"overrides": {"interest": "0.1"}}),
        (AlreadyPosted, {"actor": None, "municipality": pool.municipality, "name": pool.name}),
    ):
        with pytest.raises(error):
            create(**given)
    assert queries.pools_of(home.id) == []


def test_a_change_makes_a_new_version_and_the_old_one_stays():
    pool = a_pool(content_required=True)
    administrator = an_administrator(a_department(pool.municipality))
    first = pool.policy_version
    version = operations.change_policy(
        actor=administrator, at=LATER, pool=pool, values={**first.values, "minimum_scores": 2, "discount_rate": "0.0350"},
        reason="Vi er kun fire i styregruppen.", based_on=1,
    )  # fmt: skip
    db.session.expire_all()
    assert pool.policy_version is version
    assert (version.number, version.reason, version.made_by, version.made_at, version.preset) == (
        2, "Vi er kun fire i styregruppen.", administrator, LATER, "herning",
    )  # fmt: skip
    assert pool.policy.minimum_scores == 2
    assert first.policy.minimum_scores == 3
    assert {name for name, origin in version.origins.items() if origin == "changed"} == {"minimum_scores"}
    assert [one.number for one in queries.policy_versions(pool)] == [2, 1]
    assert queries.policy_version(pool, 1) is first
    assert queries.policy_version(pool, 3) is None
    entry = events_of(pool)[-1]
    assert (entry.event, entry.reason) == ("policy_changed", "Vi er kun fire i styregruppen.")
    assert {"number": 2, "fields": ["minimum_scores"]}.items() <= entry.details.items()
    assert entry.details["values"] == version.values


def test_two_administrators_never_silently_overwrite_each_other():
    pool = a_pool()
    values = pool.policy_version.values
    change = {"actor": None, "at": LATER, "pool": pool, "reason": "Nye regler", "based_on": 1}
    operations.change_policy(values={**values, "minimum_scores": 2}, **change)
    with pytest.raises(StaleVersion):
        operations.change_policy(values={**values, "minimum_scores": 4}, **change)
    assert pool.policy.minimum_scores == 2


@pytest.mark.parametrize(
    ("error", "given"),
    [
        (PolicyInvalid, {"values": {"weights": {"quality": "0.9"}}}),
        (PolicyInvalid, {"values": {"offers_loans": False, "offers_grants": False, "mix_offered": False}}),
        (Incomplete, {"reason": " "}),
        (Incomplete, {"reason": "x" * 2001}),
        (Incomplete, {"values": {"repayment_share": "0.500"}}),
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(error, given):
    pool = a_pool()
    values = {**pool.policy_version.values, "minimum_scores": 2} if "reason" in given else pool.policy_version.values
    with pytest.raises(error):
        operations.change_policy(
            actor=None, at=LATER, pool=pool, reason=given.get("reason", "Nye regler"), based_on=1,
            values={**values, **given.get("values", {})},
        )  # fmt: skip
    assert db.session.query(PolicyVersion).count() == 1


def test_only_administrators_change_the_policy():
    pool = a_pool()
    values = {**pool.policy_version.values, "minimum_scores": 2}
    others = [a_person_with(pool, role) for role in Role if role is not Role.ADMINISTRATOR]
    for person in (*others, an_administrator()):
        assert not permissions.can_change_policy(person, pool)
        with pytest.raises(NotAllowed):
            operations.change_policy(actor=person, at=LATER, pool=pool, values=values, reason="Nye regler", based_on=1)
    operations.change_policy(
        actor=a_person_with(pool, Role.ADMINISTRATOR), at=LATER, pool=pool, values=values, reason="Nye regler", based_on=1
    )


def test_a_role_is_given_once_and_taken_once():
    pool = a_pool()
    administrator = an_administrator(a_department(pool.municipality))
    person = a_user(a_department(pool.municipality))
    given = {"actor": administrator, "at": AT, "pool": pool, "user": person, "role": Role.MEMBER}
    assert not permissions.holds(person, pool, Right.APPLICATION_SCORE)
    operations.give_role(**given)
    assert permissions.holds(person, pool, Right.APPLICATION_SCORE, Right.MEETING_CHAIR)
    assert not permissions.holds(person, pool, Right.MEETING_CHAIR)
    with pytest.raises(AlreadyPosted):
        operations.give_role(**given)
    operations.take_role(**given)
    assert not permissions.holds(person, pool, Right.APPLICATION_SCORE)
    with pytest.raises(WrongState):
        operations.take_role(**given)
    assert [(entry.event, entry.details) for entry in events_of(pool)[1:]] == [
        ("role_given", {"user_id": person.id, "role": "member"}),
        ("role_taken", {"user_id": person.id, "role": "member"}),
    ]


def test_roles_do_not_cross_between_municipalities():
    pool, stranger = a_pool(), an_administrator()
    with pytest.raises(NotAllowed):
        operations.give_role(actor=None, at=AT, pool=pool, user=stranger, role=Role.AUDITOR)
    member = a_person_with(pool, Role.MEMBER)
    for refused in (operations.give_role, operations.take_role):
        with pytest.raises(NotAllowed):
            refused(actor=stranger, at=AT, pool=pool, user=member, role=Role.MEMBER)
    assert not permissions.can_see_pool(stranger, pool)


def test_a_closed_account_has_no_roles():
    pool = a_pool()
    member = a_person_with(pool, Role.MEMBER)
    assert permissions.can_see_pool(member, pool)
    member.is_active = False
    assert not permissions.can_see_pool(member, pool)
    assert queries.people_in(pool, Role.MEMBER) == []


def test_who_is_who_in_the_pool():
    pool, other = a_pool(), a_pool()
    bo = a_person_with(pool, Role.MEMBER, name="Bo")
    anna = a_person_with(pool, Role.CHAIR, Role.MEMBER, name="Anna")
    a_person_with(other, Role.MEMBER)
    assert queries.people_in(pool, Role.MEMBER) == [anna, bo]
    assert queries.people_in(pool, Role.CHAIR, Role.FINANCE) == [anna]
    assert queries.role_list(pool) == [(anna, [Role.MEMBER, Role.CHAIR]), (bo, [Role.MEMBER])]
    assert queries.roles_of(anna) == {pool.id: {Role.MEMBER, Role.CHAIR}}
    assert queries.pools_with(anna) == [pool]


def test_which_pools_a_person_sees():
    home = a_municipality()
    first, second, elsewhere = a_pool(home), a_pool(home), a_pool()
    assert permissions.visible_pools(an_administrator(a_department(home))) == [first, second]
    assert permissions.visible_pools(a_person_with(second, Role.APPLICANT)) == [second]
    nobody = a_user(a_department(home))
    assert permissions.visible_pools(nobody) == []
    assert not permissions.can_see_pools(nobody)
    assert queries.pool(first.id, municipality_id=home.id) is first
    assert queries.pool(elsewhere.id, municipality_id=home.id) is None


def test_a_page_full_of_permission_checks_asks_for_the_roles_once(query_counter):
    pool, other = a_pool(), a_pool()
    person = a_person_with(pool, Role.MEMBER)
    db.session.commit()
    with query_counter() as asked:
        for _ in range(20):
            assert permissions.holds(person, pool, Right.APPLICATION_SCORE)
            assert not permissions.holds(person, other, Right.APPLICATION_SCORE)
    assert sum("pool_roles" in statement for statement in asked) == 1


def test_a_role_that_was_undone_is_not_remembered():
    pool = a_pool()
    person = a_user(a_department(pool.municipality))
    savepoint = db.session.begin_nested()
    operations.give_role(actor=None, at=AT, pool=pool, user=person, role=Role.FINANCE)
    assert permissions.holds(person, pool, Right.MONEY_MOVE)
    savepoint.rollback()
    assert not permissions.holds(person, pool, Right.MONEY_MOVE)


def test_a_role_taken_by_somebody_else_ends_with_the_transaction():
    pool = a_pool()
    person = a_person_with(pool, Role.FINANCE)
    db.session.commit()
    assert permissions.holds(person, pool, Right.MONEY_MOVE)
    db.session.commit()  # the request is over; meanwhile another process takes the role
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM pool_roles")
    assert not permissions.holds(person, pool, Right.MONEY_MOVE)
