"""What the forum says: a consensus, a decision, a settlement, a revised business case."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from flask import request
from wtforms import Field

from fundbank.applications.forms.levels import level_choices
from fundbank.applications.forms.rows import RowForm, Rows
from fundbank.applications.forms.stated import StatesPayback, stated_values
from fundbank.applications.forms.stored import row_kinds
from fundbank.applications.rules.content import Content
from fundbank.applications.rules.row_names import named
from fundbank.applications.rules.words import COST_KINDS
from fundbank.awards.rules import LONGEST_TERM_YEARS, Terms
from fundbank.awards.words import BASES, SHORTFALLS
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import (
    CheckboxesField,
    DayField,
    Form,
    KronerField,
    LongTextField,
    PercentField,
    RadioField,
    SelectField,
    VersionField,
    WholeNumberField,
)
from fundbank.ledger.forms import AskFirst
from fundbank.meetings.rules.choices import NO_DAY, NOBODY
from fundbank.meetings.states import Action, Outcome
from fundbank.meetings.words import ACTIONS, CONSENTS, OUTCOMES
from fundbank.people.models import Department, User
from fundbank.pools.criteria import NAMES
from fundbank.pools.policy import Policy

CASE_ROWS = ("costs", "gains", "gain_areas")
"""The rows of a business case that can be revised."""


def translated(words: dict[Any, str]) -> list[tuple[str, str]]:
    """Make choices of codes and message ids, in the reader's language."""
    return [(str(code), gettext(word)) for code, word in words.items()]


