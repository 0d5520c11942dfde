"""A pool with everybody who moves money in it, played by the operations: what the tests of awards, gains and repayments begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from fundbank.applications import operations as applications
from fundbank.applications.models import Application
from fundbank.applications.rules.content import Content, Cost, PlannedGain
from fundbank.awards import operations as awards
from fundbank.awards.models import Award, Disbursement
from fundbank.awards.rules import Terms
from fundbank.checks import check as check_records
from fundbank.extensions import db
from fundbank.gains import operations as gains
from fundbank.ledger import checks
from fundbank.ledger.models import Transfer
from fundbank.ledger.operations import approve_return_funding, fund_pool, register_return_funding
from fundbank.ledger.queries import AwardBalances, award_balances, balances
from fundbank.meetings.models import Meeting, PendingDecision
from fundbank.meetings.operations.calendar import hold_meeting
from fundbank.meetings.operations.settlements import settle_shortfall
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool
from fundbank.pools.roles import Role
from fundbank.repayments.models import Claim, ClaimLine
from fundbank.repayments.operations import verification
from fundbank.repayments.operations.claims import make_claim, post_repayment
from fundbank.scoring.operations import hand_in_score
from tests.builders import a_department, a_municipality, a_person_with, a_pool
from tests.integration.scoring.forum import decide_openly

START = datetime(2024, 2, 8, 9, tzinfo=UTC)
LATER = datetime(2026, 1, 15, 9, tzinfo=UTC)
KRONE = 100


def at(year: int, month: int = 1, day: int = 15) -> datetime:
    return datetime(year, month, day, 9, tzinfo=UTC)


@dataclass
class Bank:
    """A pool of 3,000,000 kroner (unless told otherwise), two departments that can share a loan, and one person for each role."""

    pool: Pool
    own: Department
    others: Department
    applicant: User
    leader: User
    leader_of_others: User
    coordinator: User
    chair: User
    finance: User
    finance_2: User
    auditor: User
    titles: int = field(default=0)

    def award(
        self,
        *,
        loan: int = 0,
        grant: int = 0,
        share: str = "0.5",
        years: int = 3,
        first_year: int = 2025,
        basis: str = "realised",
        shortfall: str = "forum_decides",
        departments: Sequence[Department] | None = None,
        planned: Mapping[tuple[int, int], int] | None = None,
        accepted: bool = True,
        decided_by: User | None = None,
        when: datetime = START,
        title: str = "",
    ) -> Award:
        """An approved application (amounts in kroner); ``planned``: kroner by year of the case and department id."""
        departments = departments or [self.own, self.others]
        if planned is None:
            planned = {(year, unit.id): 200_000 for year in range(1, years + 1) for unit in departments}
        application = self.ready(loan=loan, grant=grant, planned=planned, when=when, title=title)
        meeting = self.meeting(application, when)
        terms = Terms(basis, Decimal(share), years, first_year, [unit.id for unit in departments], shortfall)
        decision = decide_openly(
            actor=decided_by or self.chair, at=when, meeting=meeting, application=application, outcome="approve",
            loan_ore=loan * KRONE, grant_ore=grant * KRONE, terms=terms if loan else None,
        )  # fmt: skip
        assert decision.award is not None
        if accepted:
            awards.accept_award(actor=self.leader, at=when, award=decision.award)
        return decision.award

    def draft(
        self, *, planned: Mapping[tuple[int, int], int], when: datetime, loan: int = 0, grant: int = 0, title: str = ""
    ) -> Application:
        """An application (amounts in kroner) that has only been written."""
        self.titles += 1
        content = Content().replace(
            title=title or f"Projekt {self.titles}",
            summary="Et projekt.",
            loan_ore=loan * KRONE,
            grant_ore=grant * KRONE,
            it_consulted=True,
            frame="digital_workplace",
            costs=(Cost(0, "establishment", (loan + grant) * KRONE, ""),),
            gains=tuple(PlannedGain(year, unit, ore * KRONE, True, "") for (year, unit), ore in planned.items()),
            own_scores=dict.fromkeys(self.pool.policy.weights, len(self.pool.policy.scale)),
        )
        return applications.start_application(actor=self.applicant, at=when, pool=self.pool, department=self.own, content=content)

    def ready(self, *, when: datetime, **asked: Any) -> Application:
        """An application that the forum can decide on, scored once."""
        application = self.draft(when=when, **asked)
        applications.sign_application(actor=self.leader, at=when, application=application)
        applications.submit_application(actor=self.applicant, at=when, application=application)
        applications.screen_application(actor=self.coordinator, at=when, application=application, result="eligible")
        levels = dict.fromkeys(self.pool.policy.weights, len(self.pool.policy.scale))
        hand_in_score(actor=self.chair, at=when, application=application, levels=levels)
        return application

    def meeting(self, application: Any, when: datetime) -> Meeting:
        return hold_meeting(actor=self.coordinator, at=when, pool=self.pool, applications=[application], present=[self.chair])

    def register(self, award: Award, kroner: int, part: str = "loan", when: datetime = START, day: date | None = None) -> Disbursement:
        return awards.register_disbursement(actor=self.finance, at=when, award=award, part=part, amount_ore=kroner * KRONE, pay_on=day)

    def approve_for(self, award: Award, kroner: int, day: date, part: str = "loan", when: datetime = START) -> Disbursement:
        """A payment that waits for its day."""
        payment = self.register(award, kroner, part, when, day)
        assert awards.approve_disbursement(actor=self.finance_2, at=when, disbursement=payment) is None
        return payment

    def pay_out(self, award: Award, kroner: int, part: str = "loan", when: datetime = START) -> Transfer:
        disbursement = self.register(award, kroner, part, when)
        transfer = awards.approve_disbursement(actor=self.finance_2, at=when, disbursement=disbursement)
        assert transfer is not None
        return transfer

    def release(self, award: Award, ore: int, when: datetime = START, key: str | None = None) -> Transfer:
        movement = awards.register_release(actor=self.finance, at=when, award=award, amount_ore=ore, reason="Ikke brug for det.")
        return awards.approve_release(actor=self.finance_2, at=when, movement=movement, key=key)

    def hand_back(self, ore: int, source: str = "Budget 2024", when: datetime = START) -> Transfer:
        movement = register_return_funding(
            actor=self.finance, at=when, pool=self.pool, source=source, amount_ore=ore, reason="Besluttet i byrådet."
        )
        return approve_return_funding(actor=self.finance_2, at=when, movement=movement)

    def gain(self, award: Award, department: Department, year: int, ore: int, *, verified: bool = True) -> None:
        """A gain in øre, reported in the year after and, unless told otherwise, verified."""
        who = self.leader if department is self.own else self.leader_of_others
        when = at(year + 1)
        gains.report_gain(actor=who, at=when, award=award, department=department, year=year, amount_ore=ore, note="Talt op.")
        if verified:
            verification.verify_gain(actor=self.finance, at=when, award=award, department=department, year=year)

    def correct(self, award: Award, department: Department, year: int, ore: int, *, verified: bool = True) -> None:
        """Another figure, in øre, for a gain that was verified."""
        who, when = self.leader if department is self.own else self.leader_of_others, at(year + 2)
        gains.correct_gain(
            actor=who, at=when, award=award, department=department, year=year, amount_ore=ore, cashable=True, reason="Talt igen."
        )  # fmt: skip
        if verified:
            verification.verify_gain(actor=self.finance, at=when, award=award, department=department, year=year)

    def claim(self, award: Award, year: int) -> Claim:
        return make_claim(actor=self.finance, at=at(year + 1, 1, 20), award=award, year=year)

    def repay(self, line: ClaimLine, ore: int | None = None, when: datetime | None = None) -> Transfer:
        amount_ore = line.due_ore if ore is None else ore
        return post_repayment(actor=self.finance, at=when or at(line.claim.year + 1, 2, 1), line=line, amount_ore=amount_ore)

    def held(self, award: Award) -> AwardBalances:
        db.session.flush()
        return award_balances(award.id)

    def check(self) -> None:
        """The books are in order: nothing for the check to find, and the five parts are the whole (domain.md §7)."""
        assert checks.check(self.pool.id) == []
        assert balances(self.pool.id).is_whole

    def check_all(self) -> None:
        """Nothing is left for any check to find."""
        self.check()
        assert [str(fault) for fault in check_records(db.session.connection())] == []

    def settle(
        self, award: Award, action: str, kroner: int | None = None, *, meeting: Meeting | None = None, **more: Any
    ) -> tuple[Meeting, PendingDecision]:
        """What the forum decides on a loan in a meeting that is open: in ``meeting``, or in one of its own."""
        meeting = meeting or self.meeting(award.application, LATER)
        amount_ore = None if kroner is None else kroner * KRONE
        decided = settle_shortfall(
            actor=self.chair, at=LATER, meeting=meeting, award=award, action=action, amount_ore=amount_ore, reason="Besluttet.", **more
        )
        return meeting, decided


def a_bank(*, kroner: int = 3_000_000, preset: str = "herning", **overrides: Any) -> Bank:
    home = a_municipality()
    pool = a_pool(home, preset=preset, **{"minimum_scores": 1, "participants_accept": False, **overrides})
    own, others, staff = (a_department(home, name) for name in ("Forvaltning X", "Øvrige forvaltninger", "Økonomi og stab"))

    def person(name: str, department: Department, *roles: Role) -> User:
        return a_person_with(pool, *roles, department=department, name=name, language="en")

    bank = Bank(
        pool=pool, own=own, others=others,
        applicant=person("Anna Ansøger", own, Role.APPLICANT),
        leader=person("Lars Leder", own, Role.LEADER),
        leader_of_others=person("Lone Leder", others, Role.LEADER),
        coordinator=person("Karen Koordinator", staff, Role.COORDINATOR),
        chair=person("Frode Formand", staff, Role.MEMBER, Role.CHAIR),
        finance=person("Ole Økonomi", staff, Role.FINANCE),
        finance_2=person("Pia Penge", staff, Role.FINANCE),
        auditor=person("Rita Revisor", staff, Role.AUDITOR),
    )  # fmt: skip
    if kroner:
        fund_pool(actor=bank.finance, at=START, pool=pool, source="Budget 2024", amount_ore=kroner * KRONE)
    return bank
