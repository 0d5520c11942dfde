"""Gains: in kroner a year, as time that is saved, split over departments, and in words."""

from collections.abc import Iterator
from typing import Any

from flask import request

from fundbank.applications.forms.row_kinds import ShareRow, SplitRow
from fundbank.applications.forms.rows import RowForm, Rows
from fundbank.applications.forms.stored import gain_values
from fundbank.applications.forms.writing.topic import TopicForm
from fundbank.applications.rules.content import LAST_YEAR, Content, StatedPayback
from fundbank.applications.rules.spans import GainSpan, SharesNotWhole, split_gain
from fundbank.errors import Incomplete
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import LongTextField, WholeNumberField
from fundbank.kit.web.sentences import sentence


class GainsForm(TopicForm):
    """The fourth step. Where the pool asks for a short case there are no gain areas, but for those that stand already."""

    row_names = ("gains", "split_shares", "gain_areas", "qualitative_gains")

    stated_years = WholeNumberField(_("Payback that you expect: years"), optional=True, most=LAST_YEAR)
    stated_months = WholeNumberField(_("Payback that you expect: months"), optional=True, most=11)
    stated_reason = LongTextField(
        _("Why it is another one than the figures give"),
        hint=_("For example: The supplier gives us the first year free, which is not in the figures yet."),
        optional=True,
        max_length=1000,
    )

    def __init__(self, policy: Any, offers: Any, content: Content, **more: Any) -> None:
        super().__init__(policy, offers, content, **more)
        if policy.business_case == "short" and not self.rows["gain_areas"].filled:
            del self.rows["gain_areas"]
        sent = request.form if self.is_submitted() else None
        self.split = SplitRow(sent, {} if sent is not None else SplitRow.blank, "split", self.row_choices, content.texts())

    def shown(self, content: Content) -> dict[str, Any]:
        stated = content.stated_payback
        if stated is None:
            return {}
        return {"stated_years": stated.years, "stated_months": stated.months, "stated_reason": stated.reason}

    def said(self) -> dict[str, Any]:
        years, months = self.stated_years.data, self.stated_months.data
        if years is None and months is None:
            return {"stated_payback": None}
        return {"stated_payback": StatedPayback(years or 0, months, self.stated_reason.data or "")}

    def said_in_rows(self) -> dict[str, Any]:
        shared = self._split_spans() if self.rows["split_shares"].filled else []
        spans = [*(row.read() for row in self.rows["gains"].filled), *shared]
        names = [name for name in ("gain_areas", "qualitative_gains") if name in self.rows]
        said = {name: tuple(row.read() for row in self.rows[name].filled) for name in names}
        return said | {"gains": tuple(gain for span in spans for gain in span.gains())}

    def begun(self) -> Iterator[RowForm]:
        yield from super().begun()
        if hasattr(self, "split"):
            yield self.split

    def press(self, button: str) -> None:
        """Do what a button beside the rows says, ``split`` too: the gain becomes one for each department that has a share."""
        if button != "split":
            super().press(button)
        elif self.check_split():
            for span in self._split_spans():
                self.rows["gains"].add(gain_values(span))
            self._clear_split()

    def check(self) -> None:
        """Check the rows that were begun, and how a gain is shared."""
        super().check()
        if self.is_splitting:
            self.check_split()
        if self.stated_reason.data and self.said()["stated_payback"] is None:
            self.refuse("stated_years", gettext("Write the payback that you expect, or leave the reason empty."), Incomplete.code)

    @property
    def is_splitting(self) -> bool:
        """Has somebody begun to share a gain?"""
        return not self.split.is_empty() or bool(self.rows["split_shares"].filled)

    def check_split(self) -> bool:
        """Check how a gain is shared; False once a field has a sentence."""
        shares = self.rows["split_shares"]
        if not self.split.check() or not shares.check():
            return False
        first = next(iter(shares.filled), None)
        if first is None:
            return self.split.refuse(self.split.amount, gettext("Write below which departments gain, and the share of each."))
        try:
            self._split_spans()
        except SharesNotWhole as refusal:
            return first.refuse(first.share, sentence(refusal))
        return True

    def _split_spans(self) -> list[GainSpan]:
        first, last = self.split.years
        shares = [row.read() for row in self.rows["split_shares"].filled]
        cashable, text = self.split.cashable.data, self.split.text.data or ""
        return split_gain(self.split.amount.data, shares, first=first, last=last, cashable=cashable, text=text)

    def _clear_split(self) -> None:
        self.split = SplitRow(None, SplitRow.blank, "split", {})
        self.rows["split_shares"] = Rows("split_shares", ShareRow, self.row_choices, sent=None, values=(), start=3)
