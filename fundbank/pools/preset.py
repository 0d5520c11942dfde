"""The presets that ship with the program, one TOML file a municipality. A value's origin is the table it stands in."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from fundbank.kit.schema import Model
from fundbank.pools.policy import FIELDS, Policy

ORIGINS = ("document", "adapted", "default")
CHANGED = "changed"  # the origin of a value that an administrator or a scenario file has set


class PresetFile(Model):
    """What stands in a file: where the rules come from, and the values by their origin."""

    title: str
    municipality: str
    pool: str
    source: str
    document: dict[str, Any] = {}
    adapted: dict[str, Any] = {}
    default: dict[str, Any] = {}


@dataclass(frozen=True)
class Preset:
    """A municipality's policy as the program ships it; ``origins`` says for each field where its value comes from."""

    name: str
    title: str
    municipality: str
    pool_name: str
    source: str
    values: dict[str, Any]
    origins: dict[str, str]

    def marks(self, kept: Mapping[str, str]) -> dict[str, str]:
        """Where each rule of a version comes from: set there, as ``kept`` notes with it, or what is said here today."""
        return {name: CHANGED if kept.get(name) == CHANGED else origin for name, origin in self.origins.items()}


@cache
def names() -> tuple[str, ...]:
    """The names of the presets, in alphabetical order."""
    folder = files("fundbank.pools") / "presets"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def load(name: str) -> Preset:
    """Read a preset. An optional field that the file leaves out is empty by default.

    Raises KeyError for a name that isn't one of ``names()``, pydantic's ValidationError for a file with other tables, and PolicyInvalid
    for values that make no sense.
    """
    if name not in names():
        raise KeyError(name)
    text = (files("fundbank.pools") / "presets" / f"{name}.toml").read_text("utf-8")
    file = PresetFile.model_validate(tomllib.loads(text, parse_float=Decimal))
    tables = {origin: getattr(file, origin) for origin in ORIGINS}
    origins = {key: origin for origin, table in tables.items() for key in table}
    values = {key: value for table in tables.values() for key, value in table.items()}
    return Preset(
        name=name,
        title=file.title,
        municipality=file.municipality,
        pool_name=file.pool,
        source=file.source,
        values=Policy.from_values(values).to_values(),
        origins={key: origins.get(key, "default") for key in FIELDS},
    )
