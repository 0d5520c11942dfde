"""Playing a scenario: each event calls the operation that the pages call, with its own date as today."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from fundbank.applications.models import Application
from fundbank.applications.operations import (
    edit_application,
    screen_application,
    sign_application,
    start_application,
    submit_application,
    withdraw_application,
)
from fundbank.applications.rules.content import Content, Cost, GainArea, OwnFinancing, PlannedGain
from fundbank.awards import operations as awards
from fundbank.awards.models import Award
from fundbank.awards.queries import award_of
from fundbank.awards.rules import Terms
from fundbank.errors import InvalidAmount, Refusal, WrongState
from fundbank.gains.operations import report_gain, verify_gain
from fundbank.kit.clock import local_date, noon, now
from fundbank.kit.money import LIMIT_ORE, parse_plain
from fundbank.kit.transaction import attempt
from fundbank.ledger.models import Transfer
from fundbank.ledger.money_in import fund_pool, fund_pool_per_mille, return_funding
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations.calendar import hold_meeting
from fundbank.meetings.operations.decisions import decide, set_consensus
from fundbank.meetings.operations.follow_up import revise_case, settle_shortfall
from fundbank.people.models import Department, User
from fundbank.people.operations.departments import create_department, create_municipality
from fundbank.people.operations.persons import create_user
from fundbank.people.queries import municipality_by_name
from fundbank.pools.models import Pool
from fundbank.pools.operations import create_pool, give_role
from fundbank.pools.roles import Role
from fundbank.repayments.operations.claims import make_claim, post_repayment
from fundbank.repayments.operations.reversals import approve_reversal, check_reversal_pair, register_reversal
from fundbank.repayments.queries import line_of
from fundbank.scenarios.reader import Event, Scenario
from fundbank.scoring.operations import declare_interest, hand_in_score

NO_AMOUNT = -LIMIT_ORE
"""Stands for an amount that cannot be read: every operation refuses it, each in its own order of refusals."""


@dataclass
class World:
    """What a scenario has made so far, by the file's keys, in the file's order."""

    pool: Pool
    departments: dict[str, Department] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    transfers: dict[int, Transfer] = field(default_factory=dict)

    def application(self, key: str) -> Application:
        """The application of this key. Raises WrongState if its ``apply`` was refused or has not come yet."""
        if key not in self.applications:
            raise WrongState()
        return self.applications[key]

    def award(self, key: str) -> Award:
        """The award of this application. Raises WrongState if there is none."""
        found = award_of(self.application(key))
        if found is None:
            raise WrongState()
        return found

    def meeting(self, key: str) -> Meeting:
        """The meeting of this key. Raises WrongState if it was refused or has not come yet."""
        if key not in self.meetings:
            raise WrongState()
        return self.meetings[key]

    def department_key(self, department_id: int) -> str:
        """The file's key of a department."""
        return next(key for key, department in self.departments.items() if department.id == department_id)


@dataclass(frozen=True)
class Difference:
    """An event that did not do what the file says."""

    event: Event
    expected: str | None
    got: str | None

    def __str__(self) -> str:
        said = f"refused with {self.expected}" if self.expected else "to be done"
        did = f"was refused with {self.got}" if self.got else "was done"
        return f"event {self.event.number} ({self.event.on}, {self.event.do} by {self.event.by}): expected {said}, but it {did}"


@dataclass
class Played:
    """A played scenario: the world that it made, each refusal by event number, and where it left its file."""

    world: World
    refusals: list[tuple[int, str]] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


def play(scenario: Scenario, *, policy: str | None = None) -> Played:
    """Build the scenario's pool and play its events in order; ``policy`` names another preset ("what if").

    An event that is refused changes nothing. Raises Refusal if the pool itself cannot be made.
    """
    played = Played(build(scenario, policy=policy))
    for event in scenario.events:
        code = _play_event(played.world, event)
        if code is not None:
            played.refusals.append((event.number, code))
        if code != event.refused:
            played.differences.append(Difference(event, event.refused, code))
    return played


