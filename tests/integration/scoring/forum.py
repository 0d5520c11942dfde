"""A forum with its people and applications, made by the operations; and the form of a page as a browser would send it."""

from datetime import UTC, date, datetime
from typing import Any

import html5lib

from fundbank.applications.models import Application
from fundbank.applications.operations import screen_application, sign_application, start_application, submit_application
from fundbank.applications.rules.content import Content, Cost, PlannedGain
from fundbank.kit.clock import noon
from fundbank.ledger.operations import fund_pool
from fundbank.meetings.models import Decision, Meeting
from fundbank.meetings.operations import calendar
from fundbank.meetings.operations.cancellations import cancel_in_meeting
from fundbank.meetings.operations.decisions import decide
from fundbank.meetings.operations.revisions import carry_out
from fundbank.meetings.operations.settlements import settle_shortfall
from fundbank.meetings.operations.wanted import Wanted
from fundbank.people.models import Department, User
from fundbank.pools.criteria import CODES
from fundbank.pools.roles import Role
from fundbank.scoring.operations import hand_in_score
from tests.answers import answer_all
from tests.builders import AT, a_department, a_municipality, a_person_with, a_pool

THURSDAY = date(2026, 3, 19)
TODAY = datetime(2026, 3, 19, 9, 0, tzinfo=UTC)  # the day of the meeting


class Forum:
    """A pool with 1,000,000 available, an applying unit below a top department, and the forum's people in a department of their own."""

    def __init__(self, preset: str = "favrskov", *, funding_ore: int = 1_000_000_00, **overrides: Any) -> None:
        municipality = a_municipality()
        self.pool = a_pool(municipality, preset=preset, **overrides)
        self.top = a_department(municipality, "Børn og Unge")
        self.unit = a_department(municipality, "Tandplejen", parent=self.top)
        self.below = a_department(municipality, "Klinik Nord", parent=self.unit)
        self.citizens = a_department(municipality, "Borgerservice")
        self.staff = a_department(municipality, "Direktionens stab")
        self.applicant = self.person("Anne Ansøger", Role.APPLICANT, department=self.unit)
        self.leader = self.person("Lone Leder", Role.LEADER, department=self.top)
        self.coordinator = self.person("Karen Koordinator", Role.COORDINATOR)
        self.chair = self.person("Carl Formand", Role.CHAIR, Role.MEMBER)
        self.maja = self.person("Maja Medlem", Role.MEMBER)
        self.mads = self.person("Mads Medlem", Role.MEMBER)
        self.finance = self.person("Finn Finans", Role.FINANCE)
        if funding_ore:
            fund_pool(actor=self.finance, at=AT, pool=self.pool, source="Budget 2026", amount_ore=funding_ore)

    def person(self, name: str, *roles: Role, department: Department | None = None) -> User:
        return a_person_with(self.pool, *roles, department=department or self.staff, name=name, language="en")

    def application(
        self,
        title: str = "3D-tandskanning",
        *,
        loan_ore: int = 0,
        grant_ore: int = 0,
        department: Department | None = None,
        at: datetime = AT,
        **more: Any,
    ) -> Application:
        """An application that is ready for the forum, submitted at ``at``."""
        department = department or self.unit
        loan_ore = loan_ore if loan_ore or grant_ore else 300_000_00
        content = Content(
            title=title,
            summary="Scanneren sparer tid.",
            loan_ore=loan_ore,
            grant_ore=grant_ore,
            it_consulted=True,
            costs=(Cost(0, "establishment", loan_ore + grant_ore, "Scanner"),),
            gains=tuple(PlannedGain(year, department.id, 200_000_00) for year in (1, 2, 3)) if loan_ore else (),
        ).replace(**more)
        writer = self.applicant if department == self.unit else self.person("Ansøger", Role.APPLICANT, Role.LEADER, department=department)
        application = start_application(actor=writer, at=at, pool=self.pool, department=department, content=content)
        self.submit(application, at=at)
        return application

    def submit(self, application: Application, *, at: datetime = AT) -> None:
        """Sign, submit and screen: the way to the forum, the first time and again."""
        writer = application.created_by
        leader = self.leader if application.department.is_within(self.leader.department) else writer
        answer_all(application, at=at)
        sign_application(actor=leader, at=at, application=application)
        submit_application(actor=writer, at=at, application=application)
        screen_application(actor=self.coordinator, at=at, application=application, result="eligible")

    def score(self, application: Application, *levels: int, by: User | None = None, at: datetime = AT, comment: str = "") -> None:
        """Levels of the five criteria in their order; one level stands for all five."""
        five = levels if len(levels) == 5 else levels * 5
        hand_in_score(actor=by or self.maja, at=at, application=application, levels=dict(zip(CODES, five, strict=True)), comment=comment)

    def scored(self, *levels: int, **more: Any) -> Application:
        """A ready application that all three members have scored alike."""
        application = self.application(**more)
        for member in (self.chair, self.maja, self.mads):
            self.score(application, *levels, by=member)
        return application

    def meeting(self, *applications: Application, day: date = THURSDAY, at: datetime = AT, is_ordinary: bool = True) -> Meeting:
        """A planned meeting with an agenda."""
        meeting = calendar.plan_meeting(actor=self.coordinator, at=at, pool=self.pool, held_on=day, is_ordinary=is_ordinary)
        for application in applications:
            calendar.put_on_agenda(actor=self.coordinator, at=at, meeting=meeting, application=application)
        return meeting

    def open_meeting(self, *applications: Application, present: tuple[User, ...] = (), day: date = THURSDAY) -> Meeting:
        """A meeting that the chair has opened at noon of its day."""
        meeting = self.meeting(*applications, day=day)
        calendar.open_meeting(actor=self.chair, at=noon(day), meeting=meeting, present=present or (self.chair, self.maja, self.mads))
        return meeting


def decide_openly(*, actor: User, at: datetime, meeting: Meeting, **decision: Any) -> Decision:
    """A decision that everybody knows of at once, as in a scenario file: no test need close its meeting."""
    decide(actor=actor, at=at, meeting=meeting, wanted=Wanted(**decision))
    carry_out(at=at, meeting=meeting)
    return meeting.decisions[-1]


def settle_openly(*, at: datetime, meeting: Meeting, **decision: Any) -> None:
    """The same of a loan that is settled."""
    settle_shortfall(at=at, meeting=meeting, **decision)
    carry_out(at=at, meeting=meeting)


def cancel_openly(*, at: datetime, meeting: Meeting, **decision: Any) -> None:
    """The same of an award that is given up."""
    cancel_in_meeting(at=at, meeting=meeting, **decision)
    carry_out(at=at, meeting=meeting)


def sent(page: str, **typed: Any) -> dict[str, Any]:
    """What a browser would send of the page's main form, with what is typed laid over it."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    form = next(one for one in tree.iter("form") if "novalidate" in one.attrib)
    data: dict[str, Any] = {}
    for element in form.iter():
        name, kind = element.get("name"), element.get("type")
        if element.tag == "input" and name:
            if kind not in ("radio", "checkbox"):
                data[name] = element.get("value", "")
            elif "checked" in element.attrib:
                data.setdefault(name, []).append(element.get("value"))
        elif element.tag == "textarea" and name:
            data[name] = element.text or ""
        elif element.tag == "select" and name:
            data[name] = next((option.get("value") for option in element.iter("option") if "selected" in option.attrib), "")
    return {name: value for name, value in {**data, **typed}.items() if name not in ("csrf_token", "once")}
