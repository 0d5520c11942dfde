"""A pool's ledger and its history, searched: by words, application or award, department, amount, person and period (kit.searching).

Of drafts nothing is asked for whoever may not read them: a title that is found would tell of them.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union_all

from fundbank.applications.models import Application
from fundbank.awards.models import Award
from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.kit.search import with_words
from fundbank.kit.searching import Asked, Found, Listed, search, words_asked
from fundbank.ledger.models import Account, Transfer
from fundbank.ledger.queries import ids_of_awards, with_all
from fundbank.people.models import Department
from fundbank.people.queries import units_within

NAMED_MOST = 100  # applications that are looked up one by one: of more each line is asked


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for in a pool; None and empty text ask for nothing. ``people`` and ``titled`` (applications) are ids."""

    words: str = ""
    titled: Collection[int] | None = None
    department: Department | None = None
    people: Collection[int] | None = None
    amount_ore: int | None = None
    event: str = ""
    reads_drafts: bool = False


def applications_titled(pool_id: int, words: str, *, reads_drafts: bool) -> Sequence[int]:
    """The pool's applications whose titles have these words: up to one more than NAMED_MOST."""
    query = select(Application.id).where(Application.pool_id + 0 == pool_id, with_words(Application, words), *_in_sight(reads_drafts))
    return db.session.scalars(query.limit(NAMED_MOST + 1)).all()


def search_ledger(
    pool_id: int, wanted: Wanted, *, first: date | None, last: date | None, before: int | None, size: int, is_whole: bool = False
) -> Found[Transfer]:
    """Up to ``size`` of the pool's postings, those of the newest value date first, before the one with the number ``before``."""
    row = Transfer
    asked = _words_and_amount(row, pool_id, wanted)
    if wanted.people is not None:
        of_actor = select(row.id).where(row.pool_id == pool_id, row.actor_id.in_(wanted.people))
        approved = select(row.id).where(row.pool_id == pool_id, row.approver_id.in_(wanted.people), row.approver_id.is_not(None))
        by = or_(row.actor_id.in_(wanted.people), row.approver_id.in_(wanted.people))
        asked.append(Asked(by, _either(of_actor, approved)))
    if wanted.event:
        asked.append(Asked(row.event == wanted.event))
    asked += [_postings_of(which) for which in _applications(pool_id, wanted)]
    within = _between(row.value_date, first, last)
    listed = Listed(row, row.value_date, row.number, row.pool_id, pool_id)
    return search(with_all(), listed, asked, within=within, before=before, size=size, is_whole=is_whole)


def search_history(
    pool_id: int, wanted: Wanted, *, since: datetime | None, until: datetime | None, before: int | None, size: int, is_whole: bool = False
) -> Found[HistoryEntry]:
    """Up to ``size`` lines of the pool's history, the newest first, before the one with the id ``before``; ``until`` is no part of the
    period.
    """
    row = HistoryEntry
    asked = _words_and_amount(row, pool_id, wanted)
    if wanted.people is not None:
        did = row.actor_id.in_(wanted.people)
        asked.append(Asked(did, select(row.id).where(row.pool_id == pool_id, did)))
    asked += [_lines_of(which) for which in _applications(pool_id, wanted)]
    within = [*([row.at >= since] if since else []), *([row.at < until] if until else [])]
    listed = Listed(row, row.at, row.id, row.pool_id, pool_id)
    return search(select(row), listed, asked, within=within, before=before, size=size, is_whole=is_whole)


def _words_and_amount(row: Any, pool_id: int, wanted: Wanted) -> list[Asked]:
    asked = [words_asked(row, wanted.words)] if wanted.words else []
    if wanted.amount_ore is not None:
        is_sum = row.amount_ore == wanted.amount_ore
        asked.append(Asked(is_sum, select(row.id).where(row.pool_id == pool_id, is_sum)))
    return asked


def _between(column: Any, first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    return [*([column >= first] if first else []), *([column <= last] if last else [])]


def _in_sight(reads_drafts: bool) -> list[ColumnElement[bool]]:
    return [] if reads_drafts else [Application.submitted_at.is_not(None)]


class _Which(NamedTuple):
    """Some applications: what holds for the id of one, and their ids where they can be named."""

    has: Callable[[Any], ColumnElement[bool]]
    ids: Collection[int] | None = None


def _applications(pool_id: int, wanted: Wanted) -> list[_Which]:
    """The applications that are asked for, by their titles and by their department."""
    found = [] if wanted.titled is None else [_these(wanted.titled)]
    if wanted.department is not None:
        units = [unit.id for unit in units_within(wanted.department)]  # by id: SQLite would look for them again for each line
        of_units = Application.department_id.in_(units), *_in_sight(wanted.reads_drafts)
        ids = db.session.scalars(select(Application.id).where(Application.pool_id == pool_id, *of_units).limit(NAMED_MOST + 1)).all()
        if len(ids) <= NAMED_MOST:
            found.append(_these(ids))
        else:
            found.append(_Which(lambda id_: exists().where(Application.id == id_, *of_units)))
    return found


def _these(ids: Collection[int]) -> _Which:
    return _Which(lambda id_: id_.in_(ids), ids)


def _postings_of(which: _Which) -> Asked:
    """The postings on awards of these applications."""
    award = exists().where(Award.id == Account.award_id, which.has(Award.application_id))
    touched = exists().where(Account.id.in_([Transfer.debit_account_id, Transfer.credit_account_id]), award).correlate(Transfer)
    if which.ids is None:
        return Asked(touched)
    return Asked(touched, ids_of_awards(db.session.scalars(select(Award.id).where(Award.application_id.in_(which.ids))).all()))


def _lines_of(which: _Which) -> Asked:
    """The history's lines about these applications and their awards."""
    row = HistoryEntry
    about_application = and_(row.subject_type == "applications", which.has(row.subject_id))
    award = exists().where(Award.id == row.subject_id, which.has(Award.application_id))
    kind = row.subject_type.concat("")  # so that SQLite asks each line, and does not list all that are about applications
    is_about = or_(and_(kind == "applications", which.has(row.subject_id)), and_(kind == "awards", award))
    if which.ids is None:
        return Asked(is_about)
    awards = select(Award.id).where(Award.application_id.in_(which.ids))
    about_award = and_(row.subject_type == "awards", row.subject_id.in_(awards))
    return Asked(is_about, _either(select(row.id).where(about_application), select(row.id).where(about_award)))


def _either(*queries: Select[int]) -> Select[int]:
    return select(union_all(*queries).subquery().c.id).distinct()
