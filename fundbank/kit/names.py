"""Columns for what has a name: the name itself, and the key by which it stands among others in every list."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, validates

from fundbank.kit.text import KEY_LENGTH, sort_key


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