def build(scenario: Scenario, *, policy: str | None = None) -> World:
    """Make the municipality (if it is new), the pool, its departments and its people; nobody has a password yet."""
    at = noon(scenario.events[0].on if scenario.events else local_date(now()))
    name = scenario.pool.get("municipality") or scenario.pool["name"]
    municipality = municipality_by_name(name) or create_municipality(actor=None, at=at, name=name)
    pool = create_pool(
        actor=None,
        at=at,
        municipality=municipality,
        name=scenario.pool["name"],
        preset=policy or scenario.pool["policy"],
        overrides=scenario.pool.get("override"),
    )
    world = World(pool)
    for row in _parents_first(scenario.departments):
        parent = world.departments[row["parent"]] if "parent" in row else None
        world.departments[row["key"]] = create_department(actor=None, at=at, municipality=municipality, name=row["name"], parent=parent)
    for row in scenario.people:
        person = create_user(
            actor=None,
            at=at,
            municipality=municipality,
            department=world.departments[row["department"]],
            name=row["name"],
            email=None,
            is_administrator=Role.ADMINISTRATOR in row["roles"],
        )
        for role in dict.fromkeys(row["roles"]):
            give_role(actor=None, at=at, pool=pool, user=person, role=Role(role))
        world.people[row["key"]] = person
    return world


