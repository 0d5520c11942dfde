"""What the letters are called, as messages."""

from collections.abc import Mapping

from fundbank.errors import N_
from fundbank.wording.rules import Kind

LANGUAGE_NAMES: Mapping[str, str] = {"da": N_("Danish"), "en": N_("English")}

KINDS: Mapping[str, str] = {
    Kind.APPROVE: N_("Letter of an award"),
    Kind.REJECT: N_("Letter of a rejection"),
    Kind.DEFER: N_("Letter of a deferral"),
    Kind.RETURN: N_("Letter that sends an application back"),
    Kind.CLAIM: N_("Claim letter"),
}
