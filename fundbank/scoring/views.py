"""The pages of scoring: the score sheet, a declared interest, and the ranking of a pool."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundbank.applications import queries as applications
from fundbank.applications.forms.levels import level_choices
from fundbank.applications.models import Application
from fundbank.applications.operations import newest_version
from fundbank.applications.permissions import annexes_for
from fundbank.applications.queries.advice import advice_on
from fundbank.applications.queries.annexes import annexes_of_versions
from fundbank.applications.queries.gainers import answers_on, comments_on
from fundbank.applications.queries.questions import questions_on
from fundbank.applications.rules.case_tables import case_tables
from fundbank.applications.rules.changes import changes, moved_annexes
from fundbank.applications.rules.words import FIELDS
from fundbank.applications.states import DECIDABLE
from fundbank.applications.views.annexes import shown
from fundbank.applications.views.versions import names_in
from fundbank.errors import N_, StaleVersion
from fundbank.kit.clock import local_date
from fundbank.kit.formats import points
from fundbank.kit.language import gettext as _
from fundbank.kit.web import asked_number, done, ensure, found, me, moment, refusals_on, requires
from fundbank.ledger.queries import available_ore as available_in
from fundbank.pools import queries as pools
from fundbank.pools.criteria import CRITERIA
from fundbank.pools.policy import Policy
from fundbank.scoring import operations, queries, waiting
from fundbank.scoring.forms import ScoreForm
from fundbank.scoring.models import Score, ScoreDraft
from fundbank.scoring.permissions import (
    can_open_sheet,
    can_score,
    can_see_calibration,
    can_see_ranking,
    can_see_scores,
    conflicts_among,
    contenders_in_sight,
    has_conflict,
    is_member,
    may_step_back,
    scores_in,
)
from fundbank.scoring.queries.conflicts import kept_out
from fundbank.scoring.queries.decided import decided_lately, leanings_in
from fundbank.scoring.rules import member_total, own_order, within

blueprint = Blueprint("scoring", __name__)
SHOWN = 50  # of the ranked applications, and of those without points, on a page


@blueprint.route("/applications/<int:application_id>/score", methods=["GET", "POST"])
@requires("the forum, its coordinator and the auditor; members without a conflict of interest write on it")
def sheet(application_id: int) -> ResponseReturnValue:
    application, person = _application(application_id), me()
    ensure(can_open_sheet(person, application) and (request.method == "GET" or is_member(person, application)))
    if is_member(person, application) and has_conflict(person, application) and application.state in DECIDABLE:
        word = kept_out(application).get(person.id)
        return render_template("scoring/conflict.html", application=application, word=word), 403
    policy, version = applications.rules_of(application), newest_version(application)
    own = queries.current_score(application, person)
    is_paused = queries.is_paused(application, local_date(moment()))
    form = draft = None
    if is_member(person, application):
        draft = waiting.draft_of(application, person)
        form = ScoreForm(policy, data=_as_typed(draft or own, len(policy.scale)) | {"read_version": version.number})
        if form.is_submitted() and request.form.get("act") == "keep":
            with refusals_on(form):
                operations.keep_draft(
                    actor=person, at=moment(), application=application, levels=form.begun(), reasons=form.reasons(),
                    comment=form.comment.data or "", read_version=form.read_version.data,
                )  # fmt: skip
                return done(_("Your half-done sheet is kept. Nobody else sees it."), "scoring.sheet", application_id=application.id)
        elif form.validate_on_submit():
            with refusals_on(form):
                _check_read(form, version.number)
                operations.hand_in_score(
                    actor=person, at=moment(), application=application, levels=form.levels(), reasons=form.reasons(),
                    comment=form.comment.data or "",
                )  # fmt: skip
                total = member_total(form.levels(), policy.weights, len(policy.scale))
                told = _("Your score has been handed in: %(total)s points.", total=points(total))
                return done(told, "scoring.sheet", application_id=application.id)
    return render_template(
        "scoring/sheet.html",
        application=application,
        answers=answers_on([application.id])[application.id],
        said=comments_on([application.id])[application.id],
        asked=questions_on([application.id])[application.id],
        advice=advice_on(application),
        today=local_date(moment()),
        content=version.content,
        version=version,
        policy=policy,
        criteria=CRITERIA,
        levels=dict(level_choices(policy.scale)),
        form=form,
        open=can_score(person, application) and not (is_paused and own),
        own=own,
        own_total=_total(own, policy),
        paused=is_paused,
        decided=application.state in DECIDABLE and queries.is_decided(application),
        decidable=application.state in DECIDABLE,
        changed=_changed_since(own, application),
        changed_since_begun=_changed_since(draft, application),
        member=is_member(person, application),
        draft=draft,
        following=waiting.next_to_score(person, application) if is_member(person, application) else None,
        rules=policy,
        case=case_tables(version.content, policy),
        annexes=shown(application, annexes_for(person, application)),
        **names_in(application),
        **_scores_of_all(person, application, policy),
    )


@blueprint.route("/applications/<int:application_id>/interest", methods=["POST"])
@requires("members of the forum, and its chair")
def interest(application_id: int) -> ResponseReturnValue:
    application = _application(application_id)
    ensure(may_step_back(me(), application) and can_open_sheet(me(), application))
    operations.declare_interest(actor=me(), at=moment(), application=application)
    told = _("You have stepped back from “%(title)s”. The minutes will say so.", title=application.title)
    return done(told, "scoring.ranking", pool_id=application.pool_id)


@dataclass(frozen=True)
class Line:
    """A ranked application as the page shows it; ``asked_ore`` is the running sum down to it, in øre."""

    place: queries.Ranked
    asked_ore: int


@blueprint.route("/pools/<int:pool_id>/ranking")
@requires("the forum, its coordinator and the auditor; members see the points of what they have scored")
def ranking(pool_id: int) -> ResponseReturnValue:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_see_ranking(me(), pool))
    of_all = request.args.get("show") == "all"
    contenders = queries.contenders(pool, None if of_all else queries.RANKED + 1)
    are_left_out = not of_all and len(contenders) > queries.RANKED
    contenders = contenders[: queries.RANKED] if are_left_out else contenders
    in_sight = contenders_in_sight(me(), pool, contenders)
    places = queries.places([contender for contender in contenders if contender.id in in_sight])
    sums_ore = list(accumulate(contender.requested_ore for contender in places))
    available_ore = available_in(pool.id)
    ranked_ids = {contender.id for contender in places}
    apart_ids = [contender.id for contender in contenders if contender.id not in ranked_ids]
    if scores_in(me(), pool):
        apart_ids = own_order(me().id, apart_ids)  # until the meeting each member meets them in an order of their own
    page = asked_number("page") or 1
    shown = slice((page - 1) * SHOWN, page * SHOWN)
    apart = applications.applications_by_id(apart_ids[shown])
    conflicts = conflicts_among([me()], apart)

    def page_at(number: int) -> str:
        return url_for("scoring.ranking", pool_id=pool.id, show="all" if of_all else None, page=number)

    lines = [Line(place, ore) for place, ore in zip(queries.ranked(places[shown], shown.start + 1), sums_ore[shown], strict=True)]
    decided = queries.ranking(decided_lately(pool)) if page == 1 else []
    return render_template(
        "scoring/ranking.html",
        pool=pool,
        criteria=CRITERIA,
        lines=lines,
        scorers=queries.gaining_scorers([place.application.id for place in (*(line.place for line in lines), *decided)]),
        ranked=len(places),
        asked_ore=sums_ore[-1] if sums_ore else 0,
        before=page_at(page - 1) if page > 1 else None,
        after=page_at(page + 1) if max(len(places), len(apart_ids)) > shown.stop else None,
        most=queries.RANKED if are_left_out else None,
        paid=within((contender.requested_ore for contender in places), available_ore),
        available_ore=available_ore,
        apart=apart,
        in_sight=in_sight,
        stays_out={application_id for application_id, people in conflicts.items() if people},
        decided=decided,
        sees_calibration=can_see_calibration(me(), pool),
    )


@blueprint.route("/pools/<int:pool_id>/calibration")
@requires("the chair of the forum")
def calibration(pool_id: int) -> ResponseReturnValue:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_see_calibration(me(), pool))
    leanings = leanings_in(pool)
    return render_template("scoring/calibration.html", pool=pool, criteria=CRITERIA, leanings=leanings, most=queries.RANKED)


def _application(application_id: int) -> Application:
    return found(applications.application(application_id, municipality_id=me().municipality_id))


def _as_typed(own: Score | ScoreDraft | None, scale_size: int) -> dict[str, Any]:
    """The own score as the form's first answers; levels of another scale are not carried over."""
    if own is None:
        return {}
    reasons = {f"reason_{code}": text for code, text in own.reasons.items()}
    return {"comment": own.comment, **reasons, **(own.levels if own.scale_size == scale_size else {})}


