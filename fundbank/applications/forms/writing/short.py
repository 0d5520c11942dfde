"""The short form: one page for a small project, with the fields that it takes (domain.md §6). The steps show the same afterwards."""

from collections.abc import Sequence

from wtforms import Field

from fundbank.applications.forms.levels import level_choices
from fundbank.applications.forms.writing.money import MoneyForm
from fundbank.applications.forms.writing.need import NeedForm
from fundbank.applications.forms.writing.project import ProjectForm
from fundbank.applications.forms.writing.start import StartForm
from fundbank.applications.forms.writing.topic import Pairs
from fundbank.applications.forms.writing.who import WhoForm
from fundbank.applications.rules.asked import not_asked
from fundbank.applications.rules.content import LAST_YEAR, Content, Cost, PlannedGain, QualitativeGain
from fundbank.applications.rules.triage import small_kinds
from fundbank.errors import Incomplete
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import KronerField, LongTextField, SelectField, WholeNumberField
from fundbank.people.models import User
from fundbank.pools.criteria import CODES, CRITERIA
from fundbank.pools.policy import Policy


class ShortForm(StartForm):
    """A small project from its title to who leads it. Only the title is needed to begin; the last step says what is missing."""

    frame = ProjectForm.frame
    summary, need, bought = ProjectForm.summary, NeedForm.need, NeedForm.bought
    purchases, supports = NeedForm.purchases, NeedForm.supports
    loan, grant, operation_money = MoneyForm.loan, MoneyForm.grant, MoneyForm.operation_money
    gain = KronerField(_("What is saved in a year"), hint=_("Leave it empty if it saves no money."), optional=True, positive=True)
    gain_years = WholeNumberField(_("For how many years"), optional=True, most=LAST_YEAR)
    gain_text = LongTextField(
        _("What gets better, in words"),
        hint=_("For example: Nobody waits on the telephone any more."),
        optional=True,
        max_length=1000,
    )
    criterion = SelectField(_("The criterion that it fits best"), optional=True)
    for _one in CRITERIA:
        locals()[f"own_{_one.code}"] = getattr(NeedForm, f"own_{_one.code}")
    gain_owner, system_owner, project_leader = WhoForm.gain_owner, WhoForm.system_owner, WhoForm.project_leader
    it_consulted = WhoForm.it_consulted

    def __init__(self, policy: Policy, own_units: Pairs, leaders: Sequence[User], *, writer: User, kind: str | None = None) -> None:
        """Whoever writes leads the project, and the one leader of the one department owns the gain, until something else is written."""
        own = [person.id for person in leaders if person.department_id == writer.department_id]
        super().__init__(
            small_kinds(policy),
            own_units,
            department_id=writer.department_id,
            kind=kind,
            project_leader=writer.name,
            gain_owner=own[0] if len(own) == len(own_units) == 1 else None,
        )
        self.gain_owner.choices = self.system_owner.choices = [
            ("", gettext("Not chosen yet")),
            *((person.id, person.name) for person in leaders),
        ]
        self.frame.choices = [("", gettext("None of them")), *((frame.code, frame.name) for frame in policy.frames)]
        levels = level_choices(policy.scale)
        for code in CODES:
            self[f"own_{code}"].choices = levels
        self.supports.choices = [(one.code, gettext(one.name)) for one in CRITERIA]
        self.criterion.choices = [("", gettext("Choose")), *self.supports.choices]
        if policy.it_consultation == "required":
            self.it_consulted.hint = gettext("Needed before the application can be submitted.")
        unsaid = [] if policy.content_required else ["operation_money", "gain_owner", "system_owner"]
        for name in (*not_asked(policy), *unsaid):
            del self[name]
        for field in self:
            field.flags.optional = False  # the page says that the title is enough

    @property
    def own_scores(self) -> list[Field]:
        """The own score's fields, in the order of the five criteria; none where the policy does not ask."""
        return [self[f"own_{code}"] for code in CODES if f"own_{code}" in self]

    def check(self) -> None:
        """What belongs together is written together."""
        if (self.gain.data is None) != (self.gain_years.data is None) and not (self.gain.errors or self.gain_years.errors):
            name = "gain" if self.gain.data is None else "gain_years"
            self.refuse(name, gettext("Write both what is saved in a year, and for how many years."), Incomplete.code)
        if bool(self.gain_text.data) != bool(self.criterion.data) and not (self.gain_text.errors or self.criterion.errors):
            name = "criterion" if self.gain_text.data else "gain_text"
            self.refuse(name, gettext("Write both what gets better, and the criterion that it fits best."), Incomplete.code)

    def content(self) -> Content:
        """What the new application says: what is asked for is what it costs, in one line that the steps can tell apart."""
        said = {field.name: field.data for field in self}
        loan_ore, grant_ore = said.get("loan") or 0, said.get("grant") or 0
        cost, text = loan_ore + grant_ore, (said["gain_text"] or "")
        own = {code: said[f"own_{code}"] for code in CODES if said.get(f"own_{code}") is not None}
        gains = [PlannedGain(year + 1, said["department"], said["gain"]) for year in range(said["gain_years"] or 0)]
        return super().content().replace(
            **{name: said.get(name) or "" for name in ("summary", "need", "bought", "operation_money", "project_leader")},
            **{f"{name}_id": said.get(name) or None for name in ("gain_owner", "system_owner")},
            **{name: bool(said.get(name)) for name in ("purchases", "it_consulted")},
            supports=tuple(said.get("supports") or ()), frame=said.get("frame") or None, own_scores=own or None,
            loan_ore=loan_ore, grant_ore=grant_ore,
            costs=(Cost(0, "establishment", cost, said["title"]),) if cost else (),
            gains=tuple(gains), qualitative_gains=(QualitativeGain(said["criterion"], text),) if text else (),
        )  # fmt: skip
