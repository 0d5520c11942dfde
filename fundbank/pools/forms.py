"""The forms of pools: the policy in fields that an administrator can fill in, a new pool, a person's roles."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import HiddenField

from fundbank.kit import formats
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.text import sort_key
from fundbank.kit.web.forms import (
    CheckboxesField,
    CheckboxField,
    DecimalNumberField,
    Form,
    KronerField,
    LongTextField,
    PercentField,
    RadioField,
    SelectField,
    TextField,
    VersionField,
    WholeNumberField,
)
from fundbank.pools import policy as rules
from fundbank.pools import preset, words
from fundbank.pools.criteria import CODES, CRITERIA
from fundbank.pools.frames import MOST_FRAMES, frame_code
from fundbank.pools.models import PolicyVersion
from fundbank.pools.operations import NAME_LENGTH, REASON_LENGTH
from fundbank.pools.policy import FIELDS, Policy
from fundbank.pools.roles import Role

SCALES = (("low", "medium", "high"), *(tuple(str(level) for level in range(1, best + 1)) for best in (3, 4, 5, 7, 10)))
NOTE_LENGTH = 1000


def _named(name: str) -> Any:
    return _(words.FIELDS[name])


def _choices(labels: Mapping[str, str]) -> list[tuple[str, Any]]:
    return [(code, _(label)) for code, label in labels.items()]


class PolicyForm(Form):
    """A pool's policy. A field has the name of the policy's own; weights and frames have one field for each part."""

    based_on = VersionField()

    forum_name = TextField(_named("forum_name"), max_length=120)
    forum_members = LongTextField(_named("forum_members"), optional=True, max_length=NOTE_LENGTH)
    forum_recommends = CheckboxField(
        _named("forum_recommends"),
        hint=_("Nothing is known before somebody with the role of decider has said of each matter whether it is approved."),
    )
    meetings = RadioField(_named("meetings"), choices=_choices(words.MEETINGS))
    submission_working_days = WholeNumberField(
        _named("submission_working_days"), most=366, hint=_("Working days between the deadline and the meeting.")
    )

    funding = RadioField(_named("funding"), choices=_choices(words.FUNDING))
    yearly_amount_ore = KronerField(_named("yearly_amount_ore"), optional=True)
    per_mille = DecimalNumberField(_named("per_mille"), suffix="‰")
    per_mille_to_pool = PercentField(_named("per_mille_to_pool"), above=True, hint=_("The rest goes to the treasury."))
    funding_note = LongTextField(_named("funding_note"), optional=True, max_length=NOTE_LENGTH)

    offers_loans = CheckboxField(_named("offers_loans"), hint=_("Paid back out of the gains, and never more than what was paid out."))
    offers_grants = CheckboxField(_named("offers_grants"), hint=_("Nothing is paid back."))
    mix_offered = CheckboxField(_named("mix_offered"))
    proposes_grant_first = CheckboxField(_named("proposes_grant_first"))
    project_kinds = CheckboxesField(_named("project_kinds"), choices=_choices(words.PROJECT_KINDS), required=_("Choose at least one."))
    business_case = RadioField(_named("business_case"), choices=_choices(words.BUSINESS_CASE))
    small_case_kinds = CheckboxesField(_named("small_case_kinds"), choices=_choices(words.PROJECT_KINDS), optional=True)
    payback_limit_years = WholeNumberField(
        _named("payback_limit_years"),
        least=1,
        most=50,
        hint=_("Years of gains until the loan is earned back."),
    )
    discount_rate = PercentField(_named("discount_rate"), hint=_("For the net present value, per year."))
    operation_note = LongTextField(_named("operation_note"), optional=True, max_length=NOTE_LENGTH)

    it_consultation = RadioField(_named("it_consultation"), choices=_choices(words.IT_CONSULTATION))
    screening_checks = CheckboxesField(
        _named("screening_checks"),
        choices=_choices(words.SCREENING_CHECKS),
        hint=_("Where experts screen."),
        optional=True,
    )
    screening_days = WholeNumberField(
        _named("screening_days"), optional=True, most=366, hint=_("Days from submission, where experts screen.")
    )
    advice_required = CheckboxField(
        _named("advice_required"),
        hint=_(
            "Where experts screen: an application with a purchase goes to them when it is submitted, and on to the forum once they "
            "have answered."
        ),
    )
    content_required = CheckboxField(
        _named("content_required"),
        hint=_("An application says what is needed and bought, who owns and leads it, who pays the running costs, and what is gained."),
    )

    scale = SelectField(_named("scale"))
    level_guidance = LongTextField(
        _named("level_guidance"),
        optional=True,
        max_length=NOTE_LENGTH,
        hint=_("It stands on the score sheet: a line for each level."),
    )
    extremes_need_reason = CheckboxField(_named("extremes_need_reason"), hint=_("A member writes why at each criterion with such a level."))
    for _one in CRITERIA:
        locals()[f"weight_{_one.code}"] = PercentField(_(_one.name))
    bottom_lines = CheckboxesField(
        _named("bottom_lines"),
        choices=_choices(words.BOTTOM_LINES),
        hint=_("Criteria that the pool marks as its own."),
        optional=True,
    )
    supports_asked = CheckboxField(_named("supports_asked"))
    own_scores_first = CheckboxField(_named("own_scores_first"))
    minimum_scores = WholeNumberField(_named("minimum_scores"), most=100)
    minimum_present = WholeNumberField(
        _named("minimum_present"), most=100, hint=_("Members and chairs who are present and free of conflict. 0: no minimum.")
    )
    least_share = PercentField(
        _named("least_share"),
        hint=_("Of the money that there is to choose with, to each top department with an application, or all that it asks for. 0: none."),
    )

    answer_days = WholeNumberField(
        _named("answer_days"), most=366, hint=_("Days from the return. After them the coordinator may end the application.")
    )
    acceptance_days = WholeNumberField(
        _named("acceptance_days"), most=366, hint=_("Days from the decision. After them the coordinator may decline for the department.")
    )
    participants_accept = CheckboxField(_named("participants_accept"), hint=_("Nobody is bound unasked by a loan's terms."))

    repayment_share = PercentField(_named("repayment_share"), above=True, hint=_("Above 0 and at most 100 per cent."))
    shortfall = RadioField(_named("shortfall"), choices=_choices(words.SHORTFALL))
    claim_due_days = WholeNumberField(_named("claim_due_days"), most=366, hint=_("Days from the claim."))
    follow_up = RadioField(_named("follow_up"), choices=_choices(words.FOLLOW_UP))
    knowledge_report = RadioField(_named("knowledge_report"), choices=_choices(words.KNOWLEDGE_REPORT))

    reason = LongTextField(
        _("Why do the rules change?"),
        max_length=REASON_LENGTH,
        hint=_("Everybody in the pool can read this."),
        required=_("Write why the rules change."),
    )

    def __init__(self, version: PolicyVersion) -> None:
        policy = self.policy = version.policy
        super().__init__(data=_shown(policy) | {"based_on": version.number})
        scales = SCALES if policy.scale in SCALES else (policy.scale, *SCALES)
        self.scale.choices = [(",".join(scale), _scale_in_words(scale)) for scale in scales]

    @property
    def frame_rows(self) -> list[tuple[Any, Any]]:
        """The name and the amount of each budget frame that can be written."""
        return [(self[f"frame_{row}_name"], self[f"frame_{row}_amount"]) for row in range(MOST_FRAMES)]

    @property
    def shown_frame_rows(self) -> list[tuple[Any, Any]]:
        """Those that are filled in or wrong, and three more."""
        in_use = [number for number, row in enumerate(self.frame_rows, 1) if any(part.data or part.errors for part in row)]
        return self.frame_rows[: max(in_use, default=0) + 3]

    @property
    def weights(self) -> list[Any]:
        """The weight of each criterion."""
        return [self[f"weight_{code}"] for code in CODES]

    def check(self) -> None:
        """Check the policy that the fields make together."""
        for number, (name, amount) in enumerate(self.frame_rows):
            if amount.data is not None and not name.data:
                self.refuse(f"frame_{number}_name", gettext("A budget frame needs a name."), rules.PolicyInvalid.code)
        for field, message in rules.faults(self.values()).items():
            parts = [part for part in self if part.name in self._parts_of(field)]
            if not any(part.errors for part in parts):
                self.refuse(parts[0].name, self._sentence(field, message), rules.PolicyInvalid.code)

    def values(self) -> dict[str, Any]:
        """The policy's values as they were typed; what could not be read is None."""
        values = {name: self[name].data for name in FIELDS if name in self}
        values["baseline_required"] = self.policy.baseline_required
        values["scale"] = self.scale.data.split(",") if self.scale.data else []
        values["weights"] = {code: self[f"weight_{code}"].data for code in CODES}
        values["frames"] = self._frames()
        return values

    def _frames(self) -> list[dict[str, Any]]:
        frames: list[dict[str, Any]] = []
        kept = {self[f"frame_{row}_code"].data for row in range(MOST_FRAMES)}
        for row, (name, amount) in enumerate(self.frame_rows):
            if name.data:
                code = self[f"frame_{row}_code"].data or frame_code(name.data, kept)
                kept.add(code)
                frames.append({"code": code, "name": name.data, "amount_ore": amount.data})
        return frames

    @staticmethod
    def _parts_of(field: str) -> Iterable[str]:
        if field == "weights":
            return {f"weight_{code}" for code in CODES}
        if field == "frames":
            return {f"frame_{row}_{part}" for row in range(MOST_FRAMES) for part in ("name", "amount")}
        return {field}

    def _sentence(self, field: str, message: str) -> str:
        if field == "weights" and all(part.data is not None for part in self.weights):
            total = sum(part.data for part in self.weights)
            return gettext("The weights sum to %(total)s; they must sum to 100 %%.", total=formats.percent(total))
        return gettext(message)


