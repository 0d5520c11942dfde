"""The tree of departments, as pure questions about paths (``/1/4/``: the ids from the top down); what a password, a link and an address
must be.
"""

import re
from datetime import timedelta
from enum import StrEnum

from fundbank.kit.text import one_line


class Kind(StrEnum):
    """What waits for a second person (domain.md §11)."""

    ROLE = "role"
    ADMINISTRATOR = "administrator"
    EMAIL = "email"
    REOPENING = "reopening"


class State(StrEnum):
    """Where a confirmation stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


PASSWORD_LEAST = 12
PASSWORD_MOST = 200
LINK_LIFE = {"invitation": timedelta(days=7), "reset": timedelta(days=1)}
LINK_KEPT = timedelta(days=90)
LINK_TOPIC = "link"  # of the mail that brings one
PATH_MOST = 200

GUESSES_LEAST = 10**8  # so many would be needed by whoever begins with what is common; signing in slows them down long before
JUDGED = 40  # letters and digits of a password: what its beginning is worth is enough, and no password takes long to judge
AROUND = re.compile(r"^[\W_]+|[\W_]+$")
SIGNS_FOR_LETTERS = str.maketrans("@$!|€", "asiie")
# Danish words that passwords begin with. zxcvbn knows the English ones, names, keyboards, dates and everything that leaked most often;
# of the years it knows those until 2019.
COMMON = (
    "adgangskode kodeord password hemmelig hemmeligt hemmelighed velkommen goddag hejhej hejmeddig jegelskerdig elskerdig skat "
    "skatter kærlighed kommune kommunen danmark dansk danskerne københavn kobenhavn koebenhavn aarhus århus odense aalborg ålborg "
    "herning favrskov rudersdal aabenraa åbenrå jammerbugt digitalisering digitaliseringsbank digital fundbank pulje puljen borger "
    "borgerservice forvaltning økonomi oekonomi administration administrator bruger sommer sommeren vinter vinteren forår foraar "
    "efterår efteraar januar februar marts april maj juni juli august september oktober november december mandag tirsdag onsdag "
    "torsdag fredag lørdag loerdag søndag soendag jul julen juleaften påske paaske ferie sommerferie fodbold håndbold haandbold "
    "brøndby broendby fck superliga liverpool familie farmor farfar mormor morfar mor far søster bror barn børn boern hund hunden kat "
    "katten hest hesten solskin sol skole skolen arbejde arbejdet computer internet telefon test testtest tester prøve proeve "
    "ingenting ligemeget glemt nykode minkode mitkodeord midlertidig " + " ".join(map(str, range(1940, 2050)))
).split()


def address_as_kept(email: str) -> str:
    """An e-mail address as it is kept and looked for, however it was typed."""
    return one_line(email).lower()


def is_mostly(password: str, *known: str | None) -> bool:
    """Is too little left of a password without what everybody knows of the person: the name, the e-mail address? Signs don't count."""
    said = _bare(password)
    rest = said
    for words in known:
        for word in (words or "", (words or "").partition("@")[0]):
            rest = rest.replace(_bare(word), "")
    return rest != said and len(rest) < PASSWORD_LEAST


def is_common(password: str) -> bool:
    """Is it one of those that are tried first: common words, rows of the keyboard, dates, repetitions, with or without signs and digits?"""
    from zxcvbn import zxcvbn  # its lists are long, and few commands need them

    bare = _bare(AROUND.sub("", password).translate(SIGNS_FOR_LETTERS))[:JUDGED]
    return not bare or int(zxcvbn(bare, user_inputs=COMMON)["guesses"]) < GUESSES_LEAST


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def is_within(path: str, other: str) -> bool:
    """Is the unit with ``path`` the unit with ``other``, or below it?"""
    return path.startswith(other)


def is_in_line(path: str, other: str) -> bool:
    """Is one of the two units the other, above it or below it? (domain.md §4)"""
    return is_within(path, other) or is_within(other, path)
