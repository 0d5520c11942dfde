"""The letter to the department about a decision: the award with its terms, or why not and what now."""

from fundbank.applications.rules.content import Content
from fundbank.awards.models import Award
from fundbank.errors import N_
from fundbank.kit.formats import day, kroner, percent, points
from fundbank.kit.language import gettext as _
from fundbank.meetings.models import Decision
from fundbank.meetings.queries.approvals import words_on
from fundbank.meetings.states import Outcome
from fundbank.people.models import Department
from fundbank.pools.criteria import CRITERIA
from fundbank.pools.models import Pool
from fundbank.pools.policy import Policy
from fundbank.pools.queries import people_with
from fundbank.pools.rights import Right
from fundbank.reports.blocks import Block, Document, Facts, Heading, Table, Text, columns, joined
from fundbank.reports.papers import terms
from fundbank.reports.papers.added import Added, added
from fundbank.reports.papers.letterhead import document
from fundbank.reports.queries import extensions_of, policy_version
from fundbank.scoring.queries.decided import Decided, assessments_of
from fundbank.wording.rules import Kind

TITLES = {
    Outcome.APPROVE: N_("Award: %(title)s"),
    Outcome.REJECT: N_("Rejection: %(title)s"),
    Outcome.DEFER: N_("Deferred: %(title)s"),
    Outcome.RETURN: N_("Returned: %(title)s"),
}
DECIDED = {
    Outcome.APPROVE: N_("%(forum)s has approved your application “%(title)s”."),
    Outcome.REJECT: N_("%(forum)s has decided not to approve your application “%(title)s”."),
    Outcome.DEFER: N_("%(forum)s has put off the decision on your application “%(title)s” to a later meeting."),
    Outcome.RETURN: N_("%(forum)s has returned your application “%(title)s” with questions."),
}
ASKED = N_(
    "%(forum)s has approved the application “%(title)s” from %(department)s. Your department gains by it, and is asked to repay the loan"
    " out of its gains."
)
SHARES = N_(
    "%(forum)s has approved the application “%(title)s” from %(department)s. Your department gains by it, and is to repay the "
    "loan out of its gains."
)
GAINS = N_("%(forum)s has approved the application “%(title)s” from %(department)s. Your department gains by it.")
WOULD_HAVE_GAINED = N_(
    "%(forum)s has decided not to approve the application “%(title)s” from %(department)s, by which your department would have gained."
)
REASONS = {
    Outcome.APPROVE: N_("The forum's reason"),
    Outcome.REJECT: N_("The forum's reason"),
    Outcome.DEFER: N_("The forum's reason"),
    Outcome.RETURN: N_("The forum's questions"),
}
NEXT = {
    Outcome.REJECT: N_("The application ends here. You can apply again with a new one."),
    Outcome.DEFER: N_("The application keeps its scores and waits for a later meeting. There is nothing you must do now."),
    Outcome.RETURN: N_("Answer the questions in the application, let a leader sign it, and submit it again."),
}


def decision_letter(decision: Decision, department: Department | None = None) -> Document:
    """Build the letter, of the decision's own moment: an award's terms are those that were decided, extensions taken off.

    Without ``department`` it goes to the one that applied; otherwise to one of those that gain by it, are to repay or are asked for it.
    """
    application, outcome = decision.application, Outcome(decision.outcome)
    pool = application.pool
    version = policy_version(decision.policy_version_id)
    forum = version.policy.forum_name
    addressee = department or application.department
    said = {"forum": forum, "title": application.title, "department": application.department.name}
    decided = DECIDED[outcome] if department is None else _to_others(decision.award, department)
    blocks: list[Block] = [
        Facts(
            [
                (_("To"), addressee.name),
                (_("Day"), day(decision.decided_at)),
                (_("Application"), _("No. %(number)s, version %(version)s", number=application.number, version=decision.version_number)),
                (_("Rules"), _("%(pool)s, version %(number)s of the rules", pool=pool.name, number=version.number)),
            ]
        ),
        Text(_(decided, **said)),
    ]
    coordinators = _coordinators(decision) if department is None else Added([], [])
    blocks += coordinators.opening
    if decision.award is not None:
        blocks += [Heading(_("What you get") if department is None else _("The award")), *_award(decision, decision.award)]
    if decision.reason:
        blocks += [Heading(_(REASONS[outcome])), Text(decision.reason)]
    if department is None and outcome == Outcome.REJECT:
        blocks += _scored(decision, version.policy)
    blocks += [Heading(_("What happens next")), Text(_next(decision, department)), *_contact(pool), *coordinators.closing]
    chair, held_on = decision.decided_by.name, day(decision.meeting.held_on)
    signed = _("On behalf of %(forum)s\n%(name)s, chair of the meeting on %(day)s", forum=forum, name=chair, day=held_on)
    word = words_on([decision]).get(decision.id)
    if word is not None:
        by, on = word.said_by.name, day(word.said_at)
        blocks.append(Text(_("Decided by %(name)s on %(day)s, as %(forum)s recommended.", name=by, day=on, forum=forum)))
    blocks.append(Text(signed))
    title = _(TITLES[outcome], title=application.title)
    return document(pool, decision.decided_at, title, blocks, _("Letter"), application.number, application.title)