def _check_read(form: ScoreForm, number: int) -> None:
    """Raise StaleVersion if a newer version has come since the page was opened."""
    if form.read_version.data != number:
        form.read_version.data = number
        raise StaleVersion(N_("A new version of the application has come since you opened this page. Read it, and hand in again."))


def _total(score: Score | None, policy: Policy) -> Fraction | None:
    if score is None or score.scale_size != len(policy.scale):
        return None
    return member_total(score.levels, policy.weights, score.scale_size)


def _changed_since(own: Score | ScoreDraft | None, application: Application) -> list[str]:
    """The names of those parts of the application that are not as in the version that the member scored, or began to."""
    if own is None:
        return []
    read, now = application.versions[own.version_number - 1], newest_version(application)
    names = [FIELDS[change.field] for change in changes(read.content, now.content)]
    if read is now:
        return names
    had = annexes_of_versions([read.id, now.id])
    return [*names, N_("Annexes")] if moved_annexes(had[read.id], had[now.id]) else names


def _scores_of_all(person: Any, application: Application, policy: Policy) -> dict[str, Any]:
    """What shows once the own score is handed in: everybody's levels, the mean and spread, and what the forum agreed on."""
    if not can_see_scores(person, application):
        return {
            "assessment": None,
            "scores": (),
            "totals": {},
            "in_sight": False,
            "counting": {},
            "scorers": (),
            "set_aside": (),
            "late": (),
        }
    scores, openings = queries.current_scores(application), waiting.openings(application)
    return {
        "late": {score.id for score in scores if waiting.came_late(score, openings)},
        "in_sight": True,
        "assessment": queries.assessment(application),
        "scores": scores,
        "scorers": queries.gaining_scorers([application.id])[application.id],
        "counting": queries.counting(application),
        "set_aside": queries.set_aside(application),
        "totals": {score.id: _total(score, policy) for score in scores},
    }
