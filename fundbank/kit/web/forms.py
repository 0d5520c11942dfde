"""Forms and fields: what people write is stripped, understood as Danes write it, and never lost.

Every field is needed unless it is made with ``optional=True``. Each has a ``kind`` by which the macro ``field`` knows how to show it.
A field's sentence at an error is this program's own, in the reader's language.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g, request
from flask_babel import get_domain
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import (
    RadioField as _RadioField,
)
from wtforms import (
    SelectField as _SelectField,
)
from wtforms.fields.choices import Choice
from wtforms.validators import InputRequired, Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget, TextInput

from fundbank.errors import N_, InvalidAmount, InvalidDate, Refusal
from fundbank.kit import once
from fundbank.kit.money import parse_kroner
from fundbank.kit.web import formats
from fundbank.kit.web.answers import sentence
from fundbank.kit.web.edge import new_token, sent_before

TEXT_LENGTH = 200
LONG_LENGTH = 4_000
DAY_FORMS = (
    re.compile(r"(?P<day>\d{1,2})(?P<sign>[-./])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII),
)
YEARS = range(1900, 2200)  # beyond them no calendar of working days goes, and a year was mistyped
# Control signs but tab and new line; zero-width space; what turns the direction of writing. Joiners stay: some signs are made with them.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(?:\.[^@\s,;<>.]+)+")
DECIMAL = re.compile(r"\d{1,6}(?:,\d{1,6})?", re.ASCII)


class Form(FlaskForm):
    """A form with a one-time token, whose refusals stand at the field or at the top.

    ``sent_before`` is where an earlier sending led, if this one says something else.
    """

    once = HiddenField(default=new_token)

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            return get_domain().get_translations()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not args and "formdata" not in kwargs:
            kwargs["formdata"] = request.form if self.is_submitted() else None  # never a file or JSON, which are no text
        super().__init__(*args, **kwargs)
        self.refusal_code: str | None = None
        self.sent_before: str | None = None

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """This function checks every field; a form that fails is answered with 422, a good one that was sent before with 409."""
        if not super().validate(*args, **kwargs):
            return self.fail()
        if (location := sent_before()) is not None and not self.holds_revision:
            return self._was_sent(location)
        return True

    def fail(self) -> bool:
        """This function marks the form as refused, and returns False."""
        g.setdefault("refused_status", 422)
        return False

    @property
    def holds_revision(self) -> bool:
        """Was the form opened on a row that counts its changes? Then ``check_version`` tells whoever is behind."""
        return bool("revision" in self and self["revision"].data)

    def _was_sent(self, location: str) -> bool:
        """This function refuses a form that has been answered and now says something else. The next sending is made knowingly."""
        refusal = once.SentBefore()
        self.sent_before, self["once"].data = location, new_token()
        self.refuse(None, sentence(refusal), refusal.code)
        g.refused_status = refusal.status
        return False

    def hidden_tag(self) -> Markup:
        """The hidden fields, without ids: a page may hold several forms."""
        hidden = (field for field in self if isinstance(field.widget, HiddenInput))
        return Markup("\n").join(field(id=False) for field in hidden)

    def place_of(self, _field: Field) -> str:
        """Where the field stands, if its label alone does not tell; a form with rows says which row."""
        return ""

    def refuse(self, field: str | None, sentence: str, code: str) -> None:
        """This function puts ``sentence`` at the field of that name, or at the top of the form."""
        self.refusal_code = code
        if field is not None and field in self and not isinstance(self[field].widget, HiddenInput):
            self[field].errors = [*self[field].errors, sentence]
        else:
            self.form_errors.append(sentence)


class Needed(InputRequired):
    """The field must be filled in; white space does not fill it."""

    def __call__(self, form: Any, field: Field) -> None:
        if field.raw_data and (not isinstance(field.raw_data[0], str) or seen(field.raw_data[0]).strip()):
            return
        field.errors[:] = []
        raise StopValidation(str(self.message) if self.message else _("This must be filled in."))


class AtMost:
    """The text must not be longer than ``length`` characters."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.field_flags = {"maxlength_shown": length}

    def __call__(self, form: Any, field: Field) -> None:
        if len(field.data or "") > self.length:
            raise ValidationError(_("Write at most %(most)s characters; there are %(count)s.", most=self.length, count=len(field.data)))


