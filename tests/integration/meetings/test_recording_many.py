"""However many items are recorded at once, what the rules look at is read once: questions do not grow with them, but for the writes."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from fundbank.applications.models import Application
from fundbank.awards.rules import Terms
from fundbank.extensions import db
from fundbank.meetings.operations.decisions import check_decisions, record_decisions
from fundbank.meetings.operations.proposals import put_proposal
from fundbank.meetings.operations.wanted import Wanted
from tests.integration.scoring.forum import TODAY, Forum
from tests.web import statements

FEW, MANY = 2, 9


@pytest.fixture
def recorded(app):
    """What is asked of the database when so many items are checked, or recorded, in a meeting with a proposal before it."""
    forum = Forum(funding_ore=10_000_000_00, minimum_present=1)
    items = [forum.scored(3, title=f"Nr. {number}", loan_ore=100_000_00) for number in range(FEW + MANY)]
    meeting = forum.open_meeting(*items)
    put_proposal(actor=forum.chair, at=TODAY, meeting=meeting, given={one.id: (0, 100_000_00) for one in items}, asked={})
    db.session.commit()

    def questions(operation, some, outcome="approve"):
        of = Terms("realised", Decimal("0.5"), 3, 2027, [items[0].department_id], "forum_decides") if outcome == "approve" else None
        loan_ore = 90_000_00 if outcome == "approve" else 0
        wanted = [Wanted(one, outcome, "Med en grund", loan_ore=loan_ore, terms=of) for one in some]
        db.session.scalars(select(Application)).all()  # as the page has them: the commit let go of them
        with statements() as run:
            operation(actor=forum.chair, at=TODAY, meeting=meeting, wanted=wanted)
        return [said for said in run if said.lstrip().upper().startswith("SELECT")]

    questions(check_decisions, items[:1])  # what the session knows from then on
    return questions, items


@pytest.mark.parametrize("outcome", ["approve", "reject"])
def test_checking_many_asks_no_more_than_checking_few(recorded, outcome):
    questions, items = recorded
    few, many = (questions(check_decisions, some, outcome) for some in (items[:FEW], items[FEW:]))
    assert len(many) == len(few), "\n".join(many)


@pytest.mark.parametrize(
    ("outcome", "each"), [("reject", {"scoring_pauses"}), ("approve", {"scoring_pauses", "accounts", "transfers", "lent_again"})]
)
def test_recording_many_asks_of_each_only_what_its_writes_need(recorded, outcome, each):
    questions, items = recorded
    few, many = (questions(record_decisions, some, outcome) for some in (items[:FEW], items[FEW:]))

    def asked(run):  # of the history each write locks the head it goes on from
        return [said for said in run if not any(f"FROM {table}" in said for table in ("chain_heads", *each))]

    assert len(asked(many)) == len(asked(few)), "\n".join(asked(many))
