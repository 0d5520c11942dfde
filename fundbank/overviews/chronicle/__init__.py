"""The history in words: who did what to what, when, from which state to which, and why."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten
from typing import Any

from flask import url_for

from fundbank.applications.models import Application
from fundbank.applications.permissions import can_see_application, can_see_writing
from fundbank.applications.rules.gainers import ANSWERED
from fundbank.applications.rules.own_lines import OWN_LINES
from fundbank.applications.rules.words import STATES as APPLICATION_STATES
from fundbank.awards.models import Award
from fundbank.awards.queries import awards_by_id
from fundbank.awards.queries.follow_ups import texts_of
from fundbank.awards.words import STATES as AWARD_STATES
from fundbank.errors import N_
from fundbank.history.events import words
from fundbank.history.models import HistoryEntry
from fundbank.history.queries import actor_ids
from fundbank.ideas.models import Call, Idea
from fundbank.ideas.permissions import can_see_call, can_see_idea
from fundbank.ideas.queries import ideas_by_id
from fundbank.ideas.queries.calls import calls_by_id
from fundbank.ideas.words import CALL_STATES
from fundbank.ideas.words import STATES as IDEA_STATES
from fundbank.kit.clock import local_date
from fundbank.kit.formats import day, kroner
from fundbank.kit.language import gettext as _
from fundbank.ledger.permissions import can_see_ledger
from fundbank.ledger.queries import ids_by_number, reversed_numbers
from fundbank.meetings.permissions import can_see_meetings
from fundbank.meetings.words import STATES as MEETING_STATES
from fundbank.overviews.chronicle.follow_ups import NAMING, in_words
from fundbank.people.models import User
from fundbank.people.permissions import can_administer
from fundbank.people.words import KINDS
from fundbank.pools.models import Pool
from fundbank.pools.permissions import can_see_pool
from fundbank.pools.words import ROLES
from fundbank.reports.queries import applications_by_id, department_names, meeting_days, names_of
from fundbank.reports.spreadsheets import moment_cell
from fundbank.scoring.permissions import scores_in_sight
from fundbank.wording.words import KINDS as LETTERS
from fundbank.wording.words import LANGUAGE_NAMES

AGREED = "consensus_set"

STATES: Mapping[str, Mapping[Any, str]] = {
    "applications": APPLICATION_STATES,
    "ideas": IDEA_STATES,
    "calls": CALL_STATES,
    "awards": AWARD_STATES,
    "meetings": MEETING_STATES,
}


@dataclass(frozen=True)
class Line:
    """One line as it is read; ``url`` leads to its subject.

    ``posting`` and ``reversed_by`` are numbers in the ledger, and ``posting_url`` leads there: for who may see it. From the numbers of two
    postings others could tell how much an open meeting has posted between them (domain.md §4).
    """

    at: datetime
    who: str
    subject: str
    url: str | None
    what: str
    details: str
    posting: int | None
    reversed_by: int | None
    posting_url: str | None
    is_reversed: bool
    from_state: str
    to_state: str
    why: str


@dataclass(frozen=True)
class Known:
    """What the lines of one page speak of, each kind asked for once."""

    pools: Mapping[int, Pool]
    applications: Mapping[int, Application]
    ideas: Mapping[int, Idea]
    calls: Mapping[int, Call]
    awards: Mapping[int, Award]
    meetings: Mapping[int, Any]
    people: Mapping[int, str]
    departments: Mapping[int, str]
    postings: Mapping[tuple[int, int], int]
    reversed_by: Mapping[tuple[int, int], int]
    follow_ups: Mapping[int, str]
    in_sight: Container[int]


def told(entries: Sequence[HistoryEntry], reader: User, pools: Iterable[Pool]) -> list[Line]:
    """Put ``entries`` into words; those about an application, or about the writing of it, that the reader may not see are left out.

    ``pools`` are those in which they happened.
    """
    known = _known(entries, list(pools), reader)
    return [_line(entry, known, reader) for entry in entries if _may_see(entry, known, reader)]


def cells(line: Line) -> tuple[str | int | None, ...]:
    """The line as a spreadsheet has it (``reports.spreadsheets.history_csv``)."""
    return (
        moment_cell(line.at), line.who, line.what, line.subject, line.details, line.from_state, line.to_state, line.why, line.posting,
        line.reversed_by,
    )  # fmt: skip


def _known(entries: Sequence[HistoryEntry], pools: Sequence[Pool], reader: User) -> Known:
    def ids(subject_type: str) -> set[int]:
        return {entry.subject_id for entry in entries if entry.subject_type == subject_type}

    def named(*keys: str) -> set[int]:
        every = [values for entry in entries for values in (entry.details, *_former_and_now(entry))]
        return {values[key] for values in every for key in keys if isinstance(values.get(key), int)}

    return Known(
        pools={pool.id: pool for pool in pools},
        applications=applications_by_id(ids("applications") | named("application_id")),
        ideas=ideas_by_id(ids("ideas")),
        calls=calls_by_id(ids("calls")),
        awards=awards_by_id(ids("awards")),
        meetings=meeting_days(ids("meetings") | named("meeting_id")),
        people=names_of(actor_ids(entries) | ids("users") | named(*NAMING)),
        departments=department_names(ids("departments") | named("department_id", "parent_id", "former_parent_id")),
        postings=_postings(entries, [pool for pool in pools if can_see_ledger(reader, pool)]),
        reversed_by=reversed_numbers(
            (entry.pool_id, entry.details["transfer"]) for entry in entries if entry.pool_id and entry.details.get("transfer")
        ),
        follow_ups=texts_of(named("follow_up_id")),
        in_sight=_in_sight(entries, pools, reader),
    )


def _in_sight(entries: Sequence[HistoryEntry], pools: Sequence[Pool], reader: User) -> set[int]:
    """The ids of the applications whose agreed levels the lines tell, and whose scores the reader may see (domain.md §5)."""
    agreed = applications_by_id({entry.subject_id for entry in entries if entry.event == AGREED}).values() if pools else ()
    return {id_ for pool in pools for id_ in scores_in_sight(reader, pool, [one for one in agreed if one.pool_id == pool.id])}


def _postings(entries: Sequence[HistoryEntry], pools: Iterable[Pool]) -> dict[tuple[int, int], int]:
    """The ids of the postings that the lines name, by pool and number: of the pools whose ledger the reader may see."""
    named = {pool.id: {entry.details["transfer"] for entry in entries if entry.pool_id == pool.id and "transfer" in entry.details}
             for pool in pools}  # fmt: skip
    return {(pool_id, number): id_ for pool_id, numbers in named.items() for number, id_ in ids_by_number(pool_id, numbers).items()}


def _may_see(entry: HistoryEntry, known: Known, reader: User) -> bool:
    if entry.subject_type == "ideas":
        return entry.subject_id in known.ideas and can_see_idea(reader, known.ideas[entry.subject_id])
    if entry.subject_type != "applications":
        return True
    application = known.applications.get(entry.subject_id)
    if application is None or not can_see_application(reader, application):
        return False
    return entry.event not in OWN_LINES or can_see_writing(reader, application)


def _line(entry: HistoryEntry, known: Known, reader: User) -> Line:
    subject, url = _subject(entry, known, reader)
    states, posting = STATES.get(entry.subject_type, {}), entry.details.get("transfer")
    key = (entry.pool_id or 0, posting or 0)
    posted, reversed_by = known.postings.get(key), known.reversed_by.get(key)
    return Line(
        at=entry.at,
        who=known.people.get(entry.actor_id or 0) or _("The system"),
        subject=subject,
        url=url,
        what=_(words(entry.event)),
        details=", ".join(_details(entry, known)),
        posting=posting if posted else None,
        reversed_by=reversed_by if posted else None,
        posting_url=url_for("overviews.transfer", transfer_id=posted) if posted else None,
        is_reversed=reversed_by is not None,
        from_state=_state(states, entry.from_state),
        to_state=_state(states, entry.to_state),
        why="" if entry.event == AGREED and entry.subject_id not in known.in_sight else entry.reason,
    )


def _subject(entry: HistoryEntry, known: Known, reader: User) -> tuple[str, str | None]:
    """What the line is about, and where it stands."""
    here = entry.subject_id
    if entry.subject_type == "applications":
        application = known.applications[here]
        title = application.title or _("Application no. %(number)s", number=application.number)
        return title, url_for("overviews.application", application_id=here)
    if entry.subject_type == "ideas":
        return known.ideas[here].title, url_for("ideas.show", idea_id=here)
    if entry.subject_type == "calls" and here in known.calls:
        return known.calls[here].title, url_for("ideas.call", call_id=here) if can_see_call(reader, known.calls[here]) else None
    if entry.subject_type == "awards" and here in known.awards:
        return _("Award: %(title)s", title=known.awards[here].application.title), url_for("overviews.award", award_id=here)
    if entry.subject_type == "meetings" and here in known.meetings:
        url = url_for("meetings.show", meeting_id=here) if can_see_meetings(reader, known.pools[entry.pool_id or 0]) else None
        return _("The meeting on %(day)s", day=day(known.meetings[here])), url
    if entry.subject_type == "users":
        url = url_for("people.show_user", user_id=here) if can_administer(reader) else None
        return known.people[here], url
    if entry.subject_type == "departments":
        url = url_for("people.edit_department", department_id=here) if can_administer(reader) else None
        return known.departments[here], url
    if entry.subject_type == "municipalities":
        return reader.municipality.name, None
    pool = known.pools[entry.pool_id or 0]
    return pool.name, url_for("overviews.pool", pool_id=pool.id) if can_see_pool(reader, pool) else None


def _state(states: Mapping[Any, str], state: str | None) -> str:
    return "" if state is None else _(states.get(state, state))


def _details(entry: HistoryEntry, known: Known) -> list[str]:
    """Say those of a line's details that people ask for: of whom, of which year, how much; the number in the ledger stands beside them."""
    of = entry.details
    said = []
    if of.get("source"):
        said.append(str(of["source"]))
    if of.get("copy_of"):
        said.append(_("copied from no. %(number)s", number=str(of["copy_of"])))
    if of.get("role") in ROLES:
        person, role = known.people.get(of.get("user_id") or 0, ""), ROLES[of["role"]]
        said.append(_("%(name)s: %(role)s", name=person, role=_(role)))
    elif entry.event in ("recused", "readmitted", "out_again"):
        said.append(known.people.get(of.get("user_id") or 0, ""))
    elif of.get("kind") in KINDS:
        said.append(_(KINDS[of["kind"]]) + (f": {of['email']}" if of.get("email") else ""))
    if of.get("follow_up_id") in known.follow_ups:
        what = shorten(known.follow_ups[of["follow_up_id"]], 100, placeholder="…")
        said += [_("“%(text)s”", text=what), *in_words(entry, known.people)]
    if of.get("answer") in ANSWERED:
        said.append(_(ANSWERED[of["answer"]]) + (f" ({kroner(of['figure_ore'])})" if of.get("figure_ore") is not None else ""))
    if of.get("letter") in LETTERS:
        said.append(f"{_(LETTERS[of['letter']])} ({_(LANGUAGE_NAMES[of['language']])})")
    if of.get("application_id") in known.applications and entry.subject_type not in ("applications", "ideas"):
        said.append(known.applications[of["application_id"]].title)
    if of.get("department_id") in known.departments:
        said.append(known.departments[of["department_id"]])
    if of.get("year"):
        said.append(str(of["year"]))
    if of.get("from_year"):
        said.append(_("paid too much for %(year)s", year=str(of["from_year"])))
    if entry.event == "no_cpr_number":
        said += of["fields"]
    if of.get("meeting_id") in known.meetings:
        said.append(_("at the meeting on %(day)s", day=day(known.meetings[of["meeting_id"]])))
    if of.get("goes_to"):
        said.append(_("to the meeting on %(day)s", day=day(date.fromisoformat(of["goes_to"]))))
    if of.get("loan_ore"):
        said.append(_("loan %(amount)s", amount=kroner(of["loan_ore"])))
    if of.get("grant_ore"):
        said.append(_("grant %(amount)s", amount=kroner(of["grant_ore"])))
    if of.get("amount_ore") is not None:
        said.append(kroner(of["amount_ore"]))
    if of.get("pay_on") and (pay_on := date.fromisoformat(of["pay_on"])) != local_date(entry.at):
        said.append(_("to be paid on %(day)s", day=day(pay_on)))
    if of.get("value_on") and (value_date := date.fromisoformat(of["value_on"])) != local_date(entry.at):
        said.append(_("value date %(day)s", day=day(value_date)))
    return said + _changes(entry, known)


