"""The form in which a department writes its application. Which fields there are follows the pool's policy.

Only the title is needed to save. A field that was filled in wrongly is refused at the field; nothing that was typed is lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from wtforms import Field

from fundbank.applications.forms.row_kinds import ShareRow, SplitRow
from fundbank.applications.forms.rows import RowForm, Rows
from fundbank.applications.forms.stored import gain_values, row_kinds
from fundbank.applications.rules.content import FACTS, INITIATIVES, Content
from fundbank.applications.rules.spans import GainSpan, SharesNotWhole, split_gain
from fundbank.applications.rules.words import COST_KINDS
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import (
    CheckboxesField,
    CheckboxField,
    Form,
    KronerField,
    LongTextField,
    RadioField,
    SelectField,
    TextField,
    VersionField,
)
from fundbank.kit.web.sentences import sentence
from fundbank.pools import words
from fundbank.pools.criteria import CODES, CRITERIA
from fundbank.pools.policy import Policy

TEXTS = ("title", "summary", "need", "bought", "project_leader", "gain_owners", "operation_money")

Pairs = Sequence[tuple[Any, str]]


@dataclass(frozen=True)
class Offers:
    """What can be chosen among: all units of the municipality, those one may apply for, and the pool's leaders."""

    units: Pairs
    own_units: Pairs
    leaders: Pairs


