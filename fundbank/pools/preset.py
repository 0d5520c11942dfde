"""The presets that ship with the program, one TOML file a municipality. A value's origin is the table it stands in."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from fundbank.pools.policy import FIELDS, Policy

ORIGINS = ("document", "adapted", "default")
CHANGED = "changed"  # the origin of a value that an administrator or a scenario file has set


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


@cache
def names() -> tuple[str, ...]:
    """The names of the presets, in alphabetical order."""
    folder = files("fundbank.pools") / "presets"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def load(name: str) -> Preset:
    """This function reads a preset. An optional field that the file leaves out is empty by default.

    Raises KeyError for a name that isn't one of ``names()``, and PolicyInvalid for a file that makes no sense.
    """
    if name not in names():
        raise KeyError(name)
    data = tomllib.loads((files("fundbank.pools") / "presets" / f"{name}.toml").read_text("utf-8"))
    tables = {origin: data.get(origin, {}) for origin in ORIGINS}
    origins = {key: origin for origin, table in tables.items() for key in table}
    values = {key: value for table in tables.values() for key, value in table.items()}
    return Preset(
        name=name,
        title=data["title"],
        municipality=data["municipality"],
        pool_name=data["pool"],
        source=data["source"],
        values=Policy.from_values(values).to_values(),
        origins={key: origins.get(key, "default") for key in FIELDS},
    )
