"""Pools of any size by bulk insert: most of it is decided, paid, repaid and closed; of each kind of work a known number waits.

Every row obeys the constraints and the ledger's triggers and continues its pool's chain; only the operations are left out, since
they would take hours.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count, cycle
from typing import Any

from sqlalchemy import func, insert, select, text

from fundbank.applications.models import Application, ApplicationVersion, Gainer, Screening
from fundbank.applications.rules.content import Content, Cost, PlannedGain
from fundbank.applications.states import DECIDED
from fundbank.awards.models import Acceptance, Award, Disbursement, FollowUp, Participant
from fundbank.extensions import Base, db
from fundbank.gains.models import GainReport
from fundbank.history.models import HistoryEntry
from fundbank.kit.clock import now
from fundbank.kit.search import search_text
from fundbank.kit.text import sort_key
from fundbank.ledger.models import Account, ChainHead, Transfer
from fundbank.ledger.rules import account_name, chain_hash, written_moment
from fundbank.meetings.models import AgendaItem, Attendance, Decision, Meeting
from fundbank.people.models import Confirmation, Department, User
from fundbank.pools.models import Pool
from fundbank.pools.roles import Role
from fundbank.repayments.models import Claim, ClaimEntry, ClaimLine, Refund
from fundbank.reversals.models import Reversal
from fundbank.scoring.models import Score
from tests.builders import a_department, a_municipality, a_person_with, a_pool, a_user

UNITS, AGENDA, BATCH, TOGETHER = 24, 25, 5_000, 500
LOAN, GRANT, GAIN = 300_000_00, 200_000_00, 400_000_00
CONFIRMED = 25  # of people there are not more because there are more applications
BEGUN = datetime(2015, 1, 5, 9, tzinfo=UTC)
WORDS = ("digital", "post", "ældrepleje", "økonomi", "robot", "e-boks", "borgerservice", "skole", "vagtplan", "Åben", "data", "café")
ORDER = (
    Application, ApplicationVersion, Gainer, Screening, Score, Meeting, Attendance, AgendaItem, Award, Acceptance, Participant, Account,
    Transfer, Decision, Disbursement, FollowUp, Claim, GainReport, ClaimLine, ClaimEntry, Refund, Reversal, HistoryEntry, Confirmation,
)  # fmt: skip


def a_filled_pool(*, closed: int, waiting: int) -> Pool:
    """A municipality whose pool has ``closed`` applications behind it, and ``waiting`` of each kind of work before it."""
    pool = a_pool(a_municipality())
    filling = _Filling(pool)
    filling.fill(closed, waiting)
    return pool


class _Filling:
    """The rows that are to go in, each with the number that it will have."""

    def __init__(self, pool: Pool) -> None:
        self.pool, self.today = pool, now().date()
        top = a_department(pool.municipality, "Social og Sundhed")
        stab = a_department(pool.municipality, "Stab")
        self.units = [a_department(name=f"Enhed {number:03}", parent=top) for number in range(UNITS)]
        self.own = self.units[0]
        person = {
            name: a_person_with(pool, *roles, department=unit, name=name)
            for name, unit, *roles in (
                ("Applicant", self.own, Role.APPLICANT), ("Leader", self.own, Role.LEADER), ("Head", top, Role.LEADER),
                ("Member", stab, Role.MEMBER), ("Chair", stab, Role.CHAIR, Role.MEMBER), ("Lone chair", stab, Role.CHAIR),
                ("Coordinator", stab, Role.COORDINATOR), ("Adviser", stab, Role.ADVISER), ("Finance", stab, Role.FINANCE),
                ("Other finance", stab, Role.FINANCE), ("Auditor", stab, Role.AUDITOR),
                ("Administrator", stab, Role.ADMINISTRATOR),
            )
        }  # fmt: skip
        self.person = {name: user.id for name, user in person.items()}
        a_user(stab, "Boss", is_administrator=True)
        db.session.flush()
        self.numbers = {model: count((db.session.scalar(select(func.max(model.id))) or 0) + 1) for model in ORDER}
        self.rows: dict[type[Base], list[dict[str, Any]]] = {model: [] for model in ORDER}
        self.chain, self.hash, self.application_numbers = count(1), "", count(1)
        self.accounts: dict[tuple[str, str], int] = {}
        self.titles = (f"{a} {b} i {c}" for a, b, c in zip(cycle(WORDS), cycle(WORDS[:7]), cycle(WORDS[:11]), strict=False))
        self.content = self._content()

    def _content(self) -> dict[str, Any]:
        policy = self.pool.policy
        return Content(
            title="Projekt", summary="Borgerne bestiller selv tid.", loan_ore=LOAN, it_consulted=True,
            own_scores=dict.fromkeys(policy.weights, len(policy.scale)), costs=(Cost(0, "establishment", LOAN, "Software"),),
            gains=tuple(PlannedGain(year, self.own.id, GAIN) for year in (1, 2, 3)),
        ).to_json()  # fmt: skip

    def fill(self, closed: int, waiting: int) -> None:
        db.session.execute(insert(ChainHead).values(pool_id=self.pool.id, number=0, hash=""))
        self._move("funding", "available", "", "funding", "Budget", (closed + 20 * waiting + 1) * LOAN, BEGUN, None)
        for place in range(closed):
            self._closed(place)
            if place % BATCH == BATCH - 1:
                self._flush()
        self._flush()
        self._people(max(closed // 20, 300))  # a page full of those with one name
        self._waiting(waiting)
        self._flush()
        self._set_sequences()

    # --- one thing each -------------------------------------------------------------------------------------------

    def _add(self, model: type[Base], **values: Any) -> int:
        number = next(self.numbers[model])
        self.rows[model].append({"id": number, **values})
        return number

    def _application(self, state: str, at: datetime, unit: Department, *, submitted: bool = True, signed: bool = False) -> int:
        title = next(self.titles)
        number = next(self.application_numbers)
        made = self._add(
            Application, pool_id=self.pool.id, number=number, department_id=unit.id, state=state, title=title,
            search_text=search_text(title),
            requested_loan_ore=LOAN, requested_grant_ore=0, content_json=self.content, created_by_id=self.person["Applicant"],
            created_at=at, signed_by_id=self.person["Leader"] if signed else None, signed_at=at if signed else None,
            submitted_at=at if submitted else None, changed_at=at, revision=1,
            policy_version_id=self.pool.policy_version_id if state in DECIDED else None,
        )  # fmt: skip
        self._told(at, "Applicant", "applications", made, "started", None, "draft")
        if submitted:
            version = self._add(
                ApplicationVersion, application_id=made, number=1, occasion="submission", content_json=self.content,
                made_by_id=self.person["Applicant"], made_at=at, reason="", meeting_id=None,
            )  # fmt: skip
            if unit is not self.own:  # by which the case says that the own one gains
                self._add(Gainer, application_id=made, version_id=version, department_id=self.own.id)
            self._told(at, "Applicant", "applications", made, "submitted", "signed", "submitted")
        return made

    def _told(self, at: datetime, who: str, kind: str, subject: int, event: str, before: str | None, after: str | None) -> None:
        self._add(
            HistoryEntry, at=at, actor_id=self.person[who], pool_id=self.pool.id, municipality_id=self.pool.municipality_id,
            subject_type=kind, subject_id=subject, event=event,
            from_state=before, to_state=after, reason="", details={}, amount_ore=None, search_text=search_text(event),
        )  # fmt: skip

    def _screened(self, application: int, at: datetime) -> None:
        self._add(
            Screening, application_id=application, version_number=1, result="eligible", reason="", checks={},
            screened_by_id=self.person["Coordinator"], screened_at=at,
        )  # fmt: skip
        self._told(at, "Coordinator", "applications", application, "screened", "submitted", "ready")

    def _scored(self, application: int, at: datetime, member: str = "Chair") -> None:
        policy = self.pool.policy
        self._add(
            Score, application_id=application, member_id=self.person[member], version_number=1, scale_size=len(policy.scale),
            levels=dict.fromkeys(policy.weights, 1 + application % len(policy.scale)), comment="", handed_in_at=at, ended_at=None,
        )  # fmt: skip

    def _meeting(self, held_on: date, state: str, *, signed: bool) -> int:
        made = self._add(
            Meeting, pool_id=self.pool.id, held_on=held_on, place="Rådhuset", is_ordinary=True, state=state, revision=1,
            planned_by_id=self.person["Coordinator"], minutes_signed_by_id=self.person["Chair"] if signed else None,
            minutes_signed_at=_at(held_on) if signed else None,
        )  # fmt: skip
        if state != "planned":
            self._add(Attendance, meeting_id=made, user_id=self.person["Chair"])
        return made

    def _decided(self, meeting: int, application: int, outcome: str, award: int | None, at: datetime, place: int) -> None:
        self._add(AgendaItem, meeting_id=meeting, application_id=application, position=place)
        self._add(
            Decision, meeting_id=meeting, application_id=application, version_number=1, policy_version_id=self.pool.policy_version_id,
            outcome=outcome, award_id=award, reason="", recused_ids=[], decided_by_id=self.person["Chair"], decided_at=at,
        )  # fmt: skip

    def _award(self, application: int, state: str, at: datetime, unit: Department, *, loan: bool = True) -> int:
        agreed = self.person["Leader"] if state != "offered" else None
        terms: dict[str, Any] = {
            "basis": "realised",
            "share": Decimal("0.5"),
            "years": 3,
            "first_year": at.year + 1,
            "shortfall": "forum_decides",
        }
        made = self._add(
            Award, pool_id=self.pool.id, application_id=application, state=state, loan_ore=LOAN if loan else 0,
            grant_ore=0 if loan else GRANT, conditions="", decided_by_id=self.person["Chair"], decided_at=at,
            policy_version_id=self.pool.policy_version_id, accepted_by_id=agreed, accepted_at=at if agreed else None,
            closed_at=at if state == "closed" else None, report="", revision=1, **(terms if loan else dict.fromkeys(terms)),
        )  # fmt: skip
        self._add(
            Acceptance, award_id=made, department_id=unit.id, position=0, accepted_by_id=agreed, accepted_at=at if agreed else None
        )  # fmt: skip
        if loan:
            self._add(Participant, award_id=made, department_id=unit.id, position=0)
        self._told(at, "Chair", "awards", made, "approved", None, "offered")
        self._move("approval", "reserved", str(made), "available", "", LOAN if loan else GRANT, at, made)
        return made

    def _disbursed(self, award: int, at: datetime, *, loan: bool = True, state: str = "paid") -> None:
        ore, part = (LOAN, "loan") if loan else (GRANT, "grant")
        paid = state == "paid"
        self._add(
            Disbursement, award_id=award, pool_id=self.pool.id, part=part, amount_ore=ore, text="Rate", pay_on=at.date(), state=state,
            registered_by_id=self.person["Finance"], registered_at=at, settled_by_id=self.person["Other finance"] if paid else None,
            settled_at=at if paid else None,
            transfer_id=self._move("disbursement", part, str(award), "reserved", str(award), ore, at, award) if paid else None,
        )  # fmt: skip

    def _followed(self, award: int, at: datetime, *, done: bool) -> None:
        leader = self.person["Leader"]
        self._add(
            FollowUp, award_id=award, pool_id=self.pool.id, is_condition=True, text="Vis tallene", owner_id=leader,
            due_on=at.date() + timedelta(days=60), made_by_id=self.person["Chair"], made_at=at, outcome="Vist" if done else "",
            done_by_id=leader if done else None, done_at=at if done else None, revision=1,
        )  # fmt: skip
        self._told(at, "Chair", "awards", award, "realising", None, None)

    def _gained(self, award: int, unit: Department, year: int, *, verified: bool) -> None:
        at = datetime(year + 1, 1, 10, 9, tzinfo=UTC)
        self._add(
            GainReport, award_id=award, pool_id=self.pool.id, department_id=unit.id, year=year, amount_ore=GAIN, cashable=True, note="",
            reported_by_id=self.person["Leader"], reported_at=at, verified_by_id=self.person["Finance"] if verified else None,
            verified_at=at if verified else None, ended_at=None, claim_id=None,
        )  # fmt: skip

    def _claimed(self, award: int, unit: Department, year: int, due_on: date, ore: int, *, repaid: bool) -> None:
        at = datetime(year + 1, 1, 12, 9, tzinfo=UTC)
        claim = self._add(
            Claim, award_id=award, pool_id=self.pool.id, year=year, cap_ore=ore, due_on=due_on, made_by_id=self.person["Finance"],
            made_at=at,
        )  # fmt: skip
        self.rows[GainReport][-1]["claim_id"] = claim  # it was made from the gain that has just been reported
        line = self._add(
            ClaimLine, claim_id=claim, department_id=unit.id, position=0, gain_ore=GAIN, share_due_ore=ore, shortfall_ore=0, due_ore=ore,
        )  # fmt: skip
        if repaid:
            moved = self._move("repayment", "available", "", "loan", str(award), ore, at, award)
            self._add(
                ClaimEntry, claim_line_id=line, kind="repayment", due_ore=0, paid_ore=ore, transfer_id=moved,
                made_by_id=self.person["Finance"], made_at=at,
            )  # fmt: skip

    def _move(self, event: str, to: str, to_holder: str, of: str, of_holder: str, ore: int, at: datetime, award: int | None) -> int:
        for kind, holder in ((to, to_holder), (of, of_holder)):
            if (kind, holder) not in self.accounts:
                self.accounts[kind, holder] = self._add(
                    Account, pool_id=self.pool.id, kind=kind, holder=holder, balance_ore=0,
                    award_id=None if kind in ("funding", "available") else award,
                )  # fmt: skip
        number, before, actor = next(self.chain), self.hash, self.person["Finance"]
        key = f"{self.pool.id}-{number}"
        self.hash = chain_hash(
            before, pool_id=self.pool.id, number=number, event=event, debit=account_name(to, to_holder), credit=account_name(of, of_holder),
            amount_ore=ore, value_date=at.date().isoformat(), recorded_at=written_moment(at), actor_id=actor, approver_id=None,
            text=event, reverses=None, key=key,
        )  # fmt: skip
        return self._add(
            Transfer, pool_id=self.pool.id, number=number, event=event, debit_account_id=self.accounts[to, to_holder],
            credit_account_id=self.accounts[of, of_holder], amount_ore=ore, value_date=at.date(), recorded_at=at, actor_id=actor,
            approver_id=None, text=event, search_text=search_text(event), reverses_id=None, idempotency_key=key, previous_hash=before,
            hash=self.hash,
        )  # fmt: skip

    # --- what lies behind, and what waits -------------------------------------------------------------------------

    def _closed(self, place: int) -> None:
        """Of ten applications four loans were repaid, one grant was given, three were rejected, two withdrawn."""
        at = BEGUN + timedelta(hours=place // 2)
        unit, of_ten = self.units[place % UNITS], place % 10
        if place % AGENDA == 0:
            self.past = self._meeting(at.date(), "closed", signed=True)
        if of_ten >= 8:
            self._told(
                at,
                "Applicant",
                "applications",
                self._application("withdrawn", at, unit, submitted=False),
                "withdrawn",
                "draft",
                "withdrawn",
            )
            return
        application = self._application("awarded" if of_ten < 5 else "rejected", at, unit)
        self._screened(application, at)
        self._scored(application, at)
        if of_ten >= 5:
            self._decided(self.past, application, "reject", None, at, place % AGENDA)
            return
        award = self._award(application, "closed", at, unit, loan=of_ten > 0)
        self._decided(self.past, application, "approve", award, at, place % AGENDA)
        self._disbursed(award, at, loan=of_ten > 0)
        if of_ten > 0:
            self._gained(award, unit, at.year + 1, verified=True)
            self._claimed(award, unit, at.year + 1, date(at.year + 2, 3, 1), LOAN, repaid=True)

    def _people(self, number: int) -> None:
        first = (db.session.scalar(select(func.max(User.id))) or 0) + 1
        rows = [
            {
                "id": first + place, "municipality_id": self.pool.municipality_id, "department_id": self.units[place % UNITS].id,
                "name": (name := f"{'Åse Bo Eva Ib Ole'.split()[place % 5]} {WORDS[place % 9].title()} {place}"), "email": None,
                "search_text": search_text(name), "sort_key": sort_key(name), "language": "da",
                "is_administrator": False, "is_active": True,
                "session_generation": 1, "revision": 1,
            }
            for place in range(number)
        ]  # fmt: skip
        _write(User, rows)
        for row in rows[:CONFIRMED]:
            self._add(
                Confirmation, municipality_id=self.pool.municipality_id, user_id=row["id"], kind="role", pool_id=self.pool.id,
                role="finance", email=None, state="waiting", asked_by_id=self.person["Administrator"], asked_at=BEGUN,
                answered_by_id=None, answered_at=None, reason="",
            )  # fmt: skip

    def _waiting(self, number: int) -> None:
        """So many of each kind, half of it the own unit's."""
        last_year, soon = self.today.year - 1, self.today + timedelta(days=20)
        at, old = _at(self.today - timedelta(days=40)), datetime(self.today.year - 2, 2, 3, 9, tzinfo=UTC)
        coming = [self._meeting(soon + timedelta(days=30 * place), "planned", signed=False) for place in range(2)]
        held = self._meeting(old.date(), "closed", signed=False)
        for place in range(number):
            unit = self.units[1 + place // 2 % (UNITS - 1)] if place % 2 else self.own
            self._application("draft", at, unit, submitted=False)
            self._application("signed", at, unit, submitted=False, signed=True)
            self._application("returned", at, unit)
            self._application("submitted", at, unit)
            for state, scored in (("ready", False), ("ready", True), ("deferred", True)):
                application = self._application(state, at, unit)
                self._screened(application, at)
                if scored:
                    self._scored(application, at)
                if scored and state == "ready" and place < AGENDA:
                    self._add(AgendaItem, meeting_id=coming[0], application_id=application, position=place)
            for what in ("offered", "agreed", "to_approve", "to_report", "to_verify", "to_claim", "overdue", "to_settle"):
                when = old if what in ("to_report", "to_verify", "to_claim", "overdue") else at
                when = old.replace(year=self.today.year - 6) if what == "to_settle" else when
                application = self._application("awarded", when, unit)
                award = self._award(application, what if what in ("offered", "agreed") else _state(what), when, unit)
                self._decided(held, application, "approve", award, when, place) if place < AGENDA else None
                if what not in ("offered", "agreed"):
                    self._disbursed(award, when, state="registered" if what == "to_approve" else "paid")
                if what in ("to_verify", "to_claim", "overdue"):
                    self._gained(award, unit, last_year, verified=what != "to_verify")
                if what == "overdue":
                    self._claimed(award, unit, last_year, date(self.today.year, 3, 1), LOAN // 2, repaid=False)
                if what in ("agreed", "to_report"):
                    self._followed(award, at, done=what == "to_report")
                if what == "to_settle":
                    for year in range(when.year + 1, when.year + 4):
                        self._gained(award, unit, year, verified=True)
                        self._claimed(award, unit, year, date(year + 1, 3, 1), LOAN // 4, repaid=True)
        for line in self.rows[ClaimLine][-number:]:
            self._add(
                Refund, claim_line_id=line["id"], pool_id=self.pool.id, amount_ore=1, reference="", state="registered",
                registered_by_id=self.person["Finance"], registered_at=at, settled_by_id=None, settled_at=None, transfer_id=None,
            )  # fmt: skip
        for transfer in self.rows[Transfer][-number:]:
            self._add(
                Reversal, pool_id=self.pool.id, transfer_id=transfer["id"], reason="Forkert", state="registered",
                registered_by_id=self.person["Finance"], registered_at=at, settled_by_id=None, settled_at=None, reversing_transfer_id=None,
            )  # fmt: skip

    # --- into the database ----------------------------------------------------------------------------------------

    def _flush(self) -> None:
        for model in ORDER:
            if self.rows[model]:
                _write(model, self.rows[model])
            self.rows[model].clear()

    def _set_sequences(self) -> None:
        if db.engine.dialect.name == "postgresql":
            for model in (*ORDER, User):
                name = model.__tablename__
                db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))  # noqa: S608
            db.session.commit()
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def _state(what: str) -> str:
    return "agreed" if what == "to_approve" else "realising"


def _write(model: type[Base], rows: list[dict[str, Any]]) -> None:
    """As the driver writes many rows: SQLAlchemy would take longer over each than the database."""
    connection = db.session.connection()
    columns = [model.__table__.c["content" if name == "content_json" else name] for name in rows[0]]
    makers = [column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for column in columns]
    values = [[maker(value) if maker else value for maker, value in zip(makers, row.values(), strict=True)] for row in rows]
    into = f"{model.__tablename__} ({', '.join(column.name for column in columns)})"
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", list(map(tuple, values)))  # noqa: S608
    elif model is Transfer:
        marks = ", ".join(["%s"] * len(columns))
        _one_at_a_time(f"INSERT INTO {into} VALUES ({marks})", values)  # noqa: S608
    else:
        with connection.connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)


def _one_at_a_time(statement: str, rows: list[list[Any]]) -> None:
    """The triggers of PostgreSQL want one transfer a statement; the driver sends them in a row. They are kept in between: each moves the
    same account and head, whose former states nothing can clear away until then. And the triggers' plans are made anew where there is more
    than when they were made: each transfer would take longer than the one before.
    """
    for place in range(0, len(rows), TOGETHER):
        if place in (0, TOGETHER):
            db.session.execute(text("ANALYZE accounts, transfers, chain_heads"))
        with db.session.connection().connection.cursor() as cursor:
            cursor.executemany(statement, rows[place : place + TOGETHER])
        db.session.commit()
