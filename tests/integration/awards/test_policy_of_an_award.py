"""An award keeps the rules that it was decided under (domain.md §3)."""

from flask import Flask

from fundbank.awards.queries import award_of
from fundbank.kit.clock import local_date
from fundbank.overviews.queries.steps import award_steps
from fundbank.pools.operations import change_policy
from fundbank.scenarios import demo
from fundbank.scenarios.player import play
from fundbank.scenarios.reader import read
from tests.builders import AT
from tests.integration.awards.bank import a_bank


def test_new_rules_leave_an_award_alone(app: Flask) -> None:
    world = play(read(demo.story("herning"))).world
    award = award_of(next(iter(world.applications.values())))
    assert award is not None
    values = {**world.pool.policy.to_values(), "claim_due_days": 7, "knowledge_report": "required"}
    change_policy(actor=None, at=AT, pool=world.pool, values=values, reason="Strammere frister", based_on=1)
    assert (world.pool.policy.claim_due_days, world.pool.policy.knowledge_report) == (7, "required")
    assert (award.policy.claim_due_days, award.policy.knowledge_report) == (30, "asked")


def test_what_happens_next_follows_the_awards_own_rules(app: Flask) -> None:
    bank = a_bank()
    award = bank.award(grant=500_000)
    bank.pay_out(award, 500_000, part="grant")
    values = {**bank.pool.policy.to_values(), "knowledge_report": "required"}
    change_policy(actor=None, at=AT, pool=bank.pool, values=values, reason="Viden skal deles", based_on=1)
    assert bank.pool.policy.knowledge_report == "required"
    step = award_steps([award], local_date(award.decided_at), award.decided_by)[award.id]
    assert step.what == "The coordinator must close the award."
