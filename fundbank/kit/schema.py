"""The one schema language of the program: what a policy, an application and a scenario file may hold is said as pydantic models.

Strict: nothing becomes something else on the way in (1 is not true, 5.0 is not 5, and nothing is ever a float), an unknown key is a fault,
and all faults are found at once, each with its place. A value that is not what its field wants is answered by the field's own sentence
(``says``) or by the general one of ``SENTENCES``: English message ids, as everywhere.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, TypeAdapter, ValidationError, WrapValidator
from pydantic_core import PydanticCustomError

from fundbank.errors import N_
from fundbank.kit.text import clean, one_line

CLOSED = ConfigDict(extra="forbid")
"""For pydantic's dataclasses, whose values are built by position; their fields are of the Strict… types."""

SENTENCES = {
    "missing": N_("Fill this in."),
    "string_type": N_("Write this as text."),
    "string_too_short": N_("Fill this in."),
    "string_too_long": N_("This text is too long."),
    "bool_type": N_("Answer yes or no."),
    "int_type": N_("Write a whole number."),
    "greater_than_equal": N_("This number is too small."),
    "less_than_equal": N_("This number is too large."),
}
"""What is wrong with a value, by pydantic's name for the fault."""

_DECIMAL = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_DIGITS = re.compile(r"-?\d{1,15}", re.ASCII)


class Model(BaseModel):
    """A table of named values, frozen and strict."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Kept:
    """Values that are kept as JSON: a pydantic dataclass that says so can be read back, and is the same."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote; a key that is not there takes its default. Raises pydantic's ValidationError."""
        return _adapter(cls).validate_python(data)

    def to_json(self) -> dict[str, Any]:
        """Write the values as JSON can hold them: exact digits as text, nothing as a float."""
        return _adapter(type(self)).dump_python(self, mode="json")


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(kept: type) -> TypeAdapter[Any]:
    """Each class's own, made once."""
    return _ADAPTERS.get(kept) or _ADAPTERS.setdefault(kept, TypeAdapter(kept))


@dataclass(frozen=True)
class Fault:
    """What is wrong with one value: where it stands (names, and numbers from 0 within a list), pydantic's name for it, the sentence."""

    at: tuple[str | int, ...]
    kind: str
    sentence: str

    @property
    def place(self) -> str:
        """Where it stands, as people write it: ``costs[1].year``."""
        return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in self.at).removeprefix(".")


def faults_in(error: ValidationError) -> list[Fault]:
    """List what is wrong, in the order in which the fields are declared; unknown keys come last."""
    return [
        Fault(one["loc"], one["type"], SENTENCES.get(one["type"], one["msg"]))
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def wrong(sentence: str) -> PydanticCustomError:
    """The fault that a validator raises, with a sentence of its own."""
    return PydanticCustomError("said", sentence)  # type: ignore[arg-type, unused-ignore]  # message ids are literals where they are marked


def says(sentence: str = "", **by_kind: str) -> WrapValidator:
    """Give a field its own sentence: for whatever is wrong with it, or for those kinds of fault that are named."""

    def read(value: Any, inner: Callable[[Any], Any]) -> Any:
        try:
            return inner(value)
        except ValidationError as error:
            if own := by_kind.get(error.errors(include_url=False)[0]["type"], sentence):
                raise wrong(own) from error
            raise

    return WrapValidator(read)


def one_of(codes: Collection[str], sentence: str) -> BeforeValidator:
    """Let a field be one of these codes."""

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value not in codes:
            raise wrong(sentence)
        return str(value)

    return BeforeValidator(read)


def some_of(codes: Collection[str], sentence: str) -> BeforeValidator:
    """Let a field be any of these codes, and put them into the order in which the codes stand."""

    def read(value: Any) -> Any:
        if not isinstance(value, list | tuple) or any(code not in codes for code in value):
            raise wrong(sentence)
        return tuple(code for code in codes if code in value)

    return BeforeValidator(read)


def exact(value: Any) -> Decimal | None:
    """Read a plain decimal exactly; None for anything else (floats, exponents, NaN, more than nine decimals)."""
    if isinstance(value, Decimal) and value.is_finite():
        value = format(value, "f")
    elif isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return Decimal(value.strip()) if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()) else None


def _exact(value: Any) -> Decimal:
    if (number := exact(value)) is None:
        raise wrong(N_("Write a number."))
    return number


def _digits(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return Decimal(value)
        except InvalidOperation:
            raise wrong(N_("Write a number.")) from None
    if not isinstance(value, Decimal):
        raise wrong(N_("Write a number."))
    return value


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, str) and _DIGITS.fullmatch(value.strip()) else value


AS_LINE = BeforeValidator(lambda value: one_line(value) if isinstance(value, str) else value)
"""A name, a title: text of one line, cleaned (kit.text) before its length is looked at."""

AS_LINES = BeforeValidator(lambda value: clean(value) if isinstance(value, str) else value)
"""Text of several lines, cleaned."""

Exact = Annotated[Decimal, BeforeValidator(_exact), PlainSerializer(lambda value: format(value, "f"), return_type=str, when_used="json")]
"""A share, rate or weight: a plain decimal, written as text wherever it is kept."""

Digits = Annotated[Decimal, BeforeValidator(_digits), PlainSerializer(str, return_type=str, when_used="json")]
"""Any exact number, kept as its digits."""

Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number; its digits as text will do."""
