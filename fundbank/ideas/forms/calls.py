"""A call for development needs as the coordinator writes it, and what a department answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Field

from fundbank.applications.forms.writing.topic import Pairs
from fundbank.errors import Code
from fundbank.ideas.models import Call, Idea
from fundbank.ideas.rules import NEED_MISSING, STANDARD, Answers
from fundbank.ideas.words import IMPORTANCES
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import DayField, Form, KronerField, LongTextField, SelectField, TextField, VersionField

INTRODUCTION_LENGTH = 2_000
ANSWER_LENGTH = 750  # an application takes over four of them, each under its question, as one text
NEED_LENGTH = 2_000


class CallForm(Form):
    """What is asked and by when. The standard questions stand in their fields, to be put in other words until somebody answers."""

    title = TextField(_("Title"), required=_("Give the call a title."), hint=_("For example: Needs for 2028."))
    introduction = LongTextField(
        _("Introduction"), optional=True, max_length=INTRODUCTION_LENGTH, hint=_("What departments should know before they answer.")
    )
    due_on = DayField(_("Deadline"), hint=_("The last day on which departments can answer, for example 3-12-2026."))
    revision = VersionField()
    for _code, _question in STANDARD.items():
        locals()[_code] = TextField(_("Question"), required=_("Write the question."))

    def __init__(self, call: Call | None = None, *, are_fixed: bool = False) -> None:
        questions = {code: gettext(text) for code, text in STANDARD.items()} if call is None else call.questions
        said = {"title": call.title, "introduction": call.introduction, "due_on": call.due_on, "revision": call.revision} if call else {}
        super().__init__(data=said | dict(questions))
        for number, code in enumerate(STANDARD, start=1):
            if are_fixed:
                del self[code]
            else:
                self[code].label.text = gettext("Question %(number)s", number=number)

    def said(self) -> dict[str, Any]:
        """What the operations take; no questions where they stay as they are."""
        questions = {code: self[code].data or "" for code in STANDARD if code in self}
        named = {"title": self.title.data or "", "introduction": self.introduction.data or "", "due_on": self.due_on.data}
        return named | {"questions": questions or None}


class LetInForm(Form):
    """Which department may answer late, and until when; or which one may no more."""

    department = SelectField(_("Department"), coerce=int, required=_("Choose a department."))
    until = DayField(
        _("Last day for the department"),
        hint=_("For example 3-12-2026. The department can answer on that day too. A new day takes the place of an earlier one."),
    )

    def __init__(self, units: Pairs, *, takes_back: bool = False) -> None:
        super().__init__()
        self.department.choices = [("", gettext("Choose")), *units]
        if takes_back:
            del self.until


class NoNeedsForm(Form):
    """Which department has no needs: asked of who writes for several."""

    department = SelectField(_("Department that has no needs"), coerce=int)

    def __init__(self, own_units: Pairs, department_id: int) -> None:
        super().__init__(data={"department": department_id})
        self.department.choices = list(own_units)


class NeedForm(Form):
    """One need, by the call's questions. A title is enough to save it."""

    title = TextField(
        _("Title"),
        required=_("Give the need a title."),
        hint=_("A short name. For example: Citizens book their own appointments."),
    )
    need = LongTextField(optional=True, max_length=NEED_LENGTH)
    equipment = LongTextField(optional=True, max_length=ANSWER_LENGTH)
    users = LongTextField(optional=True, max_length=ANSWER_LENGTH)
    value = LongTextField(optional=True, max_length=ANSWER_LENGTH)
    resources = LongTextField(optional=True, max_length=ANSWER_LENGTH)
    shared = LongTextField(optional=True, max_length=ANSWER_LENGTH)
    development = KronerField(_("To develop it"), optional=True)
    operation = KronerField(_("To run it, a year"), optional=True)
    department = SelectField(_("Department that has the need"), coerce=int)
    revision = VersionField()

    def __init__(
        self,
        questions: Mapping[str, str],
        own_units: Pairs | None,
        idea: Idea | None = None,
        *,
        department_id: int = 0,
        sends: bool = False,
    ) -> None:
        self.sends = sends
        super().__init__(data={"department": department_id} if idea is None else _shown(idea))
        for code in Answers().words:
            self[code].label.text = questions[code]
        self.need.hint, self.need.flags.optional = gettext("Needed before you send it."), False
        if own_units is None:
            del self.department
        else:
            self.department.choices = list(own_units)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Of what is sent, or was, everything that is missing is said at once."""
        is_whole = super().validate(extra_validators)
        if self.sends and not (self.need.data or "").strip():
            self.refuse("need", gettext(NEED_MISSING), Code.INCOMPLETE)
            return False
        return is_whole

    def said(self) -> dict[str, Any]:
        """What the operations take."""
        words = {code: self[code].data or "" for code in Answers().words}
        answers = Answers(**words, development_ore=self.development.data, operation_ore=self.operation.data)
        return {"title": self.title.data or "", "answers": answers}


class RatingForm(Form):
    """How important each of a department's needs is, side by side, each row with the revision that it was opened with."""

    ideas: dict[str, Idea]

    def seen(self, idea: Idea) -> Field:
        """The revision of the need when the page was opened."""
        return self[f"seen_{idea.id}"]

    def ratings(self) -> dict[Idea, int | None]:
        """What is chosen of each that stood on the page."""
        return {idea: self[name].data or None for name, idea in self.ideas.items() if self.seen(idea).data is not None}


def rating_form(ideas: Sequence[Idea]) -> RatingForm:
    """A form with a field for each of these answers to a call."""
    by_name = {f"need_{idea.id}": idea for idea in ideas}
    choices = [("", gettext("Not rated yet")), *((number, gettext(word)) for number, word in IMPORTANCES.items())]
    fields: dict[str, Field] = {name: SelectField(idea.title, coerce=int, optional=True, choices=choices) for name, idea in by_name.items()}
    fields |= {f"seen_{idea.id}": VersionField() for idea in ideas}
    stands = {name: idea.need.importance for name, idea in by_name.items() if idea.need} | {f"seen_{one.id}": one.revision for one in ideas}
    form: RatingForm = type("Ratings", (RatingForm,), fields | {"ideas": by_name})(data=stands)
    return form


def _shown(idea: Idea) -> dict[str, Any]:
    assert idea.need is not None  # noqa: S101  (tells the type checker that the idea answers a call)
    answers = idea.need.answers
    money = {"development": answers.development_ore, "operation": answers.operation_ore}
    return {"title": idea.title, "revision": idea.revision, **answers.words, **money}
