"""What a proposal is asked for: aim, money, floor and weights, as they stand in an address. It decides nothing."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import CheckboxField, Form, KronerField, LongTextField, PercentField, RadioField, ReadField, SelectField
from fundbank.meetings.words import AIMS, TIES
from fundbank.pools.criteria import CODES, NAMES
from fundbank.pools.policy import Policy
from fundbank.proposals.rules import Aim, Weights

SHOWN = ("reasons", "frontier", "stability")


class ProposalForm(Form):
    """Aim, money, floor and weights: begun with what the pool holds and its rules say. Weights count by their proportion."""

    aim = RadioField(_("Of sets with equally many points, take the one with"))
    money = KronerField(_("Money to choose with"), hint=_("Begins with what is available in the pool."))
    keeps_floor = CheckboxField(_("Keep the pool's coming months above a floor, even if gains come in low"))
    floor = KronerField(_("Floor"), optional=True, hint=_("No month of the next five years ends with less."))

    class Meta(Form.Meta):
        csrf = False

    @property
    def weights(self) -> Weights:
        """The weights as they stand, as fractions; while they can't be read, those of the pool's rules."""
        return {code: Fraction(self[f"weight_{code}"].data or 0) for code in CODES}

    @property
    def chosen_aim(self) -> Aim:
        """What decides among equals."""
        return Aim(self.aim.data) if self.aim.data in list(Aim) else Aim.LEAST_MONEY

    @property
    def floor_ore(self) -> int | None:
        """The floor under the low line, in øre; None without one."""
        return (self.floor.data or 0) if self.keeps_floor.data else None

    @property
    def asked(self) -> dict[str, Any]:
        """What the address says of all this, for the links to what else can be shown."""
        names = [field.name for field in self]
        return {name: request.args.getlist(name) for name in names if request.args.get(name)}

    def check(self) -> None:
        """Ask that something counts."""
        fields = [self[f"weight_{code}"] for code in CODES]
        if not any(field.data for field in fields) and not any(field.errors for field in fields):
            fields[0].errors = [gettext("At least one weight must be above 0: otherwise nothing counts.")]


class PutForm(Form):
    """A proposal is put before the meeting; with the reason if it takes another's place while the meeting is open."""

    reason = LongTextField(
        _("Why does it take the place of the one that lies there?"), optional=True, max_length=1000, hint=_("It stands in the minutes.")
    )

    def __init__(self) -> None:
        super().__init__()
        self.reason.flags.optional = False  # where it is shown it is needed


class PairForm(Form):
    """What the coordinator says of two applications on an agenda."""

    tie = RadioField(_("What holds between them?"), required=_("Choose what holds between them."))
    application = SelectField(_("The first"), coerce=int, required=_("Choose an application."))
    other = SelectField(_("The second"), coerce=int, required=_("Choose an application."))

    def __init__(self, titles: Sequence[tuple[int, str]]) -> None:
        super().__init__()
        self.tie.choices = [(tie.value, gettext(words)) for tie, words in TIES.items()]
        self.application.choices = self.other.choices = [("", gettext("Not chosen yet")), *titles]


def proposal_form(policy: Policy, available_ore: int) -> ProposalForm:
    """The form with what the address says; what it leaves out is as in the pool."""
    fields = {f"weight_{code}": PercentField(gettext(NAMES[code]), most=1000) for code in CODES}
    begun: dict[str, Any] = {"aim": Aim.LEAST_MONEY.value, "money": available_ore, "floor": 0}
    begun |= {f"weight_{code}": policy.weights[code] for code in CODES}
    form_class: type[ProposalForm] = type("ProposalForm", (ProposalForm,), fields)
    choices = [(aim.value, gettext(words)) for aim, words in AIMS.items()]
    form = form_class(formdata=None, data=begun)
    form.aim.choices = choices
    if not any(field.name in request.args for field in form):
        return form
    said = {
        "floor": ["0"],
        **{field.name: [field.show(field.data)] for field in form if isinstance(field, ReadField)},
        "aim": [begun["aim"]],
    }
    form = form_class(formdata=MultiDict(said | dict(request.args.lists())))
    form.aim.choices = choices
    form.validate()
    return form


def shown() -> list[str]:
    """What the address asks to be shown beside the proposal."""
    return [name for name in SHOWN if name in request.args.getlist("show")]