class Described:
    """What all fields share: needed or optional, and what the page says beside them."""

    kind = "text"
    hint: Any = None
    suffix: Any = None
    max_length: int | None = None

    def __init__(
        self, label: Any = None, validators: Sequence[Any] = (), *, optional: bool = False, required: Any = None,
        hint: Any = None, suffix: Any = None, max_length: int | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        presence = Optional() if optional else Needed(required)
        self.max_length = max_length or self.max_length
        length = [AtMost(self.max_length)] if self.max_length else []
        super().__init__(label, [presence, *length, *validators], **kwargs)  # type: ignore[call-arg]  # a mixin: the field beside it takes these
        self.hint = hint
        self.suffix = suffix or self.suffix


def seen(text: str) -> str:
    """``text`` without what nobody can see, and what could show it in another order than it was written."""
    return UNSEEN.sub("", text.replace("\r\n", "\n"))


class Stripped:
    """Text that can be seen, without white space around it; an empty text is ''."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = seen(valuelist[0]).strip()


class TextField(Described, Stripped, StringField):
    """One line of text."""

    max_length = TEXT_LENGTH


class LongTextField(Described, Stripped, TextAreaField):
    """Text of several lines."""

    kind = "long"
    max_length = LONG_LENGTH


class EmailField(Described, Stripped, StringField):
    """An e-mail address, kept in lower case."""

    kind = "email"
    max_length = 254

    def pre_validate(self, form: Any) -> None:
        if self.data and not EMAIL.fullmatch(self.data):
            raise StopValidation(_("Write an e-mail address, for example name@municipality.dk."))

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = (self.data or "").lower()


class SecretField(Described, PasswordField):
    """A password: neither stripped nor shown again."""

    kind = "secret"
    max_length = 200


class ReadField(Described, Field):
    """A field whose text is read by ``read``; what was typed is shown again as it was typed."""

    widget = TextInput()
    data: Any

    def read(self, text: str) -> Any:
        """Each kind of field reads its own text."""
        raise NotImplementedError

    def show(self, value: Any) -> str:
        """Each kind of field shows its own value."""
        raise NotImplementedError

    def _value(self) -> str:
        if self.raw_data:
            return seen(self.raw_data[0])
        return "" if self.data is None else self.show(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = seen(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        try:
            self.data = self.read(text)
        except Refusal as refusal:
            raise ValueError(sentence(refusal)) from refusal


class KronerField(ReadField):
    """An amount as people write it; ``data`` is whole øre. ``positive=True`` refuses 0."""

    kind = "money"

    def __init__(self, *args: Any, positive: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **{"suffix": "kr.", **kwargs})
        self.positive = positive

    def read(self, text: str) -> int:
        ore = parse_kroner(text)
        if self.positive and ore == 0:
            raise InvalidAmount(N_("Write an amount above 0."))
        return ore

    def show(self, value: int) -> str:
        kroner, ore = divmod(value, 100)
        whole = f"{kroner:,}".replace(",", ".")
        return f"{whole},{ore:02d}" if ore else whole


class InvalidNumber(Refusal):
    """A number that cannot be read; it stands at its field only."""

    code = "invalid_number"
    message = N_("Write a whole number.")
    status = 422


class WholeNumberField(ReadField):
    """A whole number from ``least`` to ``most``."""

    kind = "number"

    def __init__(self, *args: Any, least: int = 0, most: int = 10**9, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.least, self.most = least, most

    def read(self, text: str) -> int:
        bare = text.replace(".", "") if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", text) else text
        if not re.fullmatch(r"-?[0-9]{1,15}", bare):
            raise InvalidNumber()
        if not self.least <= int(bare) <= self.most:
            bounds = {"least": formats.number(self.least), "most": formats.number(self.most)}
            raise InvalidNumber(N_("Write a whole number from %(least)s to %(most)s."), **bounds)
        return int(bare)

    def show(self, value: int) -> str:
        return str(value)


class DecimalNumberField(ReadField):
    """A number with a decimal comma, 0 or more; ``data`` is an exact Decimal."""

    kind = "number"

    def read(self, text: str) -> Decimal:
        if not DECIMAL.fullmatch(text):
            raise InvalidNumber(N_("Write a number with a decimal comma, for example 12,5."))
        return Decimal(text.replace(",", "."))

    def show(self, value: Decimal) -> str:
        return f"{Decimal(value).normalize():f}".replace(".", ",")


class PercentField(ReadField):
    """A share written in per cent, ``12,5``; ``data`` is the exact fraction, ``Decimal("0.125")``. From 0 to 100 unless told otherwise."""

    kind = "percent"

    def __init__(self, *args: Any, least: int = 0, most: int = 100, **kwargs: Any) -> None:
        super().__init__(*args, **{"suffix": "%", **kwargs})
        self.least, self.most = Decimal(least), Decimal(most)

    def read(self, text: str) -> Decimal:
        bare = text.removesuffix("%").strip()
        if not DECIMAL.fullmatch(bare):
            raise InvalidNumber(N_("Write a share in per cent, for example 50 or 12,5."))
        hundredths = Decimal(bare.replace(",", "."))
        if not self.least <= hundredths <= self.most:
            raise InvalidNumber(
                N_("Write a share from %(least)s to %(most)s per cent."),
                least=formats.number(self.least), most=formats.number(self.most),
            )  # fmt: skip
        return hundredths / 100

    def show(self, value: Decimal) -> str:
        return f"{(Decimal(value) * 100).normalize():f}".replace(".", ",")


class DayField(ReadField):
    """A date: 31-12-2026, 31.12.2026, 31/12/2026 or 2026-12-31."""

    kind = "day"

    def read(self, text: str) -> date:
        for form in DAY_FORMS:
            if (match := form.fullmatch(text)) and int(match["year"]) in YEARS:
                try:
                    return date(int(match["year"]), int(match["month"]), int(match["day"]))
                except ValueError:
                    break
        raise InvalidDate()

    def show(self, value: date) -> str:
        return value.strftime("%d-%m-%Y")


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
            return self.coerce(text)
        except (ValueError, TypeError) as error:
            raise ValueError(_("Choose one of the possibilities.")) from error

    def _chosen(self) -> set[Any]:
        return set() if self.data is None else {self.data}

    def pre_validate(self, form: Any) -> None:
        """This function sees that only what was offered was chosen; pages fill in their choices after the form is made."""
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


class VersionField(IntegerField):
    """The revision of the row that the form was opened with (see ``check_version``)."""

    kind = "hidden"
    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = int(valuelist[0]) if valuelist and valuelist[0].isdecimal() and len(valuelist[0]) < 10 else None

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)
