"""What somebody says in a text that stays: it is there, it has room, and it holds no CPR number. One rule for every operation."""

from fundbank.errors import N_, Incomplete
from fundbank.kit.cpr import check_no_cpr_number

TOO_LONG = N_("This text is too long.")


def check_said(text: str, most: int, *, field: str = "text", missing: str = "") -> str:
    """The text without the space around it, of at most so many characters. ``missing`` is the sentence where it must not be empty.

    Raises Incomplete and CprNumber at the form's ``field``.
    """
    said = text.strip()
    if missing and not said:
        raise Incomplete(missing, field=field)
    if len(said) > most:
        raise Incomplete(TOO_LONG, field=field)
    check_no_cpr_number(**{field: said})
    return said
