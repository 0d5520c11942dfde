"""Meetings: a new one, the year's, another day, a cancellation, and who is present."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from fundbank.kit.formats import month_name, weekday_name
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import CheckboxesField, DayField, Form, LongTextField, RadioField, SelectField, TextField, VersionField
from fundbank.ledger.forms import AskFirst
from fundbank.meetings.rules import Rhythm
from fundbank.meetings.words import KINDS, WEEKS
from fundbank.people.models import User

OTHER_DAY = "other"


class MeetingForm(AskFirst):
    """A new meeting: one of the proposed days, or another."""

    kind = RadioField(
        _("Kind of meeting"),
        choices=[("ordinary", _("Ordinary: it has a deadline for applications")), ("extra", _("Extra: it has no deadline"))],
        default="ordinary",
    )
    proposed = RadioField(_("Day"), optional=True)
    held_on = DayField(_("Another day"), optional=True, hint=_("For example 3-12-2026."))
    place = TextField(_("Place"), optional=True, max_length=120)

    def propose(self, days: Sequence[tuple[str, str]]) -> None:
        """Offer days to choose between; without any there is only the field for a date."""
        self.proposed.choices = [*days, (OTHER_DAY, gettext("Another day, written below"))]
        self.proposed.flags.optional = self.held_on.flags.optional = False  # one of the two is needed
        if not days:
            del self.proposed
            self.held_on.label.text = gettext("Day")


class MeetingEditForm(AskFirst):
    """Another day or place for a planned meeting."""

    revision = VersionField()
    held_on = DayField(_("Day"))
    place = TextField(_("Place"), optional=True, max_length=120)


class AttendanceForm(Form):
    """Who is present, as the meeting opens and while it is open."""

    present = CheckboxesField(_("Who is present?"), coerce=int, required=_("Tick those who are present."))

    def offer(self, people: Iterable[tuple[User, str]]) -> None:
        """List the people with what they are in the pool."""
        offered = list(people)
        self.present.choices = [(person.id, f"{person.name}, {title}") for person, title in offered]
        self._offered = {person.id: person for person, _title in offered}

    @property
    def people(self) -> list[User]:
        """Those who have been ticked."""
        return [self._offered[user_id] for user_id in self.present.data]


class YearForm(AskFirst):
    """The rule for a year's ordinary meetings, and the days that it names: the sending after the one that showed them plans them."""

    week = SelectField(_("Which"), coerce=int, required=_("Choose one of the possibilities."))
    weekday = SelectField(_("Weekday"), coerce=int, required=_("Choose one of the possibilities."))
    year = SelectField(_("Year"), coerce=int, required=_("Choose a year."))
    months = CheckboxesField(_("In these months"), coerce=int, required=_("Choose at least one."))
    days = CheckboxesField(_("Meetings"), coerce=date.fromisoformat, required=_("Choose at least one."))
    place = TextField(_("Place"), optional=True, max_length=120)

    def __init__(self, this_year: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.week.choices = [(week, gettext(word)) for week, word in WEEKS.items()]
        self.weekday.choices = [(number, weekday_name(number)) for number in range(5)]
        self.months.choices = [(number, month_name(number)) for number in range(1, 13)]
        self.year.choices = [(year, str(year)) for year in (this_year, this_year + 1)]

    @property
    def rhythm(self) -> Rhythm:
        """The rule as it is chosen."""
        months = tuple(month for month in self.months.data or () if 1 <= month <= 12)
        weekday, week = self.weekday.data, self.week.data
        usual = Rhythm()
        return Rhythm(
            weekday=weekday if weekday in dict(self.weekday.choices) else usual.weekday,
            week=week if week in WEEKS else usual.week,
            months=months,
        )

    @property
    def of_year(self) -> int:
        """The year that is chosen, or this one."""
        offered = [year for year, _text in self.year.choices]
        return int(self.year.data) if self.year.data in offered else int(offered[0])

    def offer(self, days: Sequence[tuple[date, str]]) -> bool:
        """Offer the days, all of them ticked unless they have been shown before. Tell whether they have."""
        self.days.choices = list(days)
        is_seen = self.is_seen(*(day for day, _text in days))
        if not is_seen:
            self.days.data = [day for day, _text in days]
        return is_seen

    @property
    def chosen(self) -> list[date]:
        """The days that are ticked."""
        return sorted(self.days.data)


class CancelMeetingForm(Form):
    """Why a planned meeting is cancelled."""

    reason = LongTextField(_("Why?"), required=_("Write why the meeting is cancelled."), max_length=1000)


class OfAPersonForm(Form):
    """Who of some people, and why."""

    person: RadioField
    reason: LongTextField

    def offer(self, people: Iterable[User]) -> None:
        """Let the reader choose between these people."""
        self._offered = {person.id: person for person in people}
        self.person.choices = [(person.id, person.name) for person in self._offered.values()]

    @property
    def chosen(self) -> User:
        """Who has been chosen."""
        return self._offered[self.person.data]


class RecusalForm(OfAPersonForm):
    """Whom the chair keeps out of one item, and why."""

    person = RadioField(_("Who stays out of it?"), coerce=int, required=_("Choose a person."))
    reason = LongTextField(
        _("Why?"), required=_("Write why the member stays out of it."), max_length=1000, hint=_("It stands in the minutes.")
    )


class ReadmissionForm(OfAPersonForm):
    """Who takes part in one item again, and why."""

    person = RadioField(_("Who takes part again?"), coerce=int, required=_("Choose a person."))
    reason = LongTextField(_("Why?"), required=_("Write why the member takes part after all."), max_length=1000)


class OtherItemForm(Form):
    """An item of the agenda that is no application; what came of it is asked for in the open meeting."""

    revision = VersionField()
    kind = RadioField(_("What is it for?"), required=_("Choose one of the possibilities."))
    title = TextField(_("Title"), required=_("Write what the item is called."), max_length=200)
    text = LongTextField(_("Text"), optional=True, max_length=4000)
    outcome = LongTextField(
        _("What was decided or noted"),
        optional=True,
        max_length=4000,
        hint=_("It stands in the minutes."),
    )

    def __init__(self, *, is_open: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = [(str(kind), gettext(word)) for kind, word in KINDS.items()]
        if not is_open:
            del self.outcome

    @property
    def said(self) -> dict[str, Any]:
        """What has been written."""
        outcome = {"outcome": self.outcome.data or ""} if "outcome" in self else {}
        return {"kind": self.kind.data, "title": self.title.data, "text": self.text.data or ""} | outcome
