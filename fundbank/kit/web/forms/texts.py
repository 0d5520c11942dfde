"""Fields whose text is kept as it was written: lines, paragraphs, addresses, passwords. None of them takes a CPR number (domain.md §12)."""

import re
from typing import Any

from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import ValidationError

from fundbank.kit.cpr import CprNumber, check_no_cpr_number, denied, numbers_in
from fundbank.kit.language import gettext as _
from fundbank.kit.text import clean, one_line, visible
from fundbank.kit.web.forms.described import Described
from fundbank.kit.web.sentences import sentence

TEXT_LENGTH = 200
LONG_LENGTH = 4_000
NO_CPR = "not_cpr"  # the name under which a form says which fields have been ticked
SIGNS_A_LETTER = 4  # at most: a letter with two accents of its own, a soft hyphen
EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(?:\.[^@\s,;<>.]+)+")


class Cleaned:
    """Text cleaned on its way in (kit.text); an empty text is ''. One that is far too long is refused before more is done to it.

    What says the same as what was stored, which may not be clean, stays as it was stored."""

    data: Any
    name: str
    object_data: Any
    max_length: int | None
    refusal_code: str | None = None
    clean = staticmethod(one_line)

    is_no_cpr = False
    """Has the writer ticked that what looks like a CPR number is none?"""
    denied: frozenset[str] = frozenset()
    """The numbers of which that has been said."""

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        self.is_no_cpr = formdata is not None and self.name in formdata.getlist(NO_CPR)
        super().process(formdata, *args, **kwargs)  # type: ignore[misc]  # a mixin: the field beside it has this

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            far_too_long = len(valuelist[0]) > SIGNS_A_LETTER * (self.max_length or LONG_LENGTH)
            self.data = (visible if far_too_long else self.clean)(valuelist[0])
            if isinstance(self.object_data, str) and self.clean(self.object_data) == self.data:
                self.data = self.object_data

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Refuse a CPR number, under the name that the operations give it, unless it stood there before or is ticked."""
        if validation_stopped:
            return
        known = [text for text in (self.object_data, *getattr(form, "known_texts", ())) if isinstance(text, str)]
        self.denied = numbers_in(self.data or "").difference(*map(numbers_in, known)) if self.is_no_cpr else frozenset()
        try:
            with denied(self.denied, ()):
                check_no_cpr_number([self.data or ""], known=known)
        except CprNumber as refusal:
            self.refusal_code = refusal.code
            raise ValidationError(sentence(refusal)) from refusal

    @property
    def asks_for_tick(self) -> bool:
        """Can it be ticked that there is no CPR number in it?"""
        return self.is_no_cpr or self.refusal_code == CprNumber.code


class TextField(Described, Cleaned, StringField):
    """One line of text."""

    max_length = TEXT_LENGTH


class LongTextField(Described, Cleaned, TextAreaField):
    """Text of several lines."""

    kind = "long"
    max_length = LONG_LENGTH
    clean = staticmethod(clean)


class EmailField(Described, Cleaned, StringField):
    """An e-mail address, kept in lower case."""

    kind = "email"
    max_length = 254

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if not validation_stopped and self.data and not EMAIL.fullmatch(self.data):
            raise ValidationError(_("Write an e-mail address, for example name@municipality.dk."))
        super().post_validate(form, validation_stopped)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = (self.data or "").lower()


class SecretField(Described, PasswordField):
    """A password: neither stripped nor shown again."""

    kind = "secret"
    max_length = 200