def _parents_first(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    by_key = {row["key"]: row for row in rows}

    def depth(row: dict[str, Any]) -> int:
        return 1 + depth(by_key[row["parent"]]) if "parent" in row else 0

    return sorted(rows, key=depth)


def _play_event(world: World, event: Event) -> str | None:
    """Do what the event says, wholly or not at all. Returns the code of the refusal, or None."""
    try:
        with attempt():
            ACTS[event.do](world, world.people[event.by], noon(event.on), event)
    except Refusal as refusal:
        return refusal.code
    return None


def _amount(text: str) -> int:
    try:
        return parse_plain(text)
    except InvalidAmount:
        return NO_AMOUNT


def _content_amount(text: str) -> int | None:
    amount = _amount(text)
    return None if amount == NO_AMOUNT else amount


def _content(world: World, values: Mapping[str, Any], content: Content) -> Content:
    """Lay an event's keys over what the application says already."""
    changes: dict[str, Any] = {
        name: values[name] for name in ("title", "summary", "kind", "frame", "it_consulted", "own_scores", "initiative") if name in values
    }
    if "request" in values:
        changes["loan_ore"] = _content_amount(values["request"].get("loan", "0.00"))
        changes["grant_ore"] = _content_amount(values["request"].get("grant", "0.00"))
    if "supports" in values:
        changes["supports"] = tuple(values["supports"])
    if "facts" in values:
        facts = values["facts"]
        changes["facts"] = tuple(facts if isinstance(facts, list) else (code for code, holds in facts.items() if holds))
    if "own_financing" in values:
        changes["own_financing"] = _own_financing(values["own_financing"])
    return content.replace(**changes, **_case(world, values))


def _case(world: World, values: Mapping[str, Any]) -> dict[str, Any]:
    """The costs, gains and gain areas among an event's keys."""
    case: dict[str, Any] = {}
    if "costs" in values:
        case["costs"] = tuple(
            Cost(row["year"], row["kind"], _content_amount(row["amount"]), row.get("text", "")) for row in values["costs"]
        )
    if "gains" in values:
        case["gains"] = tuple(
            PlannedGain(
                row["year"],
                world.departments[row["department"]].id,
                _content_amount(row["amount"]),
                row.get("cashable", True),
                row.get("text", ""),
            )
            for row in values["gains"]
        )
    if "gain_areas" in values:
        case["gain_areas"] = tuple(_gain_area(world, row) for row in values["gain_areas"])
    return case


def _gain_area(world: World, row: Mapping[str, Any]) -> GainArea:
    return GainArea(
        name=row["name"],
        department_id=world.departments[row["department"]].id,
        before=_minutes(row["before"]),
        after=_minutes(row["after"]),
        cases=row["cases"],
        affected=Decimal(row.get("affected", "1")),
        rate_ore=_content_amount(row["rate"]),
        phase_in=tuple(map(Decimal, row.get("phase_in") or ["1"])),
        years=row["years"],
        cashable=row.get("cashable", True),
    )


def _minutes(values: Sequence[int | float]) -> tuple[Decimal, Decimal, Decimal]:
    low, typical, high = (Decimal(str(value)) for value in values)
    return low, typical, high


def _own_financing(value: str | list[dict[str, Any]]) -> tuple[OwnFinancing, ...]:
    rows = [{"amount": value}] if isinstance(value, str) else value
    return tuple(OwnFinancing(row.get("text", ""), _content_amount(row["amount"]), row.get("year", 0)) for row in rows)


def _fund(world: World, by: User, at: datetime, event: Event) -> None:
    values = event.values
    if "amount" in values:
        transfer = fund_pool(actor=by, at=at, pool=world.pool, source=values["source"], amount_ore=_amount(values["amount"]))
    else:
        transfer = fund_pool_per_mille(
            actor=by,
            at=at,
            pool=world.pool,
            source=values["source"],
            service_expenditure_ore=_amount(values["service_expenditure"]),
        )
    world.transfers[event.number] = transfer


def _apply(world: World, by: User, at: datetime, event: Event) -> None:
    key, department = event.values["application"], world.departments[event.values["department"]]
    if key in world.applications:
        raise WrongState()
    content = _content(world, event.values, Content())
    world.applications[key] = start_application(actor=by, at=at, pool=world.pool, department=department, content=content)


def _edit(world: World, by: User, at: datetime, event: Event) -> None:
    application = world.application(event.values["application"])
    department = world.departments[event.values["department"]] if "department" in event.values else None
    content = _content(world, event.values, application.content)
    edit_application(actor=by, at=at, application=application, content=content, department=department)


def _sign(world: World, by: User, at: datetime, event: Event) -> None:
    sign_application(actor=by, at=at, application=world.application(event.values["application"]))


def _submit(world: World, by: User, at: datetime, event: Event) -> None:
    submit_application(actor=by, at=at, application=world.application(event.values["application"]))


def _screen(world: World, by: User, at: datetime, event: Event) -> None:
    values = event.values
    screen_application(
        actor=by,
        at=at,
        application=world.application(values["application"]),
        result=values["result"],
        reason=values.get("reason", ""),
        checks=values.get("checks"),
    )


def _declare_interest(world: World, by: User, at: datetime, event: Event) -> None:
    declare_interest(actor=by, at=at, application=world.application(event.values["application"]))


def _score(world: World, by: User, at: datetime, event: Event) -> None:
    values = event.values
    application = world.application(values["application"])
    hand_in_score(actor=by, at=at, application=application, levels=values["levels"], comment=values.get("comment", ""))


def _meeting(world: World, by: User, at: datetime, event: Event) -> None:
    key = event.values["meeting"]
    if key in world.meetings:
        raise WrongState()
    agenda = [world.application(name) for name in event.values["agenda"]]
    present = [world.people[name] for name in event.values["present"]]
    world.meetings[key] = hold_meeting(actor=by, at=at, pool=world.pool, applications=agenda, present=present)


def _consensus(world: World, by: User, at: datetime, event: Event) -> None:
    values = event.values
    set_consensus(
        actor=by,
        at=at,
        meeting=world.meeting(values["meeting"]),
        application=world.application(values["application"]),
        criterion=values["criterion"],
        level=values["level"],
        reason=values["reason"],
    )


def _decide(world: World, by: User, at: datetime, event: Event) -> None:
    values = event.values
    decide(
        actor=by,
        at=at,
        meeting=world.meeting(values["meeting"]),
        application=world.application(values["application"]),
        outcome=values["outcome"],
        reason=values.get("reason", ""),
        conditions=values.get("conditions", ""),
        loan_ore=_amount(values.get("loan", "0.00")),
        grant_ore=_amount(values.get("grant", "0.00")),
        terms=_terms(world, values["terms"]) if "terms" in values else None,
    )


def _terms(world: World, terms: Mapping[str, Any]) -> Terms:
    policy = world.pool.policy
    return Terms(
        basis=terms["basis"],
        share=Decimal(terms["share"]) if "share" in terms else policy.repayment_share,
        years=terms["years"],
        first_year=terms["first_year"],
        department_ids=[world.departments[key].id for key in terms["departments"]],
        shortfall=terms.get("shortfall", policy.shortfall),
    )


def _accept(world: World, by: User, at: datetime, event: Event) -> None:
    awards.accept_award(actor=by, at=at, award=world.award(event.values["application"]))


def _disburse(world: World, by: User, at: datetime, event: Event) -> None:
    values = event.values
    award, approver = world.award(values["application"]), world.people[values["approved_by"]]
    awards.check_pair(registrar=by, approver=approver, award=award)
    disbursement = awards.register_disbursement(actor=by, at=at, award=award, part=values["part"], amount_ore=_amount(values["amount"]))
    world.transfers[event.number] = awards.approve_disbursement(actor=approver, at=at, disbursement=disbursement)


def _report_gain(world: World, by: User, at: datetime, event: Event) -> None:
    values = event.values
    report_gain(
        actor=by,
        at=at,
        award=world.award(values["application"]),
        department=world.departments[values["department"]],
        year=values["year"],
        amount_ore=_amount(values["amount"]),
        cashable=values.get("cashable", True),
    )


def _verify_gain(world: World, by: User, at: datetime, event: Event) -> None:
    values = event.values
    department = world.departments[values["department"]]
    verify_gain(actor=by, at=at, award=world.award(values["application"]), department=department, year=values["year"])


def _claim(world: World, by: User, at: datetime, event: Event) -> None:
    make_claim(actor=by, at=at, award=world.award(event.values["application"]), year=event.values["year"])


def _repay(world: World, by: User, at: datetime, event: Event) -> None:
    values = event.values
    award = world.award(values["application"])
    awards.check_finance(by, award)
    line = line_of(award, world.departments[values["department"]].id, values["year"])
    if line is None:
        raise WrongState()
    repayment = post_repayment(actor=by, at=at, line=line, amount_ore=_amount(values["amount"]))
    world.transfers[event.number] = repayment.transfer


def _release(world: World, by: User, at: datetime, event: Event) -> None:
    award = world.award(event.values["application"])
    amount_ore = _amount(event.values["amount"])
    world.transfers[event.number] = awards.release_reservation(actor=by, at=at, award=award, amount_ore=amount_ore)


def _return_unspent(world: World, by: User, at: datetime, event: Event) -> None:
    values = event.values
    world.transfers[event.number] = awards.return_unspent(
        actor=by,
        at=at,
        award=world.award(values["application"]),
        part=values["part"],
        amount_ore=_amount(values["amount"]),
    )


def _return_funding(world: World, by: User, at: datetime, event: Event) -> None:
    amount_ore = _amount(event.values["amount"])
    return_funding(actor=by, at=at, pool=world.pool, source=event.values["source"], amount_ore=amount_ore)


def _reverse(world: World, by: User, at: datetime, event: Event) -> None:
    values = event.values
    approver = world.people[values["approved_by"]]
    check_reversal_pair(registrar=by, approver=approver, pool=world.pool)
    transfer = world.transfers.get(values["event"])
    if transfer is None:
        raise WrongState()
    reversal = register_reversal(actor=by, at=at, transfer=transfer, reason=values["reason"])
    approve_reversal(actor=approver, at=at, reversal=reversal)


def _revise(world: World, by: User, at: datetime, event: Event) -> None:
    values = event.values
    award = world.award(values["application"])
    content = award.application.content.replace(**{"gain_areas": (), **_case(world, values)})
    meeting = world.meeting(values["meeting"]) if "meeting" in values else None
    revise_case(actor=by, at=at, award=award, content=content, reason=values["reason"], meeting=meeting)


def _resolve(world: World, by: User, at: datetime, event: Event) -> None:
    values = event.values
    settle_shortfall(
        actor=by,
        at=at,
        meeting=world.meeting(values["meeting"]),
        award=world.award(values["application"]),
        action=values["action"],
        years=values.get("years"),
        reason=values.get("reason", ""),
    )


def _withdraw(world: World, by: User, at: datetime, event: Event) -> None:
    application = world.application(event.values["application"])
    withdraw_application(actor=by, at=at, application=application, reason=event.values.get("reason", ""))


def _close(world: World, by: User, at: datetime, event: Event) -> None:
    award = world.award(event.values["application"])
    awards.close_award(actor=by, at=at, award=award, report=event.values.get("report", ""))


ACTS: dict[str, Callable[[World, User, datetime, Event], None]] = {
    "fund": _fund,
    "apply": _apply,
    "edit": _edit,
    "sign": _sign,
    "submit": _submit,
    "screen": _screen,
    "declare_interest": _declare_interest,
    "score": _score,
    "meeting": _meeting,
    "consensus": _consensus,
    "decide": _decide,
    "accept": _accept,
    "disburse": _disburse,
    "report_gain": _report_gain,
    "verify_gain": _verify_gain,
    "claim": _claim,
    "repay": _repay,
    "release": _release,
    "return_unspent": _return_unspent,
    "return_funding": _return_funding,
    "reverse": _reverse,
    "revise": _revise,
    "resolve": _resolve,
    "withdraw": _withdraw,
    "close": _close,
}
