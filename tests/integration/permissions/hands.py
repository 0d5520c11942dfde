"""Somebody who tries everything: each address of the program that takes a form, each thing, each answer that a form offers.

What is tried is found in the program itself: the addresses in its map, the things in its tables, the fields and the answers in its pages.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, product
from typing import Any

from flask import Flask
from sqlalchemy import select, true
from werkzeug.routing import Rule

from fundbank.applications.models import Application
from fundbank.applications.models.advice import AdviceRequest
from fundbank.applications.models.questions import Question
from fundbank.applications.rules.topics import TOPICS
from fundbank.awards.models import Award, Disbursement, FollowUp
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.ideas.models import Call, Idea
from fundbank.kit.clock import local_date
from fundbank.ledger.models import Movement, Transfer
from fundbank.meetings.models import Meeting, PendingDecision
from fundbank.people.models import Confirmation, Department, User
from fundbank.pools.models import Pool
from fundbank.repayments.models import ClaimLine, Refund
from fundbank.reversals.models import Reversal
from tests.sheets import Sheet, sheets
from tests.web import Client, Response, new_cookie

THINGS: Mapping[str, Any] = {
    "application_id": Application, "award_id": Award, "call_id": Call, "confirmation_id": Confirmation, "department_id": Department,
    "disbursement_id": Disbursement, "follow_up_id": FollowUp, "idea_id": Idea, "line_id": ClaimLine, "meeting_id": Meeting,
    "movement_id": Movement, "pending_id": PendingDecision, "pool_id": Pool, "question_id": Question, "refund_id": Refund,
    "report_id": GainReport, "request_id": AdviceRequest, "reversal_id": Reversal, "transfer_id": Transfer, "user_id": User,
}  # fmt: skip
"""What stands in an address; one that names something else (a letter's token, a mail) is nobody's way to money."""

WORDS: Mapping[str, tuple[str, ...]] = {"topic": tuple(topic.code for topic in TOPICS)}
"""What else does: the steps in which an application is written."""

TURN = (
    "/calls/<int:call_id>/withdraw",
    "/new",
    "/link",
    "/copy",
    "/recall",
    "/write/",
    "/recusal",
    "/readmission",
    "",
    "confirmations",
    "approval",
    "refusal",
    "/close",
    "signature",
)
"""Parts of addresses, in the order in which they are tried: who is kept out of an item is so before it is decided, and what is
written is so before it is signed; a pool has one open call, so that it is withdrawn before another is opened. What has none of them
comes after these.
"""

HALF = (
    "/accept",
    "/cancellation",
    "/take-back",
    "/recusal",
    "/interest",
    "/gains/<report_id>/return",
    "/applications/<application_id>/write/<topic>",
    "/applications/<application_id>/write/<topic>/typed",
    "/ideas/<idea_id>/apply",
)
"""What leaves nothing for another act: an offer that is accepted can't be declined, who has an interest scores and decides nothing, what is
typed and not saved is not sent to signature.
"""

_numbers = count(1)


@dataclass
class Try:
    """What was sent: which act, with which answers, and the word by which it can be found again; ``done`` if it was not refused."""

    act: str
    things: dict[str, Any]
    word: str
    done: bool


def _in_turn(rule: Rule) -> tuple[int, str]:
    """What makes something first, and what answers it last: whoever registers a thing may then try to approve it too."""
    return next((place for place, part in enumerate(TURN) if part and part in rule.rule), TURN.index("")), rule.rule


def _fit(things: Mapping[str, int]) -> bool:
    """Does the decision that is named belong to the meeting that is named, and the question to the application?"""
    if "question_id" in things:
        return db.session.get_one(Question, things["question_id"]).application_id == things["application_id"]
    if not {"meeting_id", "pending_id"} <= things.keys():
        return True
    return db.session.get_one(PendingDecision, things["pending_id"]).meeting_id == things["meeting_id"]


class Hands:
    """One person at the keyboard, who may sign in as ``person`` and sends whatever there is to send."""

    def __init__(self, app: Flask, client: Client, person: User, may: Collection[str]) -> None:
        """``may`` are the addresses that are not refused to a person of this role whatever they name (docs/permissions.md)."""
        self.app, self.client, self.person, self.may = app, client, person, may
        self.cookie, self.turn = new_cookie(app, person), 0
        self.did: Counter[tuple[str, str]] = Counter()
        self.today = local_date(app.config["CLOCK"]())

    def everything(self) -> Iterator[Try]:
        """Send every form of every address with every thing."""
        with self.app.test_request_context():
            adapter = self.app.create_url_adapter(None) or self.app.url_map.bind("localhost")
            every = list(self.app.url_map.iter_rules())
        pages = {rule.rule for rule in every if "GET" in (rule.methods or ())}
        rules = sorted((rule for rule in every if "POST" in (rule.methods or ())), key=_in_turn)
        for rule in rules:
            name = rule.rule.replace("int:", "")
            if rule.arguments <= THINGS.keys() | WORDS.keys() and name in self.may:
                for things in self._things(name, sorted(rule.arguments)):
                    yield from self._send(name, adapter.build(rule.endpoint, things), rule.rule in pages, things)

    def _things(self, name: str, arguments: list[str]) -> Iterator[dict[str, Any]]:
        """What the address may name; of what would leave nothing for another act, every second."""
        named, words = [one for one in arguments if one in THINGS], [one for one in arguments if one in WORDS]
        chosen = [ids for ids in product(*(self._ids(argument) for argument in named)) if _fit(dict(zip(named, ids, strict=True)))]
        for ids in chosen[::2] if name.endswith(HALF) else chosen:
            for said in product(*(WORDS[word] for word in words)):
                yield dict(zip((*named, *words), (*ids, *said), strict=True))

    def _ids(self, name: str) -> list[int]:
        """Every thing there is; of people and departments the own one, the first and the newest, since one is as good as another; the
        meetings that are not over, and what has not been decided; approvals before other decisions.
        """
        model = THINGS[name]
        asked = {"meeting_id": Meeting.held_on >= self.today, "application_id": Application.state != "awarded"}.get(name, true())
        before = [PendingDecision.outcome] if name == "pending_id" else []
        ids = list(db.session.scalars(select(model.id).where(asked).order_by(*before, model.id)))
        own = {"user_id": self.person.id, "department_id": self.person.department_id}.get(name)
        return ids if own is None else list(dict.fromkeys([own, ids[0], ids[-1]]))

    def _send(self, name: str, address: str, has_page: bool, things: dict[str, Any]) -> Iterator[Try]:
        """Each way to fill the form in, on a page opened anew: the one that got least done so far is the first."""
        self.turn += 1
        offered: list[Sheet] | None = self._sheets(address, has_page)
        ways = [said for sheet in offered or () for said, _data in sheet.filled("")]
        turned = ways[self.turn % len(ways) :] + ways[: self.turn % len(ways)] if ways else []
        for said in sorted(turned, key=lambda said: self.did[name, said]):
            word, page, offered = f"Ord{next(_numbers)}", offered or self._sheets(address, has_page), None
            data = next((data for sheet in page for way, data in sheet.filled(word) if way == said), None)
            if data is None:
                continue
            answer = self._submit(address, data)
            if answer.status_code == 200 and (shown := next(iter(sheets(answer)), None)) and shown.said.get("seen"):
                answer = self._submit(address, data | {"seen": shown.said["seen"]})
            is_asked = any(sheet.said.get("seen") for sheet in sheets(answer))
            is_done = answer.status_code == 303 or (answer.status_code == 200 and not is_asked)
            self.did[name, said] += is_done
            yield Try(f"{name} {said}".strip(), things, word, is_done)

    def _sheets(self, address: str, has_page: bool) -> list[Sheet]:
        """The forms of the page, or, where there is none, what somebody would send who writes requests by hand."""
        return (sheets(self._open(address)) if has_page else []) or [Sheet({"present": [self.person.id]}, empty=["reason"])]

    def _open(self, address: str) -> Response:
        self.client.set_cookie("fundbank", self.cookie)
        return self.client.get(address)

    def _submit(self, address: str, data: dict[str, Any]) -> Response:
        self.client.set_cookie("fundbank", self.cookie)
        return self.client.submit(address, data)
