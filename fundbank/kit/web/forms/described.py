"""What all fields share: whether they must be filled in, how long they may be, and what the page says beside them."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field
from wtforms.validators import InputRequired, Optional, StopValidation

from fundbank.kit.language import gettext as _
from fundbank.kit.text import visible


class Needed(InputRequired):
    """The field must be filled in; white space does not fill it."""

    def __call__(self, form: Any, field: Field) -> None:
        if field.raw_data and (not isinstance(field.raw_data[0], str) or visible(field.raw_data[0]).strip()):
            return
        field.errors[:] = []
        raise StopValidation(str(self.message) if self.message else _("This must be filled in."))


class AtMost:
    """The text must not be longer than ``length`` characters; nothing else looks at one that is."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.field_flags = {"maxlength_shown": length}

    def __call__(self, form: Any, field: Field) -> None:
        if len(field.data or "") > self.length:
            raise StopValidation(_("Write at most %(most)s characters; there are %(count)s.", most=self.length, count=len(field.data)))


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
