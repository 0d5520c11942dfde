"""Fields whose text is kept as it was written: lines, paragraphs, addresses, passwords. None of them takes a CPR number (domain.md §12)."""

import re
from typing import Any

from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import ValidationError

from fundbank.kit.cpr import CprNumber, check_no_cpr_number
from fundbank.kit.language import gettext as _
from fundbank.kit.text import clean, one_line, visible
from fundbank.kit.web.answers import sentence
from fundbank.kit.web.forms.described import Described

TEXT_LENGTH = 200
LONG_LENGTH = 4_000
SIGNS_A_LETTER = 4  # at most: a letter with two accents of its own, a soft hyphen
EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(?:\.[^@\s,;<>.]+)+")


class Cleaned:
    """Text cleaned on its way in (kit.text); an empty text is ''. One that is far too long is refused before more is done to it."""

    data: Any
    max_length: int | None
    refusal_code: str | None = None
    clean = staticmethod(one_line)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            far_too_long = len(valuelist[0]) > SIGNS_A_LETTER * (self.max_length or LONG_LENGTH)
            self.data = (visible if far_too_long else self.clean)(valuelist[0])

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """This function refuses a CPR number, under the name that the operations give it."""
        if validation_stopped:
            return
        try:
            check_no_cpr_number([self.data or ""])
        except CprNumber as refusal:
            self.refusal_code = refusal.code
            raise ValidationError(sentence(refusal)) from refusal


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
