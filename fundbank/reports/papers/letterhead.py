"""What every paper of a pool has in common: the sender, the footer, the file's name."""

import re
import unicodedata
from datetime import datetime

from fundbank.kit.formats import moment
from fundbank.kit.language import gettext as _
from fundbank.pools.models import Pool
from fundbank.reports.blocks import Block, Document

SPELLED = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
LONGEST_NAME = 80


def document(pool: Pool, at: datetime, title: str, blocks: list[Block], what: str, *name: object) -> Document:
    """Put the pool's municipality above the paper, and its moment ``at`` at the foot.

    ``what`` it is (an agenda, a letter) begins the file's name, and ``name`` follows.
    """
    sender = f"{pool.municipality.name} · {pool.name}"
    footer = _("%(pool)s, %(municipality)s. Made %(moment)s.", pool=pool.name, municipality=pool.municipality.name, moment=moment(at))
    return Document(what=what, title=title, sender=sender, blocks=tuple(blocks), footer=footer, name=file_name(what, *name))


def file_name(*words: object) -> str:
    """Make a name of letters a-z, digits and hyphens out of ``words``: ``dagsorden-udviklingspuljen-2026-03-05``."""
    text = " ".join(str(word) for word in words).lower().translate(SPELLED)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_NAME].strip("-") or "fundbank"
