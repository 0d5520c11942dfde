"""Nothing that somebody outside the forum's room can open depends on what an open meeting has decided, or a closed one recommended while a
decider's word is missing (domain.md §4, §11): databases that differ only in that give the same bytes, page by page, paper by paper; and
nobody is written to.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count, product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundbank.app import create_app
from fundbank.applications.rules.content import PlannedGain
from fundbank.awards import operations as awards
from fundbank.awards.models import Award
from fundbank.awards.rules import Terms
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.meetings.operations.approvals import give_words
from fundbank.meetings.operations.calendar import close_meeting, hold_meeting
from fundbank.meetings.operations.cancellations import cancel_in_meeting
from fundbank.meetings.operations.decisions import decide, set_consensus, take_back
from fundbank.meetings.operations.revisions import decide_consent, revise_case
from fundbank.meetings.operations.settlements import settle_shortfall
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.permissions import unsaid
from fundbank.meetings.rules.approvals import Word
from fundbank.outbox.models import Job, Mail
from fundbank.people.models import User
from fundbank.pools.criteria import CODES
from fundbank.pools.roles import Role
from fundbank.reports.models import Letter
from fundbank.reversals.operations import approve_reversal, register_reversal
from tests import builders
from tests.builders import a_user
from tests.databases import Databases
from tests.integration.scoring.forum import TODAY, Forum, decide_openly
from tests.lasting import lasting
from tests.web import WITHOUT_CATALOGUE, new_cookie


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("kind", "stage"), [("sqlite", "open"), ("postgresql", "open"), ("sqlite", "recommended")])
def test_no_answer_to_somebody_outside_depends_on_what_an_open_meeting_decided(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, kind: str, stage: str
) -> None:
    answers = []
    for decides in (False, True):
        monkeypatch.setattr(builders, "numbers", count(1))  # names are the same in all
        address = databases.make(kind)
        app = create_app(
            {"TESTING": True, "SECRET_KEY": "tests" * 8, "SQLALCHEMY_DATABASE_URI": address, "CLOCK": lambda: TODAY, **WITHOUT_CATALOGUE}
        )
        with app.app_context():
            people, ids = _town(decides, recommends=stage == "recommended")
            cookies = {person.name: new_cookie(app, person) for person in people}
            db.session.remove()
        answers.append(dict(_answers(app, cookies, ids)))
        with app.app_context():
            db.engine.dispose()
        databases.drop(address)
    without, found = answers
    assert sum(status == 200 for status, _body in without.values()) > 60, "much of it is there"
    assert [place for place in without if without[place] != found[place]] == []


def _town(decides: bool, *, recommends: bool) -> tuple[list[User], dict[str, list[int]]]:
    """Awards of before, one with a revised case; four applications before an open meeting, which has decided them or not; who is outside.

    Where it ``recommends`` it has been closed; another matter of it has no word of a decider's, whatever the others have.
    """
    forum = Forum(minimum_scores=1, funding_ore=2_000_000_00, forum_recommends=recommends)
    before, other, *matters = (forum.application(title, **_asked(forum)) for title in ("Før", "Andet", "Alfa", "Beta", "Gamma", "Delta"))
    for one in (before, other, *matters):
        forum.score(one, 3)
    meeting = forum.open_meeting(before, other, *matters)
    terms = Terms("realised", forum.pool.policy.repayment_share, 3, 2027, [forum.unit.id, forum.citizens.id], "forum_decides")
    loan: dict[str, Any] = {"outcome": "approve", "loan_ore": 300_000_00, "terms": terms}
    known = decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=before, **loan)
    agreed, lent, paid = _on_their_way(forum)
    assert known.award is not None
    less = before.content.replace(gains=before.content.gains[:-1])
    revise_case(actor=forum.leader, at=TODAY, award=known.award, content=less, reason="Mindre", meeting=meeting)
    if recommends:
        decide(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(other, "reject", "Nej."))
    heard = {model: len(db.session.scalars(select(model)).all()) for model in (Letter, Mail, Job)}
    rejected, returned = ({"outcome": outcome, "reason": "For dyrt."} for outcome in ("reject", "return"))
    for matter, decision in zip(matters if decides else (), (loan, rejected, {**loan, "loan_ore": 100_000_00}, returned), strict=False):
        said: dict[str, Any] = {"actor": forum.chair, "at": TODAY, "meeting": meeting}
        set_consensus(**said, application=matter, criterion=CODES[0], level=1, reason="Enige om 1")
        pending = decide(**said, wanted=Wanted(matter, **decision))
        if matter is matters[2]:
            take_back(actor=forum.chair, at=TODAY, pending=pending, reason="Alligevel ikke.")
    if decides:
        said = {"actor": forum.chair, "at": TODAY, "meeting": meeting, "reason": "Besluttet."}
        cancel_in_meeting(**said, award=agreed)
        settle_shortfall(**said, award=lent, action="write_off")
        for payment in agreed.disbursements:
            awards.pay_what_is_due(at=TODAY, disbursement_id=payment.id)
        decide_consent(actor=forum.chair, at=TODAY, meeting=meeting, award=known.award, outcome="granted", reason="I orden")
    if recommends:
        decider = forum.person("Dorte Direktør", Role.DECIDER)
        close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
        words = [Word(matter.key, False, "Ikke i år.") for matter in unsaid(meeting) if matter.application != other]
        assert not (words and give_words(actor=decider, at=TODAY, meeting=meeting, words=words))
    assert {model: len(db.session.scalars(select(model)).all()) for model in heard} == heard, "nobody is written to"
    _post_and_reverse(forum, paid)
    gaining = forum.person("Lis Leder", Role.LEADER, department=forum.citizens)
    runs = forum.person("Ada Administrator", Role.ADMINISTRATOR)
    nobody = a_user(forum.staff, "Ingen Rolle", language="en")
    ids = {
        "pool_id": [forum.pool.id], "application_id": [matters[0].id], "meeting_id": [meeting.id],
        "award_id": [*range(known.award.id, paid.id + 2)], "decision_id": [known.id, known.id + 1], "pending_id": [1], "transfer_id": [3],
        "number": [1], "user_id": [forum.chair.id], "department_id": [forum.citizens.id],
    }  # fmt: skip
    commit()
    return [forum.leader, gaining, runs, nobody], ids


def _on_their_way(forum: Forum) -> list[Award]:
    """An agreed award with a payment whose day has passed, a loan that is paid out, and an award that nobody speaks of in the meeting."""
    second, day_before, long_before = forum.person("Fie Finans", Role.FINANCE), TODAY - timedelta(days=1), TODAY - timedelta(days=3)
    made = []
    for title, asked in (("Aftalt", {"grant_ore": 50_000_00}), ("Lånt", {"loan_ore": 50_000_00}), ("Betalt", {"grant_ore": 50_000_00})):
        application = forum.application(title, **asked)
        forum.score(application, 3)
        terms = Terms("planned", forum.pool.policy.repayment_share, 3, 2027, [forum.unit.id], "forum_decides") if title == "Lånt" else None
        then = long_before if title == "Aftalt" else TODAY
        held = hold_meeting(actor=forum.coordinator, at=then, pool=forum.pool, applications=[application], present=[forum.chair])
        decided = decide_openly(
            actor=forum.chair, at=then, meeting=held, application=application, outcome="approve", terms=terms, **asked
        )  # fmt: skip
        assert decided.award is not None
        awards.accept_award(actor=forum.leader, at=then, award=decided.award)
        when = {"Aftalt": long_before, "Lånt": TODAY, "Betalt": day_before}[title]  # two wait for their day, which has come
        pay_on = (day_before if title == "Aftalt" else TODAY).date()
        payment = awards.register_disbursement(
            actor=forum.finance, at=when, award=decided.award, part="loan" if terms else "grant", amount_ore=50_000_00, pay_on=pay_on
        )  # fmt: skip
        awards.approve_disbursement(actor=second, at=when, disbursement=payment)
        made.append(decided.award)
    return made


def _post_and_reverse(forum: Forum, paid: Award) -> None:
    """Two postings after what the meeting has decided: their numbers differ by it, for who may see them."""
    (payment,) = paid.disbursements
    awards.pay_what_is_due(at=TODAY, disbursement_id=payment.id)
    assert payment.transfer is not None
    reversal = register_reversal(actor=forum.finance, at=TODAY, transfer=payment.transfer, reason="Forkert konto")
    second = db.session.scalars(select(User).where(User.name == "Fie Finans")).one()
    approve_reversal(actor=second, at=TODAY, reversal=reversal)


def _asked(forum: Forum) -> dict[str, Any]:
    gains = tuple(PlannedGain(year, unit.id, 100_000_00) for year in (1, 2, 3) for unit in (forum.unit, forum.citizens))
    return {"loan_ore": 300_000_00, "gains": gains}


def _answers(app: Flask, cookies: dict[str, str], ids: dict[str, list[int]]) -> Iterator[tuple[tuple[str, str], tuple[int, Any]]]:
    adapter = app.url_map.bind("localhost")
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.arguments <= ids.keys()]
    for rule in sorted(rules, key=lambda rule: rule.rule):
        for values in product(*(ids[name] for name in rule.arguments)):
            path = adapter.build(rule.endpoint, dict(zip(rule.arguments, values, strict=True)))
            for name, cookie in cookies.items():
                client = app.test_client()
                client.set_cookie("fundbank", cookie)
                answer = client.get(path)
                body = lasting(answer.mimetype, answer.data)
                yield (name, path), (answer.status_code, body)
