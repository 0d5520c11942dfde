"""The demo: five municipalities' stories, one of claims that change, and one busy pool of today with something waiting on every screen."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.resources import files
from itertools import islice
from typing import TypeVar

from sqlalchemy import exists, select

from fundbank.applications.operations import comment_on
from fundbank.applications.operations.advice import ask_for_advice
from fundbank.applications.permissions import can_comment
from fundbank.applications.rules.gainers import Answer
from fundbank.applications.states import HANDED_IN, State
from fundbank.awards.models import Award
from fundbank.awards.operations import approve_disbursement, register_disbursement
from fundbank.awards.queries import awards_of_pool, bound_people, room_to_register_ore
from fundbank.awards.states import PAYABLE
from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.history.operations import record_own
from fundbank.ideas.operations import note_idea
from fundbank.ideas.operations.calls import close_call, open_call
from fundbank.ideas.operations.needs import rate_need, write_need
from fundbank.ideas.rules import STANDARD, Answers
from fundbank.kit.clock import local_date
from fundbank.kit.language import DEFAULT, speaking
from fundbank.kit.language import gettext as _
from fundbank.kit.transaction import replaying
from fundbank.kit.working_days import is_working_day
from fundbank.ledger.permissions import may_be_second
from fundbank.meetings.operations.calendar import plan_meeting, put_on_agenda, rank_agenda
from fundbank.meetings.queries.agenda import waiting_for_agenda
from fundbank.meetings.rules import submission_deadline
from fundbank.people.models import Municipality, User
from fundbank.people.operations.passwords import hash_password
from fundbank.pools.models import Pool
from fundbank.pools.queries import people_in
from fundbank.pools.roles import Role
from fundbank.questions.operations import ask_question
from fundbank.questions.permissions import takes_questions
from fundbank.scenarios.player import Played, World, play
from fundbank.scenarios.reader import read

STORIES = ("herning", "favrskov", "aabenraa", "rudersdal", "jammerbugt", "saltoft")
BUSY = "travl"
PASSWORD = "digital-bank-demo"  # noqa: S105  (the demo's, printed on the screen; real people choose their own)
FILLED = "demo_filled"
AGENDA = 8  # of what waits, on the next meeting's agenda
THINKS = "Vi vil gerne være med. Gevinsten i år 1 er for høj: vi kan først begynde til sommer, når skærmene er sat op hos familierne."
SEES_ORE = 20_000_00
NEEDS_HELP = "Kan I se, om leverandørens sikkerhed er i orden, før vi går videre?"
ASKS = "Hvem sætter skærmene op hos borgerne, og hvad koster det?"

CALL, LAST_CALL = "Behov for it-udvikling næste år", "Behov for it-udvikling i år"
CALL_SAYS = "Skriv hvert behov for sig. Styregruppen læser dem, når fristen er gået, og bruger dem i prioriteringen af næste års midler."
CALL_DAYS = 18  # from the day on which the demo is filled
NEEDS = (
    (
        "Ét sted til borgernes bilag",
        3,
        Answers(
            need="Borgerne sender de samme bilag flere gange, fordi de ikke kan se, hvad vi har fået.",
            users="Borgerservice, jobcentret og borgerne.",
            shared="Ja, gerne sammen med jobcentret.",
            development_ore=300_000_00,
            operation_ore=40_000_00,
        ),
    ),
    (
        "Digital nøgle til hjemmeplejen",
        5,
        Answers(
            need="Medarbejderne henter og afleverer nøgler hver dag. Næste år vil vi begynde med digitale nøgler i to distrikter.",
            equipment="Låse til 400 borgere og en app til medarbejdernes telefoner.",
            users="120 medarbejdere i hjemmeplejen og deres borgere.",
            value="20 minutters kørsel mindre om dagen for hver vagt.",
            resources="En projektleder to dage om ugen i et halvt år.",
            shared="Integration til omsorgssystemet.",
            development_ore=650_000_00,
            operation_ore=90_000_00,
        ),
    ),
    (
        "Selvbetjent booking af pas og kørekort",
        4,
        Answers(
            need="Borgerne ringer for at få en tid. Næste år vil vi lade dem booke selv, og i årene efter også til de andre ærinder.",
            users="Borgerservice og 9.000 borgere om året.",
            value="Færre opkald og kortere kø i ekspeditionen.",
            resources="To medarbejdere en dag om ugen, mens det tages i brug.",
            development_ore=220_000_00,
            operation_ore=35_000_00,
        ),
    ),
)

IDEAS = (
    ("Skærme i venteværelset", "Borgerne spørger, hvor længe de skal vente. En skærm kunne vise det, og personalet fik ro til samtalerne."),
    ("Fælles kalender for mødelokaler", "Vi går forgæves til lokaler, der er optaget. Kan de bookes ét sted for alle husene?"),
)

Found = TypeVar("Found")


class Unfaithful(Exception):
    """A story did not play as its file says; the package is broken."""


def is_empty() -> bool:
    """Is there no municipality yet?"""
    return not db.session.scalar(select(exists().select_from(Municipality)))


def is_demo() -> bool:
    """Was this database filled by the demo?"""
    return bool(db.session.scalar(select(exists().where(HistoryEntry.event == FILLED))))


def strangers() -> list[str]:
    """The names of the municipalities that the demo did not make."""
    of_the_demo = select(Pool.municipality_id).join(HistoryEntry, HistoryEntry.pool_id == Pool.id).where(HistoryEntry.event == FILLED)
    return list(db.session.scalars(select(Municipality.name).where(Municipality.id.not_in(of_the_demo)).order_by(Municipality.id)))


def fill(*, at: datetime) -> None:
    """Play every story into the database, give its people a password, and let things wait in the busy pool."""
    password_hash = hash_password(PASSWORD)
    for name in (BUSY, *STORIES):
        world = _play(name).world
        for person in world.people.values():
            person.password_hash = password_hash
        if name == BUSY:
            let_things_wait(world, at)
        record_own(world.pool, FILLED, at=at)


def how_to_sign_in() -> str:
    """Who is who, as text for the terminal: those who can take an application of the busy pool all the way, and a line a story."""
    filled = select(Pool).join(HistoryEntry, HistoryEntry.pool_id == Pool.id).where(HistoryEntry.event == FILLED)
    busy, *stories = db.session.scalars(filled.order_by(Pool.id))
    lines = [f"Sign in with the password {PASSWORD} as", "", f"  {busy.municipality.name}, {busy.name}"]
    for role in Role:
        for number, needed in enumerate(_needed(busy, role)):
            lines.append(f"    {'' if number else role:<20} {needed.email}")
    lines += ["", "  or as the coordinator of a story:"]
    for pool in stories:
        person = next(iter(people_in(pool, Role.COORDINATOR)), None)
        if person is not None:
            lines.append(f"    {pool.municipality.name:<20} {person.email}")
    return "\n".join(lines)


def _needed(pool: Pool, role: Role) -> list[User]:
    """As many of a role as it takes: every score that must be given, the second pair of eyes on a payment, else one."""
    chairs = people_in(pool, Role.CHAIR) if role == Role.MEMBER else []
    number = {Role.MEMBER: pool.policy.minimum_scores, Role.FINANCE: 2}.get(role, 1)
    return [person for person in people_in(pool, role) if person not in chairs][:number]


def story(name: str) -> str:
    """The text of a story that ships with the program."""
    return files("fundbank.scenarios").joinpath("stories", f"{name}.toml").read_text("utf-8")


def _play(name: str) -> Played:
    """Play a story, whose people get addresses by which they can sign in."""
    scenario = read(story(name))
    people = [row.model_copy(update={"email": f"{row.key}@{name}.example"}) for row in scenario.people]
    played = play(replace(scenario, people=people))
    if played.differences:
        raise Unfaithful(f"{name}: {played.differences[0]}")
    return played


def let_things_wait(world: World, at: datetime) -> None:
    """What no event of the past can say: meetings to come, payments that wait for a second pair of eyes, and what a department that gains
    thinks. Nobody is written to.
    """
    with replaying():
        _let_things_wait(world, at)


def _let_things_wait(world: World, at: datetime) -> None:
    coordinator = _first(people_in(world.pool, Role.COORDINATOR))
    days = world.pool.policy.submission_working_days
    day = local_date(at) + timedelta(days=1)
    while not is_working_day(day) or submission_deadline(day, days) < local_date(at):
        day += timedelta(days=1)
    for weeks in (0, 4):
        held_on = day + timedelta(weeks=weeks)
        meeting = plan_meeting(actor=coordinator, at=at, pool=world.pool, held_on=held_on, place="Mødelokale 2, rådhuset")
        if weeks == 0:
            for application in waiting_for_agenda(meeting)[:AGENDA]:
                put_on_agenda(actor=coordinator, at=at, meeting=meeting, application=application)
            rank_agenda(actor=coordinator, at=at, meeting=meeting)
    for award in awards_of_pool(world.pool.id, PAYABLE):
        part = "loan" if award.loan_ore else "grant"
        amount_ore = room_to_register_ore(award, part) // 2
        registrar = next(iter(person for person in people_in(world.pool, Role.FINANCE) if person.id != award.decided_by_id), None)
        if amount_ore > 1 and registrar is not None:
            _register(award, part, amount_ore, registrar, at)
    for writer, (title, text) in zip(people_in(world.pool, Role.APPLICANT), IDEAS, strict=False):
        note_idea(actor=writer, at=at, pool=world.pool, department=writer.department, title=title, text=text)
    _call_for_needs(world, coordinator, at)
    for draft in islice((one for one in world.applications.values() if one.state == State.DRAFT), 1):
        ask_for_advice(actor=draft.created_by, at=at, application=draft, text=NEEDS_HELP)
    gaining = (
        (application, person)
        for application in world.applications.values()
        for person in people_in(world.pool, Role.LEADER)
        if application.state in HANDED_IN and can_comment(person, application)
    )
    for application, leader in islice(gaining, 1):
        comment_on(actor=leader, at=at, application=application, answer=Answer.ANOTHER, figure_ore=SEES_ORE, text=THINKS)
        if takes_questions(coordinator, application):
            ask_question(actor=coordinator, at=at, application=application, text=ASKS)


def _call_for_needs(world: World, coordinator: User, at: datetime) -> None:
    """One that two departments have answered and that is closed, and one that departments are answering."""
    with speaking(DEFAULT):
        questions = {code: _(question) for code, question in STANDARD.items()}
    writers = people_in(world.pool, Role.APPLICANT)
    for title, days, needs in ((LAST_CALL, 0, NEEDS[:2]), (CALL, CALL_DAYS, NEEDS[2:])):
        due_on = local_date(at) + timedelta(days=days)
        call = open_call(
            actor=coordinator, at=at, pool=world.pool, title=title, introduction=CALL_SAYS, questions=questions, due_on=due_on
        )  # fmt: skip
        for writer, (need, importance, answers) in zip(writers, needs, strict=False):
            idea = write_need(
                actor=writer, at=at, call=call, department=writer.department, title=need, answers=answers, is_sent=True
            )  # fmt: skip
            rate_need(actor=writer, at=at, idea=idea, importance=importance)
        if title == LAST_CALL:
            close_call(actor=coordinator, at=at, call=call)


def _register(award: Award, part: str, amount_ore: int, registrar: User, at: datetime) -> None:
    """Half of it waits for a second person, half for its day, two weeks ahead."""
    register_disbursement(actor=registrar, at=at, award=award, part=part, amount_ore=amount_ore // 2, text="1. rate")
    bound = bound_people(award)
    second = next((one for one in people_in(award.pool, Role.FINANCE) if may_be_second(one, award.pool, registrar, bound)), None)
    if second is not None:
        pay_on = local_date(at) + timedelta(weeks=2)
        later = register_disbursement(
            actor=registrar, at=at, award=award, part=part, amount_ore=amount_ore // 2, text="2. rate", pay_on=pay_on
        )
        approve_disbursement(actor=second, at=at, disbursement=later)


def _first(found: Iterable[Found]) -> Found:
    return next(iter(found))
