"""The pages on which something is to be followed up of an award, gets another owner or day, is done, and is not done after all."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.awards.models import FollowUp
from fundbank.awards.operations import follow_ups as operations
from fundbank.awards.permissions import can_finish, can_follow_up, can_see_award, owners
from fundbank.awards.queries import award as find_award
from fundbank.awards.queries import follow_ups as queries
from fundbank.kit.language import gettext as _
from fundbank.kit.web import asked_number, check_version, done, ensure, found, me, moment, refusals_on, requires
from fundbank.meetings.forms.follow_ups import DoneForm, FollowUpForm, ReopenForm, change_form
from fundbank.meetings.views import blueprint


@blueprint.route("/awards/<int:award_id>/follow-ups", methods=["GET", "POST"])
@requires("the chair and the coordinator; the owner of what is to be followed up says that it is done")
def follow_ups(award_id: int) -> ResponseReturnValue:
    award, person = found(find_award(award_id, municipality_id=me().municipality_id)), me()
    ensure(can_see_award(person, award))
    number = asked_number("item")
    item = found(next((one for one in queries.follow_ups_of(award) if one.id == number), None)) if number else None
    form: FollowUpForm | DoneForm
    if item is None:
        ensure(can_follow_up(person, award))
        form = FollowUpForm()
        form.offer(owners(award.application))
    else:
        ensure(can_finish(person, item))
        form = DoneForm()
    if form.validate_on_submit():
        with refusals_on(form):
            if isinstance(form, DoneForm) and item is not None:
                operations.finish_follow_up(actor=person, at=moment(), follow_up=item, outcome=form.outcome.data)
                told = _("It is done.")
            elif isinstance(form, FollowUpForm):
                operations.make_follow_up(
                    actor=person, at=moment(), award=award, text=form.text.data, owner=form.chosen, due_on=form.due_on.data,
                    is_condition=form.is_condition.data,
                )  # fmt: skip
                told = _("It is to be followed up.")
            return done(told, "overviews.award", award_id=award.id)
    return render_template("meetings/follow_up.html", award=award, form=form, item=item)


@blueprint.route("/follow-ups/<int:follow_up_id>/change", methods=["GET", "POST"])
@requires("the chair and the coordinator")
def change_follow_up(follow_up_id: int) -> ResponseReturnValue:
    item = _follow_up(follow_up_id)
    ensure(can_follow_up(me(), item.award))
    people = owners(item.award.application)
    form = change_form(item, people)
    if form.validate_on_submit():
        with refusals_on(form):
            check_version(form.revision, item)
            operations.change_follow_up(
                actor=me(), at=moment(), follow_up=item, owner=form.chosen, due_on=form.due_on.data, reason=form.reason.data or ""
            )
            return done(_("It has been changed."), "overviews.award", award_id=item.award_id)
    elif not form.is_submitted():
        operations.check_change_follow_up(actor=me(), follow_up=item)
    return render_template("meetings/follow_up_changed.html", award=item.award, item=item, form=form, can_stay=item.owner in people)


@blueprint.route("/follow-ups/<int:follow_up_id>/reopen", methods=["GET", "POST"])
@requires("the chair and the coordinator, and the owner of what is to be followed up")
def reopen_follow_up(follow_up_id: int) -> ResponseReturnValue:
    item = _follow_up(follow_up_id)
    ensure(can_finish(me(), item))
    form = ReopenForm()
    if form.validate_on_submit():
        with refusals_on(form):
            operations.reopen_follow_up(actor=me(), at=moment(), follow_up=item, reason=form.reason.data)
            return done(_("It is to be followed up again."), "overviews.award", award_id=item.award_id)
    elif not form.is_submitted():
        operations.check_reopen_follow_up(actor=me(), follow_up=item)
    return render_template("meetings/follow_up_reopened.html", award=item.award, item=item, form=form)


def _follow_up(follow_up_id: int) -> FollowUp:
    """Of an award that the person may see; of others they are told nothing."""
    return found(queries.follow_up(follow_up_id, municipality_id=me().municipality_id))
