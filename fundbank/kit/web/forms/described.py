"""What all fields share: whether they must be filled in, how long they may be, and what the page says beside them."""

import re
from collections.abc import Sequence
from typing import Any

from wtforms import Field
from wtforms.validators import InputRequired, Optional, StopValidation, ValidationError

from fundbank.kit.language import gettext as _

# Control signs but tab and new line; zero-width space; what turns the direction of writing. Joiners stay: some signs are made with them.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


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
