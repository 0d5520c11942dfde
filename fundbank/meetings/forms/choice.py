"""The forum's choice between the items of an agenda, as it stands in an address. It decides nothing and is stored nowhere."""

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import Field

from fundbank.errors import Refusal
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import CheckboxesField, Form, KronerField
from fundbank.kit.web.sentences import sentence
from fundbank.meetings.rules.choices import Choice


class Offered(Protocol):
    """What the form asks of an item that can be chosen."""

    @property
    def id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def loan_ore(self) -> int: ...
    @property
    def grant_ore(self) -> int: ...
    @property
    def frame(self) -> str | None: ...

    def check_sums(self, loan_ore: int, grant_ore: int) -> None: ...


class ChoiceForm(Form):
    """Which items are chosen, and with which sums where these are not what was asked for. It reads only, so it is sent with GET."""

    chosen = CheckboxesField(_("Chosen"), coerce=int)

    class Meta(Form.Meta):
        csrf = False

    offered: Mapping[int, Offered]

    def check(self) -> None:
        """Ask of each sum whether the forum could approve it; what is left empty is nothing."""
        for one in map(self.offered.__getitem__, self.chosen.data):
            loan, grant = self[f"loan_{one.id}"], self[f"grant_{one.id}"]
            if not loan.errors and not grant.errors:
                try:
                    one.check_sums(loan.data or 0, grant.data or 0)
                except Refusal as refusal:
                    wrong = grant if refusal.field == "grant" or not one.loan_ore else loan
                    wrong.errors = [sentence(refusal)]

    def place_of(self, field: Field) -> str:
        """A sum is that of an item."""
        _part, _line, id_ = field.name.rpartition("_")
        return self.offered[int(id_)].title if id_.isdecimal() else ""

    @property
    def choices(self) -> list[Choice]:
        """What is chosen, in the order of the agenda; a sum that could not be read counts as what was asked for."""
        return [
            Choice(id_, self._sum(f"loan_{id_}", one.loan_ore), self._sum(f"grant_{id_}", one.grant_ore), one.frame)
            for id_, one in self.offered.items()
            if id_ in self.chosen.data
        ]

    def _sum(self, name: str, asked_ore: int) -> int:
        unread = self[name].data is None and self[name].errors
        return asked_ore if unread else self[name].data or 0

    @property
    def asked(self) -> dict[str, Any]:
        """What the address says of the choice, shortest: sums that are as asked for are left out."""
        said: dict[str, Any] = {"chosen": [choice.application_id for choice in self.choices]}
        for choice in self.choices:
            one = self.offered[choice.application_id]
            for part, ore, asked_ore in (("loan", choice.loan_ore, one.loan_ore), ("grant", choice.grant_ore, one.grant_ore)):
                if ore != asked_ore:
                    said[f"{part}_{choice.application_id}"] = KronerField.show(self[f"{part}_{one.id}"], ore)
        return said


def chosen_ids() -> list[int]:
    """The ids of the applications that the address names as chosen, each once, whatever has become of them."""
    said = (text for text in request.args.getlist("chosen") if text.isdecimal() and len(text) < 10)
    return list(dict.fromkeys(map(int, said)))


def choice_form(offered: Collection[Offered]) -> ChoiceForm:
    """The form with what the address says of the items on ``offered``; of others it knows nothing."""
    of_id = {one.id: one for one in offered}
    chosen = [id_ for id_ in chosen_ids() if id_ in of_id]
    parts = (("loan", _("Loan")), ("grant", _("Grant")))
    fields = {f"{part}_{id_}": KronerField(label, optional=True) for id_ in chosen for part, label in parts}
    sums = MultiDict((name, text) for name, text in request.args.items(multi=True) if name in fields)
    form: ChoiceForm = type("ChoiceForm", (ChoiceForm,), fields)(formdata=sums)
    form.offered = of_id
    form.chosen.choices, form.chosen.data = [(one.id, one.title) for one in offered], chosen
    for id_ in chosen:
        for part in ("loan", "grant"):
            field = form[f"{part}_{id_}"]
            if not field.raw_data:
                field.data = getattr(of_id[id_], f"{part}_ore")
    form.validate()
    return form
