"""What a scenario file may hold, as models: its tables, and what each kind of event says beside who does it and when (scenario.md).

A sentence completes "…: must be an amount as text". An amount that cannot be read is no fault of the file: the event is played, and
refused with ``invalid_amount`` in its place among the refusals.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeGuard, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo, create_model

from fundbank.applications.rules.words import COST_KINDS, INITIATIVES, RESULTS
from fundbank.awards.rules import BASES, SHORTFALLS
from fundbank.awards.words import PARTS
from fundbank.errors import Code, InvalidAmount
from fundbank.kit.money import LIMIT_ORE, parse_plain
from fundbank.kit.schema import Model, exact, one_of, says, wrong
from fundbank.meetings.states import Action, Outcome
from fundbank.pools.criteria import CODES
from fundbank.pools.policy import PROJECT_KINDS, SCREENING_CHECKS
from fundbank.pools.roles import Role

NAME_LENGTH = 120
WHOLE_LIMIT = 2**31 - 1
FIRST_YEAR, LAST_YEAR = 1900, 2999  # a claim of the year 9999 would be due after the calendar ends
FINEST = -30  # digits after the point of a number of minutes; more would be no measure, only work

NO_AMOUNT = -LIMIT_ORE
"""Stands for an amount that cannot be read: every operation refuses it, each in its own order of refusals."""

_NO_NUL = StringConstraints(pattern=r"^[^\x00]*$")


def choice(*words: str) -> BeforeValidator:
    """One of a few words."""
    return one_of(words, f"must be one of {', '.join(words)}")


def known(thing: str) -> AfterValidator:
    """The key of something that the file makes elsewhere: a department, person, application or meeting."""

    def read(key: str, info: ValidationInfo) -> str:
        if key not in (info.context or {})[thing]:
            raise wrong(f"there is no {thing} with the key {key!r}")
        return key

    return AfterValidator(read)


def _named(value: str) -> str:
    if not 0 < len(value.strip()) <= NAME_LENGTH:
        raise wrong("")
    return value


def _not_empty(value: str) -> str:
    if not value.strip():
        raise wrong("")
    return value


def _amount(value: Any) -> int:
    if not isinstance(value, str) or "\0" in value:
        raise wrong("")
    try:
        return parse_plain(value)
    except InvalidAmount:
        return NO_AMOUNT


def _text_only(value: Any) -> Decimal | None:
    return exact(value) if isinstance(value, str) else None


def _minutes(value: Any) -> Any:
    if not isinstance(value, list) or not all(isinstance(one, int | Decimal) and not isinstance(one, bool) for one in value):
        raise wrong("")
    read = tuple(Decimal(one) for one in value)
    if not all(one.is_finite() and abs(one) <= WHOLE_LIMIT and int(one.as_tuple().exponent) >= FINEST for one in read):
        raise wrong("")
    return read


def is_day(value: Any) -> TypeGuard[date]:
    """Is it a date, without a time of day, in a year that can be reckoned with?"""
    return isinstance(value, date) and not isinstance(value, datetime) and FIRST_YEAR <= value.year <= LAST_YEAR


def _day(value: Any) -> date:
    if not is_day(value):
        raise wrong("")
    return value


def _facts(value: Any) -> Any:
    """A list of facts, or a table of facts that are true or false."""
    if isinstance(value, dict) and all(isinstance(holds, bool) for holds in value.values()):
        return tuple(fact for fact, holds in value.items() if holds)
    return tuple(value) if isinstance(value, list) else value


def _rows(value: Any) -> Any:
    if isinstance(value, str) and "\0" not in value:
        return ({"amount": value},)
    if isinstance(value, dict):
        return (value,)
    if not isinstance(value, list):
        raise wrong('must be an amount as text, a table such as { amount = "…" }, or a list of such tables')
    return tuple(value)


T = TypeVar("T")
Many = Annotated[tuple[T, ...], Field(strict=False)]
Text = Annotated[str, _NO_NUL, says("must be text")]
Word = Annotated[str, _NO_NUL, AfterValidator(_not_empty), says("must be a text that is not empty")]
Name = Annotated[str, _NO_NUL, AfterValidator(_named), says(f"must be a text of 1 to {NAME_LENGTH} characters")]
Amount = Annotated[int, BeforeValidator(_amount), says('must be an amount as text, such as "600000.00"')]
Ratio = Annotated[Decimal, BeforeValidator(_text_only), says('must be a decimal number as text, such as "0.50"')]
Whole = Annotated[int, Field(ge=-WHOLE_LIMIT, le=WHOLE_LIMIT), says("must be a whole number")]
YesNo = Annotated[bool, says("must be true or false")]
Day = Annotated[date, BeforeValidator(_day), says(f"must be a date, such as 2024-01-31, in a year from {FIRST_YEAR} to {LAST_YEAR}")]
Levels = Annotated[dict[str, Annotated[int, Field(ge=-WHOLE_LIMIT, le=WHOLE_LIMIT)]], says("must be a table of criteria and whole numbers")]
Facts = Annotated[tuple[Text, ...], BeforeValidator(_facts), says("must be a list of facts, or a table of facts that are true or false")]
Minutes = Annotated[tuple[Decimal, Decimal, Decimal], BeforeValidator(_minutes), says("must be three numbers: low, typical, high")]

_CHECKS: type[Model] = create_model(
    "Checks",
    __base__=Model,
    **{name: (YesNo | None, None) for name in SCREENING_CHECKS},  # type: ignore[call-overload]
)
Checks = Annotated[dict[str, bool], BeforeValidator(lambda value: _CHECKS.model_validate(value).model_dump(exclude_none=True))]

Department = Annotated[str, _NO_NUL, says("must be the key of a department"), known("department")]
Person = Annotated[str, _NO_NUL, says("must be the key of a person"), known("person")]
Application = Annotated[str, _NO_NUL, says("must be the key of an application"), known("application")]
Meeting = Annotated[str, _NO_NUL, says("must be the key of a meeting"), known("meeting")]
Part = Annotated[str, choice(*PARTS)]


class PoolTable(Model):
    name: Name
    municipality: Name | None = None
    policy: Word
    override: Annotated[dict[str, Any], says("must be a table")] = {}


class DepartmentRow(Model):
    key: Word
    name: Name
    parent: Department | None = None


class PersonRow(Model):
    key: Word
    name: Name
    department: Department
    roles: Many[Annotated[str, choice(*Role)]]


class CostRow(Model):
    year: Whole
    kind: Annotated[str, choice(*COST_KINDS)]
    amount_ore: Amount = Field(alias="amount")


class GainRow(Model):
    year: Whole
    department: Department
    amount_ore: Amount = Field(alias="amount")
    cashable: YesNo = True


class AreaRow(Model):
    name: Text
    department: Department
    before: Minutes
    after: Minutes
    cases: Whole
    affected: Ratio = Decimal(1)
    rate_ore: Amount = Field(alias="rate")
    phase_in: Many[Ratio] = ()
    years: Whole
    cashable: YesNo = True


class OwnRow(Model):
    year: Whole = 0
    kind: Annotated[str, choice(*COST_KINDS)] | None = None
    amount_ore: Amount = Field(alias="amount")
    text: Text = ""


class Request(Model):
    loan_ore: Amount = Field(0, alias="loan")
    grant_ore: Amount = Field(0, alias="grant")


class TermsTable(Model):
    basis: Annotated[str, choice(*BASES)] = "realised"
    share: Ratio | None = None
    years: Whole
    first_year: Whole
    departments: Many[Department]
    shortfall: Annotated[str, choice(*SHORTFALLS)] | None = None


class Edit(Model):
    """What an application says, as far as the event says it."""

    application: Application
    title: Text | None = None
    department: Department | None = None
    request: Request | None = None
    costs: Many[CostRow] | None = None
    gains: Many[GainRow] | None = None
    gain_areas: Many[AreaRow] | None = None
    summary: Text | None = None
    kind: Annotated[str, choice(*PROJECT_KINDS)] | None = None
    frame: Text | None = None
    it_consulted: YesNo | None = None
    supports: Many[Annotated[str, choice(*CODES)]] | None = None
    own_scores: Levels | None = None
    initiative: Annotated[str, choice(*INITIATIVES)] | None = None
    facts: Facts | None = None
    own_financing: Annotated[tuple[OwnRow, ...], BeforeValidator(_rows)] | None = None


class Apply(Edit):
    application: Word
    title: Text
    department: Department
    request: Request
    costs: Many[CostRow]
    gains: Many[GainRow]


class Fund(Model):
    amount_ore: Amount | None = Field(None, alias="amount")
    service_expenditure_ore: Amount | None = Field(None, alias="service_expenditure")
    source: Word


class OfApplication(Model):
    """What needs no more than to name an application: sign, submit, declare_interest, accept, withdraw."""

    application: Application


class Screen(Model):
    application: Application
    result: Annotated[str, choice(*RESULTS)]
    reason: Text = ""
    checks: Checks | None = None


class Score(Model):
    application: Application
    levels: Levels
    comment: Text = ""


class HoldMeeting(Model):
    meeting: Word
    agenda: Many[Application]
    present: Many[Person]


class Consensus(Model):
    meeting: Meeting
    application: Application
    criterion: Annotated[str, choice(*CODES)]
    level: Whole
    reason: Text


class Decide(Model):
    meeting: Meeting
    application: Application
    outcome: Annotated[str, choice(*Outcome)]
    reason: Text = ""
    conditions: Text = ""
    loan_ore: Amount = Field(0, alias="loan")
    grant_ore: Amount = Field(0, alias="grant")
    terms: TermsTable | None = None


class Disburse(Model):
    application: Application
    part: Part
    amount_ore: Amount = Field(alias="amount")
    approved_by: Person


class ReportGain(Model):
    application: Application
    department: Department
    year: Whole
    amount_ore: Amount = Field(alias="amount")
    cashable: YesNo = True


class VerifyGain(Model):
    application: Application
    department: Department
    year: Whole


class Claim(Model):
    application: Application
    year: Whole


class Repay(Model):
    application: Application
    department: Department
    year: Whole
    amount_ore: Amount = Field(alias="amount")


class Release(Model):
    application: Application
    amount_ore: Amount = Field(alias="amount")


class ReturnUnspent(Model):
    application: Application
    part: Part
    amount_ore: Amount = Field(alias="amount")


class ReturnFunding(Model):
    source: Word
    amount_ore: Amount = Field(alias="amount")


class Reverse(Model):
    event: Whole
    reason: Text
    approved_by: Person


class Revise(Model):
    application: Application
    gains: Many[GainRow]
    gain_areas: Many[AreaRow] = ()
    reason: Text
    meeting: Meeting | None = None


class Resolve(Model):
    meeting: Meeting
    application: Application
    action: Annotated[str, choice(*Action)]
    years: Whole | None = None


class Close(Model):
    application: Application
    report: Text = ""


EVENTS: Mapping[str, type[Model]] = {
    "fund": Fund,
    "apply": Apply,
    "edit": Edit,
    "sign": OfApplication,
    "submit": OfApplication,
    "screen": Screen,
    "declare_interest": OfApplication,
    "score": Score,
    "meeting": HoldMeeting,
    "consensus": Consensus,
    "decide": Decide,
    "accept": OfApplication,
    "disburse": Disburse,
    "report_gain": ReportGain,
    "verify_gain": VerifyGain,
    "claim": Claim,
    "repay": Repay,
    "release": Release,
    "return_unspent": ReturnUnspent,
    "return_funding": ReturnFunding,
    "reverse": Reverse,
    "revise": Revise,
    "resolve": Resolve,
    "withdraw": OfApplication,
    "close": Close,
}


class EventRow(Model):
    """What every event says: what is done, on which day, by whom, and the refusal that the file expects."""

    on: Day
    do: Annotated[str, choice(*EVENTS)]
    by: Person
    refused: Annotated[str, choice(*Code)] | None = None
