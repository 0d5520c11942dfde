"""What each kind of event says beside who does it and when (scenario.md)."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from fundbank.applications.rules.words import INITIATIVES, RESULTS
from fundbank.errors import Code
from fundbank.kit.schema import Model
from fundbank.meetings.states import CONSENTS, Action, Outcome
from fundbank.pools.criteria import CODES
from fundbank.pools.policy import PROJECT_KINDS
from fundbank.scenarios.kinds import (
    Amount,
    Application,
    Checks,
    Day,
    Department,
    Facts,
    Levels,
    Line,
    Many,
    Meeting,
    Part,
    Person,
    Source,
    Text,
    Whole,
    Word,
    YesNo,
    as_rows,
    choice,
)
from fundbank.scenarios.tables import AreaRow, CostRow, GainRow, OwnRow, Request, TermsTable


class Edit(Model):
    """What an application says, as far as the event says it."""

    application: Application
    title: Line | None = None
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
    own_financing: Annotated[tuple[OwnRow, ...], BeforeValidator(as_rows)] | None = None


class Apply(Edit):
    application: Word
    title: Line
    department: Department
    request: Request
    costs: Many[CostRow]
    gains: Many[GainRow]


class Fund(Model):
    amount_ore: Amount | None = Field(None, alias="amount")
    service_expenditure_ore: Amount | None = Field(None, alias="service_expenditure")
    source: Source
    reference: Text = ""


class OfApplication(Model):
    """What needs no more than to name an application: sign, submit, declare_interest, withdraw."""

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


class Accept(Model):
    application: Application
    department: Department | None = None


class Decline(Model):
    application: Application
    reason: Text


class Cancel(Model):
    application: Application
    reason: Text
    meeting: Meeting | None = None


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


class CorrectGain(ReportGain):
    reason: Text


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
    reference: Text = ""


class Refund(Repay):
    approved_by: Person
    reference: Text = ""


class Release(Model):
    application: Application
    amount_ore: Amount = Field(alias="amount")
    reason: Text
    approved_by: Person


class ReturnUnspent(Model):
    application: Application
    part: Part
    amount_ore: Amount = Field(alias="amount")
    reference: Text = ""


class ReturnFunding(Model):
    source: Source
    amount_ore: Amount = Field(alias="amount")
    approved_by: Person
    reason: Text = ""
    reference: Text = ""


class Reverse(Model):
    event: Whole
    reason: Text
    approved_by: Person


class Revise(Model):
    application: Application
    gains: Many[GainRow]
    costs: Many[CostRow] | None = None
    gain_areas: Many[AreaRow] = ()
    reason: Text
    meeting: Meeting | None = None


class Consent(Model):
    meeting: Meeting
    application: Application
    outcome: Annotated[str, choice(*CONSENTS)]
    reason: Text


class Resolve(Model):
    meeting: Meeting
    application: Application
    action: Annotated[str, choice(*Action)]
    years: Whole | None = None
    amount_ore: Amount | None = Field(None, alias="amount")


class Close(Model):
    application: Application
    report: Text = ""


ACTS: Mapping[str, type[Model]] = {
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
    "accept": Accept,
    "decline": Decline,
    "cancel": Cancel,
    "disburse": Disburse,
    "report_gain": ReportGain,
    "correct_gain": CorrectGain,
    "verify_gain": VerifyGain,
    "claim": Claim,
    "repay": Repay,
    "refund": Refund,
    "release": Release,
    "return_unspent": ReturnUnspent,
    "return_funding": ReturnFunding,
    "reverse": Reverse,
    "revise": Revise,
    "consent": Consent,
    "resolve": Resolve,
    "withdraw": OfApplication,
    "close": Close,
}


class EventRow(Model):
    """What every event says: what is done, on which day, by whom, and the refusal that the file expects."""

    on: Day
    do: Annotated[str, choice(*ACTS)]
    by: Person
    refused: Annotated[str, choice(*Code)] | None = None
