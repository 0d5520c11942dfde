"""The tables of a scenario file beside its events: the pool, its departments and people; and the rows within an event (scenario.md)."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from fundbank.applications.rules.words import COST_KINDS
from fundbank.awards.rules import BASES, SHORTFALLS
from fundbank.kit.schema import Model, says
from fundbank.pools.roles import Role
from fundbank.scenarios.kinds import Address, Amount, Department, Line, Many, Minutes, Name, Ratio, Text, Whole, Word, YesNo, choice


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
    email: Address | None = None


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
    name: Line
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
