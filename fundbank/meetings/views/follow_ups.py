"""The page on which something is to be followed up of an award, and the one on which it is done."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.awards import queries as awards
from fundbank.awards.operations import follow_ups as operations
from fundbank.awards.permissions import can_finish, can_follow_up, can_see_award, owners
from fundbank.kit.language import gettext as _
from fundbank.kit.web import asked_number, done, ensure, found, me, moment, refusals_on, requires
from fundbank.meetings.forms.follow_ups import DoneForm, FollowUpForm
from fundbank.meetings.views import blueprint


@blueprint.route("/awards/<int:award_id>/follow-ups", methods=["GET", "POST"])
@requires("the chair and the coordinator; the owner of what is to be followed up says that it is done")
def follow_ups(award_id: int) -> ResponseReturnValue:
    award, person = found(awards.award(award_id, municipality_id=me().municipality_id)), me()
    ensure(can_see_award(person, award))
    number = asked_number("item")
    item = found(next((one for one in awards.follow_ups_of(award) if one.id == number), None)) if number else None
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