for _row in range(MOST_FRAMES):
    _area, _amount = _("Area %(number)s", number=_row + 1), _("Amount for area %(number)s", number=_row + 1)
    setattr(PolicyForm, f"frame_{_row}_code", HiddenField())
    setattr(PolicyForm, f"frame_{_row}_name", TextField(_area, optional=True, max_length=120))
    setattr(PolicyForm, f"frame_{_row}_amount", KronerField(_amount, optional=True))


def _shown(policy: Policy) -> dict[str, Any]:
    """The policy as the form's fields hold it."""
    shown = {name: getattr(policy, name) for name in FIELDS if name not in ("weights", "frames", "scale")}
    shown |= {f"weight_{code}": policy.weights[code] for code in CODES}
    shown["scale"] = ",".join(policy.scale)
    for row, frame in enumerate(policy.frames):
        parts = {"code": frame.code, "name": frame.name, "amount": frame.amount_ore}
        shown |= {f"frame_{row}_{part}": value for part, value in parts.items()}
    return shown


def _scale_in_words(scale: tuple[str, ...]) -> str:
    named = [gettext(words.LEVELS[level]) if level in words.LEVELS else level for level in scale]
    if all(level.isdigit() for level in scale):
        return gettext("%(lowest)s to %(highest)s, the highest is best", lowest=named[0], highest=named[-1])
    return ", ".join(named)