class ConsensusForm(Form):
    """The level on which the forum agreed for one criterion."""

    criterion = RadioField(_("Criterion"), required=_("Choose one of the five criteria."))
    level = RadioField(_("Level"), coerce=int, required=_("Choose a level of the scale."))
    reason = LongTextField(_("Why did the forum choose this level?"), required=_("Write why the forum chose this level."))

    def __init__(self, policy: Policy, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criterion.choices = translated(NAMES)
        self.level.choices = level_choices(policy.scale)


class DecisionForm(AskFirst):
    """What the forum decides. An approval is recorded by the page that showed its effect."""

    outcome = RadioField(_("What does the forum decide?"), required=_("Choose what the forum decides."))
    loan = KronerField(_("Loan"), optional=True)
    grant = KronerField(_("Grant"), optional=True)
    basis = RadioField(_("What do the claims follow?"), optional=True)
    share = PercentField(_("Share of the gain that is repaid"), optional=True)
    first_year = WholeNumberField(_("First year of gains"), optional=True, least=2000, most=2199)
    years = WholeNumberField(_("Number of years"), optional=True, least=1, most=LONGEST_TERM_YEARS)
    departments = CheckboxesField(_("Departments that share their gains with the pool"), coerce=int)
    others = CheckboxesField(_("Other departments"), coerce=int)
    shortfall = RadioField(_("If the gains fall short"), optional=True)
    conditions = LongTextField(_("Conditions"), optional=True, hint=_("They stand in the letter to the department."))
    owner = SelectField(_("Who sees to the conditions?"), optional=True, coerce=int)
    due_on = DayField(_("By when?"), optional=True, hint=_("From that day on they stand on each agenda, until they are met."))
    reason = LongTextField(
        _("Reason"),
        optional=True,
        hint=_("Needed unless all that was applied for is approved. It stands in the letter and in the minutes."),
    )

    def __init__(
        self, units: Sequence[Department], concerned: Sequence[int], people: Sequence[User], meeting_year: int,
        requested_ore: int, **kwargs: Any,
    ) -> None:  # fmt: skip
        """Offer the ``concerned`` departments, and the other ``units`` apart from them; and the ``people`` who can see to conditions."""
        super().__init__(**kwargs)
        self._people = {person.id: person for person in people}
        self.owner.choices = offered(people)
        self.meeting_year, self.requested_ore = meeting_year, requested_ore
        names = {unit.id: unit.name for unit in units}
        self.outcome.choices = translated(OUTCOMES)
        self.basis.choices = translated(BASES)
        self.shortfall.choices = translated(SHORTFALLS)
        self.departments.choices = [(id_, names[id_]) for id_ in concerned if id_ in names]
        self.others.choices = [(unit.id, unit.name) for unit in units if unit.id not in concerned]
        for field in self._fields.values():
            field.flags.optional = False  # what is needed depends on the outcome; "(optional)" at nearly every field would say nothing

    @property
    def loan_ore(self) -> int:
        return self.loan.data or 0

    @property
    def grant_ore(self) -> int:
        return self.grant.data or 0

    @property
    def is_approval(self) -> bool:
        return bool(self.outcome.data == Outcome.APPROVE)

    @property
    def has_conditions(self) -> bool:
        """Does it approve, on conditions?"""
        return self.is_approval and bool(self.conditions.data)

    @property
    def seen_to(self) -> dict[str, Any]:
        """Who sees to the conditions, and by when; nothing without any."""
        return {"owner": self._people.get(self.owner.data), "due_on": self.due_on.data} if self.has_conditions else {}

    def terms(self) -> Terms | None:
        """The terms of the loan that is approved, None without one; what is missing is refused by their own check."""
        return self.terms_as_typed() if self.is_approval else None

    def terms_as_typed(self) -> Terms | None:
        """The terms as the form stands, whatever is decided; None without a loan."""
        if not self.loan_ore:
            return None
        return Terms(
            basis=self.basis.data or "",
            share=self.share.data or Decimal(0),
            years=self.years.data or 0,
            first_year=self.first_year.data or 0,
            department_ids=tuple([*(self.departments.data or ()), *(self.others.data or ())]),
            shortfall=self.shortfall.data or "",
        )

    def figures(self) -> list[str]:
        """The amounts and terms as texts: a page that showed their effect is known by them."""
        terms = self.terms_as_typed()
        said = [terms.basis, f"{terms.share.normalize():f}", terms.years, terms.first_year, terms.shortfall] if terms else []
        return [str(part) for part in (self.loan_ore, self.grant_ore, *said, *(terms.department_ids if terms else ()))]

    def check(self) -> None:
        """Ask also for a reason for everything but an approval of the whole, and that no loan is repaid out of gains before it."""
        if (terms := self.terms()) and self.first_year.data and terms.first_year < self.meeting_year:
            text = gettext("The first year of gains is %(year)s, the year of the meeting, or later.", year=str(self.meeting_year))
            self.first_year.errors = [text]
        if self.outcome.data in (Outcome.REJECT, Outcome.DEFER, Outcome.RETURN) and not self.reason.data:
            self.reason.errors = [gettext("Write the reason: the department must be able to read why.")]
        if self.is_approval and 0 < self.loan_ore + self.grant_ore < self.requested_ore and not self.reason.data:
            self.reason.errors = [gettext("Write why less is given than was applied for: it stands in the letter.")]
        if self.has_conditions:
            ask_who_sees_to(self.owner, self.due_on)


def offered(people: Sequence[User]) -> list[tuple[Any, str]]:
    """Choices of people by name and department, and of nobody."""
    return [("", gettext("Choose")), *((person.id, f"{person.name}, {person.department.name}") for person in people)]


def ask_who_sees_to(owner: Field, due_on: Field) -> None:
    """Ask who sees to conditions and by when, where it was left open."""
    for field, missing in ((owner, NOBODY), (due_on, NO_DAY)):
        if not field.data and not field.errors:
            field.errors = [gettext(missing)]


class TakeBackForm(Form):
    """A decision that the forum takes back before its meeting is closed."""

    reason = LongTextField(_("Why is the decision taken back?"), required=_("Write the reason."), hint=_("It stands in the minutes."))


class SettlementForm(AskFirst):
    """What the forum decides on a loan, in whole or in part: what it gives up is shown before it is given up."""

    action = RadioField(_("What does the forum decide?"), required=_("Choose what the forum decides."))
    years = WholeNumberField(_("Number of years more"), optional=True, least=1, most=LONGEST_TERM_YEARS, hint=_("Only for an extension."))
    amount = KronerField(
        _("Amount"), optional=True, positive=True, hint=_("Only for a write-off or a grant instead: a part of it. All if left empty.")
    )
    reason = LongTextField(_("Reason"), required=_("Write the reason."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action.choices = [(str(action), gettext(ACTIONS[action])) for action in Action]
        self.years.flags.optional = False  # an extension needs it, and the hint says so


class ConsentForm(Form):
    """What the forum says to a revised business case: to the one with the id ``waiting``, which the page has shown."""

    waiting = VersionField()
    outcome = RadioField(_("Does the forum consent?"), required=_("Choose whether the forum consents."))
    reason = LongTextField(_("Reason"), required=_("Write the reason: the department must be able to read why."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = translated(CONSENTS)


class RevisionForm(StatesPayback, AskFirst):
    """The costs and planned gains of an awarded project, written anew. What needs consent is shown before it is put to the forum.

    ``waiting`` is the id of the revision that waited for the forum when the page was opened; 0 for none.
    """

    revision = VersionField()
    waiting = VersionField()
    meeting = SelectField(_("Meeting that is asked for its consent"), optional=True, coerce=int)
    reason = LongTextField(_("Why is the business case changed?"), required=_("Write the reason for the change."))

    def __init__(
        self, units: Sequence[Department], content: Content, meetings: Sequence[tuple[int, str]], *, revision: int, waiting: int
    ) -> None:
        super().__init__(data={"revision": revision, "waiting": waiting, **stated_values(content)})
        self.meeting.choices = [("", gettext("No meeting")), *meetings]
        sent = request.form if self.is_submitted() else None
        choices: dict[str, Sequence[tuple[Any, Any]]] = {
            "department": [("", _("Choose a department")), *((unit.id, unit.name) for unit in units)],
            "kind": [(code, gettext(word)) for code, word in COST_KINDS.items()],
        }
        self.rows = {
            name: Rows(name, kind, choices, sent=sent, values=values, start=0, known_texts=content.texts())
            for name, kind, values, _start in row_kinds(named(content))
            if name in CASE_ROWS
        }

    def __iter__(self) -> Iterator[Field]:
        yield from super().__iter__()
        for row in self._begun():
            yield from row

    @property
    def errors(self) -> dict[Any, Any]:
        found = dict(super().errors)
        for row in self._begun():
            found |= {field.name: field.errors for field in row if field.errors}
        return found

    def press(self, button: str) -> None:
        """Add or remove a row: ``add:gains``, ``remove:gains-2``. Nothing is saved."""
        verb, _colon, name = button.partition(":")
        if verb == "add" and name in self.rows:
            self.rows[name].add()
        elif verb == "remove" and name.rpartition("-")[0] in self.rows:
            self.rows[name.rpartition("-")[0]].remove(name)

    def check(self) -> None:
        """Check the rows that were begun."""
        for rows in self.rows.values():
            rows.check()
        self.check_stated()

    def content(self, base: Content) -> Content:
        """``base`` with the costs, the gains and the stated payback as they stand in the form."""
        return base.replace(
            stated_payback=self.stated,
            costs=tuple(cost for row in self.rows["costs"].filled for cost in row.read().costs()),
            gains=tuple(gain for row in self.rows["gains"].filled for gain in row.read().gains()),
            gain_areas=tuple(row.read() for row in self.rows["gain_areas"].filled),
        )

    def _begun(self) -> Iterator[RowForm]:
        for rows in getattr(self, "rows", {}).values():
            yield from rows.filled
