"""Columns for what has a name: the name itself, and the key by which it stands among others in every list."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, validates

from fundbank.kit.text import KEY_LENGTH, searchable, sort_key


def _key_of_new_name(context: Any) -> str:
    return sort_key(context.get_current_parameters()["name"])


class Named:
    """A row with a name. ``sort_key`` follows the name, whoever writes it: an object, or rows that are inserted in bulk."""

    name: Mapped[str] = mapped_column(String(120))
    sort_key: Mapped[str] = mapped_column(String(KEY_LENGTH), default=_key_of_new_name)

    @validates("name")
    def follow(self, _column: str, name: Any) -> Any:
        self.sort_key = sort_key(name)
        return name


def name_key(name: str) -> str:
    """What two names have in common that are the same but for how they are written."""
    return searchable(name)[:KEY_LENGTH]


class NamedOnce(Named):
    """A row whose name no other of its kind and place has, however it is written: ``name_key`` is what the database compares."""

    name_key: Mapped[str] = mapped_column(String(KEY_LENGTH), default=lambda context: name_key(context.get_current_parameters()["name"]))

    @validates("name")
    def follow(self, column: str, name: Any) -> Any:
        self.name_key = name_key(name)
        self.sort_key = sort_key(name)
        return name