class NewPoolForm(Form):
    """A new pool and the preset that its rules start from."""

    name = TextField(_("Name of the pool"), max_length=NAME_LENGTH, required=_("Give the pool a name."))
    preset = RadioField(
        _("Rules to start from"),
        required=_("Choose a set of rules to start from."),
        hint=_("The rules of a municipality that has such a pool. Everything in them can be changed afterwards."),
    )

    def __init__(self) -> None:
        super().__init__()
        sources = [preset.load(name) for name in preset.names()]
        choices = [(source.name, f"{source.municipality}: {source.title}") for source in sources]
        self.preset.choices = sorted(choices, key=lambda choice: sort_key(choice[1]))


class RolesForm(Form):
    """What one person is in one pool. ``before`` holds the roles that the page was opened with."""

    before = HiddenField()
    roles = CheckboxesField(_("Roles in the pool"), optional=True)

    def __init__(self, held: Iterable[Role]) -> None:
        super().__init__(data={"before": ",".join(held), "roles": list(held)})
        self.roles.choices = [(str(role), f"{gettext(words.ROLES[role])}: {gettext(words.ROLE_MAY[role])}") for role in Role]


class AnswerForm(Form):
    """The second person's word on what waits for it, or the asker's who takes it back."""

    answer = RadioField(_("Your answer"), required=_("Choose one of the possibilities."))

    def __init__(self, *, can_confirm: bool, can_withdraw: bool) -> None:
        super().__init__()
        second = [("confirm", gettext("I confirm it")), ("refuse", gettext("I refuse it"))] if can_confirm else []
        self.answer.choices = [*second, *([("withdraw", gettext("I take it back"))] if can_withdraw else [])]


class ReasonedAnswerForm(AnswerForm):
    """The same, where a no says why."""

    reason = LongTextField(_("The reason, if you say no"), optional=True, max_length=REASON_LENGTH)
