"""What the chair records of a choice: the chosen items are approved, and each of the others gets its outcome or stays as it is."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from wtforms import Field

from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import DayField, LongTextField, SelectField
from fundbank.ledger.forms import AskFirst
from fundbank.meetings.forms.choice import Offered
from fundbank.meetings.forms.decisions import ask_who_sees_to
from fundbank.meetings.forms.decisions import offered as people_offered
from fundbank.meetings.rules.choices import Choice, Laid
from fundbank.meetings.states import Outcome
from fundbank.meetings.words import OUTCOMES_DONE
from fundbank.people.models import User

LEFT = ""
"""The outcome of what is not decided now."""
OTHERWISE = (Outcome.REJECT, Outcome.DEFER, Outcome.RETURN)


class RecordForm(AskFirst):
    """A reason and conditions for each chosen item; an outcome and its reason for each other. The second sending records."""

    offered: Mapping[int, Offered]
    chosen: Mapping[int, Choice]
    laid: Laid
    owners: Mapping[int, Sequence[User]]

    def check(self) -> None:
        """Ask for a reason where somebody will want to read it: for less than was asked for, against the proposal, for every other no."""
        for id_, one in self.offered.items():
            reason = self[f"reason_{id_}"]
            if not reason.data and not reason.errors and (missing := self._why(id_, one)):
                reason.errors = [missing]
            if self.conditions_of(id_):
                ask_who_sees_to(self[f"owner_{id_}"], self[f"due_on_{id_}"])

    def _why(self, id_: int, one: Offered) -> str:
        """What the missing reason of an item would have to tell; "" if it needs none."""
        choice = self.chosen.get(id_)
        if choice is None:
            return gettext("Write the reason: the department must be able to read why.") if self.outcome_of(id_) else ""
        if choice.total_ore < one.loan_ore + one.grant_ore:
            return gettext("Write why less is given than was applied for: it stands in the letter.")
        return gettext(self.laid.missing) if self.laid.asks_why(id_, choice.total_ore) else ""

    def outcome_of(self, id_: int) -> str:
        """The outcome that the item gets, or LEFT."""
        return Outcome.APPROVE if id_ in self.chosen else self[f"outcome_{id_}"].data or LEFT

    def reason_of(self, id_: int) -> str:
        return self[f"reason_{id_}"].data or ""

    def conditions_of(self, id_: int) -> str:
        return self[f"conditions_{id_}"].data or "" if id_ in self.chosen else ""

    def seen_to(self, id_: int) -> dict[str, Any]:
        """Who sees to the conditions of an item, and by when; nothing without any."""
        if not self.conditions_of(id_):
            return {}
        owner = next((person for person in self.owners[id_] if person.id == self[f"owner_{id_}"].data), None)
        return {"owner": owner, "due_on": self[f"due_on_{id_}"].data}

    def place_of(self, field: Field) -> str:
        """Each field is that of an item."""
        _name, _line, id_ = field.name.rpartition("_")
        return self.offered[int(id_)].title if id_.isdecimal() else ""

    def refuse(self, field: str | None, sentence: str, code: str) -> None:
        """Put the sentence at its item; a chosen one has no field for its outcome, so that its reason takes it."""
        name, _line, id_ = (field or "").rpartition("_")
        if name == "outcome" and field not in self and id_.isdecimal():
            field = f"reason_{id_}"
        super().refuse(field, sentence, code)

    def figures(self) -> list[str]:
        """All that would be recorded as texts: a page that listed it is known by them."""
        said: list[Any] = []
        for id_ in self.offered:
            choice = self.chosen.get(id_)
            sums = (choice.loan_ore, choice.grant_ore) if choice else ()
            seen_to = [self[f"{name}_{id_}"].data for name in ("owner", "due_on")] if self.conditions_of(id_) else []
            said += [id_, self.outcome_of(id_), *sums, self.reason_of(id_), self.conditions_of(id_), *seen_to]
        return [str(part) for part in said]


def record_form(
    offered: Collection[Offered], chosen: Collection[Choice], laid: Laid, owners: Mapping[int, Sequence[User]]
) -> RecordForm:  # fmt: skip
    """The form for the items that the chair can decide, some ``chosen``; ``laid`` is the proposal that lies before the meeting,
    ``owners`` are those who can see to each one's conditions.
    """
    of_choice = {choice.application_id: choice for choice in chosen}
    fields: dict[str, Any] = {}
    for one in offered:
        if one.id in of_choice:
            fields[f"reason_{one.id}"] = LongTextField(_("Reason"), optional=True)
            fields[f"conditions_{one.id}"] = LongTextField(_("Conditions"), optional=True)
            fields[f"owner_{one.id}"] = SelectField(_("Who sees to the conditions?"), optional=True, coerce=int)
            fields[f"due_on_{one.id}"] = DayField(_("By when?"), optional=True)
        else:
            fields[f"outcome_{one.id}"] = SelectField(_("What does the forum decide?"), optional=True)
            fields[f"reason_{one.id}"] = LongTextField(_("Reason"), optional=True)
    form: RecordForm = type("RecordForm", (RecordForm,), fields)()
    form.offered, form.chosen, form.laid, form.owners = {one.id: one for one in offered}, of_choice, laid, owners
    outcomes = [(LEFT, gettext("Not decided now")), *((str(outcome), gettext(OUTCOMES_DONE[outcome])) for outcome in OTHERWISE)]
    for field in form:
        if field.name.startswith("outcome_"):
            field.choices = outcomes
        elif field.name.startswith("owner_"):
            field.choices = people_offered(owners[int(field.name.removeprefix("owner_"))])
        field.flags.optional = False  # what is needed depends on the outcome; "(optional)" at nearly every field would say nothing
    return form