class DraftForm(Form):
    """An application as it is written."""

    revision = VersionField()
    department = SelectField(_("Department that applies"), coerce=int)
    title = TextField(_("Title"), required=_("Write a title: it is all that is needed to save the draft."))
    summary = LongTextField(
        _("What the project is about"),
        hint=_("What do you want to do, for whom, and what gets better? A few plain sentences will do."),
        optional=True,
    )
    need = LongTextField(_("The need"), hint=_("What does not work today, and for whom?"), optional=True)
    bought = LongTextField(_("What is bought"), hint=_("A system, licences, equipment, help; or that nothing is."), optional=True)
    kind = RadioField(_("Kind of project"), optional=True)
    initiative = RadioField(_("Is it something you must do, may do, or need before something else?"), optional=True)
    frame = SelectField(_("Budget frame"), hint=_("The area of the pool that the project belongs to."), optional=True)
    supports = CheckboxesField(_("Which criteria does the project especially support?"), optional=True)
    facts = CheckboxesField(_("What is true of the project?"), optional=True)
    loan = KronerField(_("Loan"), hint=_("For what saves money. It is repaid out of the gains."), optional=True)
    grant = KronerField(_("Grant"), hint=_("For a better service that saves no money. It is not repaid."), optional=True)
    lower = KronerField(
        _("Could do with"),
        hint=_("If less would do: the one lower sum that you could carry the project out with. Otherwise leave it empty."),
        optional=True,
        positive=True,
    )
    it_consulted = CheckboxField(_("IT has been consulted"))
    purchases = CheckboxField(_("The project buys something: a system, a licence or equipment"))
    gain_owner = SelectField(
        _("Gain owner"), coerce=int, hint=_("The leader of the department that harvests the gain. Not the project leader."), optional=True
    )
    system_owner = SelectField(
        _("System owner"), coerce=int, hint=_("The leader who owns the system that is bought or changed."), optional=True
    )
    gain_owners = LongTextField(
        _("Gain owners of the other departments"),
        hint=_("Does more than one department gain? Name the leader of each of the others."),
        optional=True,
    )
    project_leader = TextField(_("Project leader"), hint=_("Who leads the project until it is in use."), optional=True)
    operation_money = LongTextField(
        _("Where the money for operation is found"),
        hint=_("The pool pays for establishment only. From which budget is the rest paid?"),
        optional=True,
    )
    for _one in CRITERIA:
        locals()[f"own_{_one.code}"] = RadioField(_(_one.question), coerce=int, optional=True)

    def __init__(self, policy: Policy, offers: Offers, content: Content, *, department_id: int, revision: int) -> None:
        super().__init__(data={**_shown(content), "department": department_id, "revision": revision})
        self.policy = policy
        self.short_case = policy.business_case == "short"
        self._offer(offers)
        self._drop_what_is_not_asked(content)
        for field in self._fields.values():
            field.flags.optional = False  # only the title is needed: a page full of "(optional)" would say nothing
        sent = request.form if self.is_submitted() else None
        choices = {
            "department": [("", _("Choose a department")), *offers.units],
            "criterion": [("", _("Choose a criterion")), *((one.code, gettext(one.name)) for one in CRITERIA)],
            "kind": [(code, gettext(word)) for code, word in COST_KINDS.items()],
        }
        self.rows = {
            name: Rows(name, kind, choices, sent=sent, values=values, start=start, known_texts=content.texts())
            for name, kind, values, start in row_kinds(content)
        }
        if self.short_case and not self.rows["gain_areas"].filled:
            del self.rows["gain_areas"]
        self.split = SplitRow(sent, {} if sent is not None else SplitRow.blank, "split", choices, content.texts())

    def __iter__(self) -> Iterator[Field]:
        yield from super().__iter__()
        for row in self._begun():
            yield from row

    def place_of(self, field: Field) -> str:
        """The row that the field stands in, as the page calls it."""
        return next((rows.called(row) for rows in self.rows.values() for row in rows if field in tuple(row)), "")

    @property
    def errors(self) -> dict[Any, Any]:
        found = dict(super().errors)
        for row in self._begun():
            found |= {field.name: field.errors for field in row if field.errors}
        return found

    @property
    def own_scores(self) -> list[Field]:
        """The own score's fields, in the order of the five criteria; none where the policy does not ask."""
        return [self[f"own_{code}"] for code in CODES if f"own_{code}" in self]

    def press(self, button: str) -> str:
        """Do what a button beside the rows says: ``add:costs``, ``remove:costs-2``, ``split``. Nothing is saved.

        It returns where on the page to go on.
        """
        verb, _colon, name = button.partition(":")
        if verb == "split":
            if self._check_split():
                for span in self._split_spans():
                    self.rows["gains"].add(gain_values(span))
                self._clear_split()
        elif verb == "add" and name in self.rows:
            self.rows[name].add()
        elif verb == "remove" and name.rpartition("-")[0] in self.rows:
            self.rows[name.rpartition("-")[0]].remove(name)
        return name

    def check(self) -> None:
        """Check the rows that were begun, and how the gains are shared."""
        for rows in self.rows.values():
            rows.check()
        if not self.split.is_empty() or self.rows["split_shares"].filled:
            self._check_split()

    def content(self, base: Content) -> Content:
        """What the application says after this form; what the policy does not ask stays as it was in ``base``."""
        changes: dict[str, Any] = {
            name: self[name].data for name in (*TEXTS, "kind", "initiative", "frame", "it_consulted", "purchases") if name in self
        }
        changes |= {name: changes[name] or "" for name in TEXTS}
        changes["kind"] = changes.get("kind") or base.kind
        changes |= {f"{name}_ore": self[name].data or 0 for name in ("loan", "grant") if name in self}
        changes["lower_ore"] = self.lower.data
        changes |= {f"{name}_id": self[name].data for name in ("gain_owner", "system_owner")}
        changes |= {name: tuple(self[name].data or ()) for name in ("supports", "facts") if name in self}
        if self.own_scores:
            levels = {code: self[f"own_{code}"].data for code in CODES if self[f"own_{code}"].data is not None}
            changes["own_scores"] = levels or None
        return base.replace(**changes, **self._case())

    def _case(self) -> dict[str, Any]:
        spans = [*(row.read() for row in self.rows["gains"].filled), *(self._split_spans() if self.rows["split_shares"].filled else ())]
        case = {
            "costs": tuple(cost for row in self.rows["costs"].filled for cost in row.read().costs()),
            "gains": tuple(gain for span in spans for gain in span.gains()),
        }
        names = [name for name in ("gain_areas", "own_financing", "qualitative_gains") if name in self.rows]
        return case | {name: tuple(row.read() for row in self.rows[name].filled) for name in names}

    def _begun(self) -> Iterator[RowForm]:
        for rows in getattr(self, "rows", {}).values():
            yield from rows.filled
        if hasattr(self, "split"):
            yield self.split

    def _check_split(self) -> bool:
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
        shares = self.rows["split_shares"]
        self.split = SplitRow(None, SplitRow.blank, "split", {})
        self.rows["split_shares"] = Rows("split_shares", ShareRow, shares.choices, sent=None, values=(), start=3)

    def _offer(self, offers: Offers) -> None:
        policy = self.policy
        self.department.choices = list(offers.own_units)
        self.kind.choices = [(kind, gettext(words.PROJECT_KINDS[kind])) for kind in policy.project_kinds]
        self.initiative.choices = [(code, gettext(word)) for code, word in INITIATIVES.items()]
        self.facts.choices = [(code, gettext(word)) for code, word in FACTS.items()]
        self.frame.choices = [("", gettext("None of them")), *((frame.code, frame.name) for frame in policy.frames)]
        self.supports.choices = [(one.code, gettext(one.name)) for one in CRITERIA]
        leaders = [("", gettext("Not chosen yet")), *offers.leaders]
        self.gain_owner.choices = self.system_owner.choices = leaders
        levels = level_choices(policy.scale)
        for field in self.own_scores:
            field.choices = levels

    def _drop_what_is_not_asked(self, content: Content) -> None:
        policy = self.policy
        dropped = {
            "kind": len(policy.project_kinds) == 1 and content.kind == policy.project_kinds[0],
            "frame": not policy.frames,
            "supports": not policy.supports_asked,
            "loan": not policy.offers_loans and not content.loan_ore,
            "grant": not policy.offers_grants and not content.grant_ore,
            "it_consulted": policy.it_consultation not in ("required", "recorded"),
            "purchases": policy.it_consultation != "screened",
            **{f"own_{code}": not policy.own_scores_first for code in CODES},
        }
        for name, is_dropped in dropped.items():
            if is_dropped:
                del self[name]
        if "it_consulted" in self and policy.it_consultation == "required":
            self.it_consulted.hint = gettext("Needed before the application can be submitted.")
        if "loan" in self and "grant" in self and not policy.mix_offered:
            self.grant.hint = gettext("It is not repaid. This pool gives a loan or a grant, never both.")


def level_choices(scale: Sequence[str]) -> list[tuple[int, str]]:
    """The levels of a policy's scale in words, from the lowest, each with its rank."""
    named = [gettext(words.LEVELS[level]) if level in words.LEVELS else level for level in scale]
    if all(level.isdigit() for level in scale):
        named[0] = gettext("%(level)s (lowest)", level=named[0])
        named[-1] = gettext("%(level)s (best)", level=named[-1])
    return list(enumerate(named, start=1))


def _shown(content: Content) -> dict[str, Any]:
    own = content.own_scores or {}
    return {
        **{name: getattr(content, name) for name in TEXTS},
        "kind": content.kind,
        "initiative": content.initiative,
        "frame": content.frame,
        "supports": list(content.supports),
        "facts": list(content.facts),
        "loan": content.loan_ore or None,
        "grant": content.grant_ore or None,
        "lower": content.lower_ore,
        "it_consulted": content.it_consulted,
        "purchases": content.purchases,
        "gain_owner": content.gain_owner_id,
        "system_owner": content.system_owner_id,
        **{f"own_{code}": own.get(code) for code in CODES},
    }
