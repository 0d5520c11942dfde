"""Conditions on an award: each narrows down, by index, to those of which a question may be true; whether it is, only their facts can say.

A condition may let an award through that asks for nothing, and may never hold one back.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal_column, or_, select

from fundbank.awards.models import Award, Participant
from fundbank.awards.queries import is_open
from fundbank.awards.states import PAID_OUT, PAYABLE
from fundbank.gains.models import GainReport
from fundbank.gains.queries import counts
from fundbank.ledger.chart import AccountKind
from fundbank.ledger.models import Account
from fundbank.repayments.models import Claim, LineBalance


def may_be_paid_out() -> ColumnElement[bool]:
    """Something is reserved of an accepted award."""
    return and_(is_open(), Award.state.in_(PAYABLE), _holds(AccountKind.RESERVED))


def may_be_closed() -> ColumnElement[bool]:
    """It has been paid out, nothing is reserved or outstanding, and each claim is paid to the øre."""
    is_settled = Award.id.not_in(_unsettled())
    return and_(is_open(), Award.state.in_(PAID_OUT), ~_holds(AccountKind.RESERVED), ~_holds(AccountKind.LOAN), is_settled)


def may_owe(*of_line: ColumnElement[bool]) -> ColumnElement[bool]:
    """A claimed line (one to whose balance these conditions apply) is unpaid, and something is outstanding."""
    return and_(_is_lent(), Award.id.in_(_unsettled(LineBalance.unpaid_ore > 0, *of_line)))


def may_ask_for_settlement() -> ColumnElement[bool]:
    """The last year has been claimed, and something is outstanding."""
    return and_(_is_lent(), exists().where(Claim.award_id == Award.id, Claim.year == Award.first_year + Award.years - 1))


def may_await_claim(today: date) -> ColumnElement[bool]:
    """Something may be left to claim, and a year that has come has not been claimed."""
    claimed = select(func.count()).where(Claim.award_id == Award.id, Claim.year <= today.year).correlate(Award).scalar_subquery()
    has_come = today.year - Award.first_year + case((Award.basis == "planned", 1), else_=0)
    return and_(_has_room(), claimed < _at_most(has_come, Award.years))


def may_lack_gains(today: date) -> ColumnElement[bool]:
    """Something may be left to claim, claims follow reports, and there are fewer of them than departments and years that are over."""
    shares = select(func.count()).where(Participant.award_id == Award.id).correlate(Award).scalar_subquery()
    of_a_unit = exists().where(Participant.award_id == Award.id, Participant.department_id == GainReport.department_id)
    over = and_(GainReport.year >= Award.first_year, GainReport.year < Award.first_year + Award.years, GainReport.year < today.year)
    reported = (
        select(func.count())
        .where(GainReport.award_id == Award.id, counts(), over, of_a_unit.correlate(Award, GainReport))
        .correlate(Award)
        .scalar_subquery()
    )
    return and_(_has_room(), Award.basis == "realised", reported < shares * _at_most(today.year - Award.first_year, Award.years))


def _is_lent() -> ColumnElement[bool]:
    return and_(is_open(), Award.state.in_(PAID_OUT), _holds(AccountKind.LOAN))


def _has_room() -> ColumnElement[bool]:
    """Something is outstanding, or has been paid too much, which leaves as much to claim."""
    too_much = Award.id.in_(_unsettled(LineBalance.unpaid_ore < 0))
    return and_(is_open(), Award.state.in_(PAID_OUT), or_(_holds(AccountKind.LOAN), too_much))


def _unsettled(*of_line: ColumnElement[bool]) -> Select[int]:
    """The awards with a line that is not paid to the øre."""
    return select(LineBalance.award_id).where(LineBalance.unpaid_ore != literal_column("0"), *of_line)


def _holds(kind: AccountKind) -> ColumnElement[bool]:
    return exists().where(Account.award_id == Award.id, Account.kind == kind, Account.balance_ore > literal_column("0"))


def _at_most(value: Any, most: Any) -> ColumnElement[int]:
    return case((value < most, value), else_=most)
