"""The budget frames of a policy: parts of the pool that are kept for one area each (domain.md §3). Pure."""

import re
from collections.abc import Collection
from itertools import chain, count
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StrictInt, StrictStr, StringConstraints
from pydantic.dataclasses import dataclass

from fundbank.errors import N_
from fundbank.kit.money import LIMIT_ORE
from fundbank.kit.schema import AS_LINE, CLOSED, says, wrong
from fundbank.kit.text import searchable

MOST_FRAMES = 8

_PARTS = N_("A budget frame has a code, a name and perhaps an amount.")


@dataclass(frozen=True, config=CLOSED)
class Frame:
    """A part of the pool kept for one area. Without an amount it sorts applications and binds nobody (domain.md §3)."""

    code: Annotated[
        StrictStr,
        StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$"),
        says(N_("The code of a budget frame is a short word of small letters.")),
    ]
    name: Annotated[
        StrictStr,
        StringConstraints(min_length=1, max_length=120),
        AS_LINE,
        says(N_("A budget frame needs a name.")),
    ]
    amount_ore: (
        Annotated[
            StrictInt,
            Field(ge=0, lt=LIMIT_ORE),
            says(
                int_type=N_("Write the amount of a budget frame in kroner."),
                greater_than_equal=N_("The amount of a budget frame cannot be negative."),
                less_than=N_("The amount of a budget frame is too large."),
            ),
        ]
        | None
    ) = None


def _listed(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        raise wrong(N_("Write the budget frames as a list."))
    return tuple(value)


def _told_apart(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    if len({frame.code for frame in frames}) < len(frames) or len({searchable(frame.name) for frame in frames}) < len(frames):
        raise wrong(N_("Two budget frames have the same name or code."))
    return frames


Frames = Annotated[
    tuple[Annotated[Frame, says(dataclass_type=_PARTS, missing=_PARTS, unexpected_keyword_argument=_PARTS)], ...],
    Field(max_length=MOST_FRAMES),
    says(too_long=N_("A pool has at most eight budget frames.")),
    BeforeValidator(_listed),
    AfterValidator(_told_apart),
]


def frame_code(name: str, taken: Collection[str] = ()) -> str:
    """Make a code for a new budget frame out of its name, unlike those that are ``taken``."""
    ascii_name = name.lower().translate({ord("æ"): "ae", ord("ø"): "oe", ord("å"): "aa"})
    stem = re.sub(r"[^a-z0-9]+", "_", ascii_name).strip("_")[:30].rstrip("_")
    stem = stem if stem[:1].isalpha() else f"frame_{stem}".rstrip("_")
    return next(code for code in chain((stem,), (f"{stem}_{number}" for number in count(2))) if code not in taken)
