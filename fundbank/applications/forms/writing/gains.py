"""Gains: in kroner a year, as time that is saved, split over departments, and in words."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from wtforms import Field

from fundbank.applications.forms.row_kinds import ShareRow, SplitRow
from fundbank.applications.forms.rows import RowForm, Rows, too_many
from fundbank.applications.forms.stated import STATED, StatesPayback, stated_values
from fundbank.applications.forms.stored import gain_values
from fundbank.applications.forms.writing.topic import TopicForm
from fundbank.applications.rules.completeness import has_small_case
from fundbank.applications.rules.content import Content
from fundbank.applications.rules.spans import GainSpan, SharesNotWhole, split_gain
from fundbank.kit.language import gettext
from fundbank.kit.web.sentences import sentence

SPLIT = ("split-", "split_shares-")


class GainsForm(StatesPayback, TopicForm):
    """The fourth step. Where a short case is enough there are no gain areas, but for those that are there already."""

    row_names = ("gains", "split_shares", "gain_areas", "qualitative_gains")

    def __init__(self, policy: Any, offers: Any, content: Content, **more: Any) -> None:
        super().__init__(policy, offers, content, **more)
        if has_small_case(content.kind, policy) and not len(self.rows["gain_areas"]):
            del self.rows["gain_areas"]
        self.split = SplitRow(self.source, {} if self.source is not None else SplitRow.blank, "split", self.row_choices, content.texts())

    def blanks(self, name: str) -> Mapping[str, Any]:
        """It is the department that applies that gains, as a rule."""
        return {"department": self.department_id} if name in ("gains", "gain_areas") else {}

    def shown(self, content: Content) -> dict[str, Any]:
        return stated_values(content)

    def said(self) -> dict[str, Any]:
        return {"stated_payback": self.stated} if self.is_stated_good else {}

    def said_in_rows(self) -> dict[str, Any]:
        said = {name: items for name, items in super().said_in_rows().items() if name != "split_shares"}
        shared = self.split_spans() if self.rows["split_shares"].filled and self.is_split_good else []
        return said | {"gains": (*said["gains"], *(gain for span in shared for gain in span.gains()))}

    def begun(self) -> Iterator[RowForm]:
        yield from super().begun()
        if hasattr(self, "split"):
            yield self.split

    def named(self) -> Iterator[tuple[str, Field]]:
        yield from super().named()
        yield from ((field.name, field) for field in self.split if field.kind != "hidden")

    def good(self) -> set[str]:
        """A gain that is to be split is well filled in or not as a whole, and so is the stated payback."""
        good = {name for name in super().good() if self.is_stated_good or name not in STATED}
        return {name for name in good if self.is_split_good or not name.startswith(SPLIT)}

    def beside(self, names: Collection[str]) -> set[str]:
        """A gain that is to be split stands together with its shares, a payback with the reason for it."""
        groups = [one for one in (SPLIT, STATED) if any(name.startswith(one) for name in names)]
        return super().beside(names) | {name for name, _field in self.named() if any(name.startswith(one) for one in groups)}

    def press(self, button: str) -> None:
        """Do what a button beside the rows says, ``split`` too: the gain becomes one for each department that has a share."""
        if button != "split":
            super().press(button)
        elif self.check_split():
            for span in self.split_spans():
                self.rows["gains"].add(gain_values(span))
            self._clear_split()

    def check(self) -> None:
        """Check the rows that were begun, and how a gain is shared."""
        super().check()
        if self.is_splitting:
            self.check_split()
        self.check_stated()

    @property
    def is_splitting(self) -> bool:
        """Has somebody begun to share a gain?"""
        return not self.split.is_empty() or bool(self.rows["split_shares"].filled)

    @property
    def is_split_good(self) -> bool:
        """Has no field of it a sentence, as far as it has been checked?"""
        return self.split.is_good and all(row.is_good for row in self.rows["split_shares"])

    def check_split(self) -> bool:
        """Check how a gain is shared; False once a field has a sentence."""
        shares = self.rows["split_shares"]
        if not self.split.check() or not shares.check():
            return False
        first = next(iter(shares.filled), None)
        if first is None:
            return self.split.refuse(self.split.amount, gettext("Write below which departments gain, and the share of each."))
        try:
            spans = self.split_spans()
        except SharesNotWhole as refusal:
            return first.refuse(first.share, sentence(refusal))
        return self.rows["gains"].has_room(len(spans)) or self.split.refuse(self.split.amount, too_many())

    def split_spans(self) -> list[GainSpan]:
        first, last = self.split.years
        shares = [row.read() for row in self.rows["split_shares"].filled]
        cashable, text = self.split.cashable.data, self.split.text.data or ""
        return split_gain(self.split.amount.data, shares, first=first, last=last, cashable=cashable, text=text)

    def _clear_split(self) -> None:
        self.split = SplitRow(None, SplitRow.blank, "split", {})
        self.rows["split_shares"] = Rows("split_shares", ShareRow, self.row_choices, sent=None, values=(), start=3)
