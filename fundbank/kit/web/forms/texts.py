"""Fields whose text is kept as it was written: lines, paragraphs, addresses, passwords. None of them takes a CPR number (domain.md §12)."""

import re
from typing import Any

from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError

from fundbank.kit.cpr import CprNumber, check_no_cpr_number
from fundbank.kit.language import gettext as _
from fundbank.kit.web.answers import sentence
from fundbank.kit.web.forms.described import Described, seen

TEXT_LENGTH = 200
LONG_LENGTH = 4_000
EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(?:\.[^@\s,;<>.]+)+")


class Stripped:
    """Text that can be seen, without white space around it; an empty text is ''."""

    data: Any
    refusal_code: str | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = seen(valuelist[0]).strip()

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """This function refuses a CPR number, under the name that the operations give it."""
        try:
            check_no_cpr_number([self.data or ""])
        except CprNumber as refusal:
            self.refusal_code = refusal.code
            raise ValidationError(sentence(refusal)) from refusal


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