PARTICULARS = {"name": N_("Name"), "email": N_("E-mail"), "department_id": N_("Department"), "is_administrator": N_("Administrator")}


def _former_and_now(entry: HistoryEntry) -> Iterable[Mapping[str, Any]]:
    """What a person's particulars were and became, where that is what the line tells."""
    return (values for key in ("former", "now") if isinstance(values := entry.details.get(key), dict))


def _changes(entry: HistoryEntry, known: Known) -> list[str]:
    """What a change to a person or a department changed."""
    of = entry.details
    if entry.event == "renamed":
        return [_from_to(of["former"], of["name"])]
    if entry.event == "moved" and entry.subject_type == "departments":
        top = _("the top")
        return [_from_to(*(known.departments.get(of.get(key) or 0, top) for key in ("former_parent_id", "parent_id")))]
    if entry.event == "created" and of.get("is_administrator"):
        return [_("Administrator")]
    if not isinstance(of.get("former"), dict):
        return []
    return [
        f"{_(PARTICULARS[key])}: {_from_to(*(_particular(key, of[when].get(key), known) for when in ('former', 'now')))}"
        for key in of["now"]
        if key in PARTICULARS
    ]


def _particular(key: str, value: Any, known: Known) -> str:
    if key == "department_id":
        return known.departments.get(value, "")
    if key == "is_administrator":
        return _("Yes") if value else _("No")
    return value or _("none")


def _from_to(former: str, now: str) -> str:
    return f"{former} → {now}"
