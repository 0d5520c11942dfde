"""Owns the two typefaces on paper: where they lie, that they are registered once, and how wide text is in them.

IBM Plex Sans comes with Det Fælles Designsystem (Open Font Licence). Only fonts from files are used: the fonts
every PDF reader is supposed to have (Helvetica and its like) are never embedded, and so never wanted here.
"""

from functools import cache, lru_cache
from threading import Lock

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from fundbank.paths import STATIC

REGULAR = "IBMPlexSans-Regular"
STRONG = "IBMPlexSans-SemiBold"
FOLDER = STATIC / "vendor/dkfds/dist/fonts/IBMPlexSans/complete/ttf"

_registering = Lock()


class FontsMissing(RuntimeError):
    """The font files are not in the static folder: the front end's assets have not been fetched or built in."""


def register() -> None:
    """Make both typefaces known to ReportLab, once per process; raises FontsMissing.

    Under a lock: registering a name again would replace a font that another thread is drawing with.
    """
    with _registering:
        for name in (REGULAR, STRONG):
            if name in pdfmetrics.getRegisteredFontNames():
                continue
            path = FOLDER / f"{name}.ttf"
            if not path.is_file():
                raise FontsMissing(f"No font at {path}. Fetch the front end's assets first.")
            pdfmetrics.registerFont(TTFont(name, str(path)))


@lru_cache(maxsize=20_000)
def width(text: str, font: str, size: float) -> float:
    """Measure `text` on one line, in points. Words come again and again, and a table measures each several times."""
    return float(pdfmetrics.stringWidth(text, font, size))


@cache
def glyphs() -> frozenset[int]:
    """The code points that both typefaces can draw."""
    register()
    regular, strong = (pdfmetrics.getFont(name).face.charToGlyph for name in (REGULAR, STRONG))
    return frozenset(regular) & frozenset(strong)