def _coordinators(decision: Decision) -> Added:
    """What the coordinator adds to a letter to the department that applied."""
    application, award, meeting = decision.application, decision.award, decision.meeting
    facts = {
        "title": application.title,
        "number": str(application.number),
        "department": application.department.name,
        "forum": policy_version(decision.policy_version_id).policy.forum_name,
        "meeting": day(meeting.held_on),
        "asked": kroner(_content(decision).requested_ore),
        "given": kroner(award.loan_ore + award.grant_ore) if award else "",
        "deadline": day(award.accept_by) if award else "",
    }
    return added(application.pool, Kind(decision.outcome), facts)


def _scored(decision: Decision, policy: Policy) -> list[Block]:
    """What the application was given for each criterion, with its weight, where somebody scored it."""
    as_decided = Decided(decision.application_id, decision.decided_at, decision.version_number, policy)
    found = assessments_of([as_decided]).get(decision.application_id)
    if found is None:
        return []
    rows = [
        (_(criterion.name), percent(policy.weights[criterion.code]), points(found.criteria[criterion.code].points))
        for criterion in CRITERIA
    ]
    headers = (_("Criterion"), _("Weight"), _("Points"))
    totals = (_("Weighted total"), "", points(found.total))
    caption = _("Points from 0 to 100 for each criterion")
    return [Heading(_("How the forum scored it")), Table(caption, headers, rows, columns(1, 2), totals)]


def _contact(pool: Pool) -> list[Block]:
    """Whom to ask: those who plan the pool's meetings."""
    named = [joined((one.name, one.email), ", ") for one in people_with(pool, Right.MEETING_PLAN)]
    return [Facts([(_("Contact"), "\n".join(named))])] if named else []


def _to_others(award: Award | None, department: Department) -> str:
    """What a department is told that gains by the application of another one."""
    if award is None:
        return WOULD_HAVE_GAINED
    if _is_asked(award, department):
        return ASKED
    return SHARES if any(part.department_id == department.id for part in award.participants) else GAINS


def _is_asked(award: Award, department: Department) -> bool:
    return any(asked.department_id == department.id for asked in award.acceptances)


def _award(decision: Decision, award: Award) -> list[Block]:
    extended_by = extensions_of([award.id]).get(award.id, 0)
    blocks: list[Block] = [
        Facts(
            [
                (_("Applied for"), _asked(_content(decision), award)),
                (_("Loan"), kroner(award.loan_ore) if award.loan_ore else None),
                (_("Grant"), kroner(award.grant_ore) if award.grant_ore else None),
                (_("In all"), kroner(award.loan_ore + award.grant_ore) if award.loan_ore and award.grant_ore else None),
            ]
        ),
    ]
    if award.loan_ore:
        blocks += [*terms.loan(award, extended_by), *terms.plan(award, _content(decision), extended_by)]
    if award.grant_ore:
        blocks += terms.grant()
    if award.conditions:
        blocks += [Heading(_("Conditions")), Text(award.conditions)]
    return blocks


def _content(decision: Decision) -> Content:
    """What was decided on."""
    return next(one for one in decision.application.versions if one.number == decision.version_number).content


def _asked(content: Content, award: Award) -> str | None:
    """What was asked for, where less is given."""
    if award.loan_ore + award.grant_ore >= content.requested_ore:
        return None
    parts = ((N_("loan %(amount)s"), content.loan_ore), (N_("grant %(amount)s"), content.grant_ore))
    return ", ".join(_(said, amount=kroner(ore)) for said, ore in parts if ore)


def _next(decision: Decision, department: Department | None) -> str:
    if department is not None and (decision.award is None or not _is_asked(decision.award, department)):
        return _next_for_others(decision)
    if decision.award is not None:
        by = day(decision.award.accept_by)
        if len(decision.award.acceptances) > 1:
            told = _("A leader of each department that is to repay must accept the award by %(day)s.", day=by)
            return f"{told} {_('Money is paid out when all have.')}"
        return _("A leader of the department must accept the award by %(day)s. Money is paid out after that.", day=by)
    return _(NEXT[Outcome(decision.outcome)])


def _next_for_others(decision: Decision) -> str:
    """Those who are not asked have nothing to do."""
    if decision.award is None:
        return _("The application ends here. There is nothing that your department must do.")
    told = _(
        "A leader of %(department)s must accept the award by %(day)s.",
        department=decision.application.department.name, day=day(decision.award.accept_by),
    )  # fmt: skip
    nothing = _("There is nothing that your department must do now.")
    return f"{told} {nothing}"
