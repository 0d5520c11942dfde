"""What fields say as texts, by names that stay (rules.typing), and those texts as a form that is sent.

A text that can be read stands as the field shows it, so that it is the same text before it is saved and afterwards; one that cannot stands
as it was typed.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field

from fundbank.applications.rules.typing import FIELD_OF_ROW, row_of
from fundbank.kit.language import gettext as _
from fundbank.kit.text import visible
from fundbank.kit.web.forms import ReadField
from fundbank.kit.web.forms.texts import NO_CPR, Cleaned

CHOICE_LENGTH = 40  # a number or a code; what was offered once and is no longer is kept, so that its field can say so


def text_of(field: Field) -> str:
    """What stands in the field; of what is chosen nothing that is too long to have been offered ever."""
    kind = field.kind
    if kind == "checkbox":
        return "y" if field.data else ""
    if kind == "checkboxes":
        order = [value for value, _text in field.choices]
        chosen = sorted(
            filter(_is_choice, map(str, field.data or ())), key=lambda value: order.index(value) if value in order else len(order)
        )
        return " ".join(chosen)
    if isinstance(field, ReadField):
        if field.data is not None:
            return field.show(field.data)
        return visible(str(field.raw_data[0])).strip() if field.raw_data else ""
    text = "" if field.data is None else str(field.data)
    if kind in ("select", "radio") and not _is_choice(text):
        return ""
    return field.clean(text) if isinstance(field, Cleaned) else text


def _is_choice(text: str) -> bool:
    return len(text) <= CHOICE_LENGTH


def said_by(field: Field, text: str) -> str:
    """The text as people read it: where something is chosen, what the choice is called."""
    if field.kind == "checkbox":
        return _("Yes") if text else _("No")
    if field.kind in ("select", "radio", "checkboxes"):
        called = {str(value): str(word).strip() for value, word in field.choices}
        return ", ".join(called.get(value, value) for value in (text.split() or [""]))
    return text


def as_sent(texts: Mapping[str, str], *, many: Collection[str], ticked: Iterable[str] = ()) -> MultiDict[str, Any]:
    """The texts as a browser would send them: rows get numbers as they come. ``many`` are the fields that hold several values.

    ``ticked`` are those of which the writer has said that they hold no CPR number.
    """
    sent: MultiDict[str, Any] = MultiDict()
    places: dict[str, str] = {}
    for name, text in texts.items():
        row = row_of(name)
        if row is not None and row not in places:
            kind, _dash, called = row.partition("-")
            places[row] = f"{kind}-{sum(one.startswith(f'{kind}-') for one in places)}"
            sent.add(f"{places[row]}-row", called)
        for value in text.split() if name in many else [text]:
            sent.add(_place(name, places), value)
    for name in ticked:
        sent.add(NO_CPR, _place(name, places))
    return sent


def _place(name: str, places: Mapping[str, str]) -> str:
    match = FIELD_OF_ROW.fullmatch(name)
    return f"{places[match[1]]}{name.removeprefix(match[1])}" if match and match[1] in places else name
