"""Fields with choices: one or several of what was offered, and nothing else."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from wtforms import BooleanField, SelectMultipleField
from wtforms import RadioField as _RadioField
from wtforms import SelectField as _SelectField
from wtforms.fields.choices import Choice
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from fundbank.kit.language import gettext as _
from fundbank.kit.text import visible
from fundbank.kit.web.forms.described import Described


class Chosen:
    """What fields with choices share: pairs of value and text, and a sentence for an answer outside them."""

    coerce: Callable[[Any], Any]
    data: Any

    def __init__(self, *args: Any, coerce: Callable[[Any], Any] = str, choices: Sequence[tuple[Any, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, coerce=coerce, **kwargs)  # type: ignore[call-arg]  # a mixin: the field beside it takes these
        self._pairs = list(choices)

    @property
    def choices(self) -> list[tuple[Any, Any]]:
        """The possibilities; a value of "" stands for none of them."""
        return self._pairs

    @choices.setter
    def choices(self, pairs: Sequence[tuple[Any, Any]]) -> None:
        self._pairs = list(pairs)

    def iter_choices(self) -> Iterator[Choice]:
        for value, text in self._pairs:
            yield Choice(value, str(text), self._is_chosen(value), {})

    def has_groups(self) -> bool:
        return False

    def _is_chosen(self, value: Any) -> bool:
        return value == self.data

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0] != "":
            self.data = self._read(valuelist[0])

    def _read(self, text: str) -> Any:
        try:
            return self.coerce(visible(text))
        except (ValueError, TypeError) as error:
            raise ValueError(_("Choose one of the possibilities.")) from error

    def _chosen(self) -> set[Any]:
        return set() if self.data is None else {self.data}

    def pre_validate(self, form: Any) -> None:
        """See that only what was offered was chosen; pages fill in their choices after the form is made."""
        if self._chosen() - {value for value, _text in self._pairs if value != ""}:
            raise StopValidation(_("Choose one of the possibilities."))


class RadioField(Described, Chosen, _RadioField):
    """One of a few possibilities, all in view."""

    kind = "radio"


class SelectField(Described, Chosen, _SelectField):
    """One of many possibilities. A first choice ``("", _("Choose"))`` stands for none."""

    kind = "select"


class CheckboxField(BooleanField):
    """Yes or no; ``hint`` stands below the label."""

    kind = "checkbox"

    def __init__(self, label: Any = None, validators: Any = None, *, hint: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.hint = hint
        self.suffix = None
        self.max_length = None


class CheckboxesField(Described, Chosen, SelectMultipleField):
    """Any number of possibilities; ``data`` is a list. None at all is an answer too, unless ``required`` says otherwise."""

    kind = "checkboxes"
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, required: Any = None, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, required=required, optional=optional or required is None, **kwargs)

    def _is_chosen(self, value: Any) -> bool:
        return value in (self.data or ())

    def _chosen(self) -> set[Any]:
        return set(self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [self._read(text) for text in valuelist]
