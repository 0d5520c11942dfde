"""What a department that gains thinks of another one's application: read on one page, and said there until the forum has decided,
and again when the business case is revised.
"""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.applications import operations
from fundbank.applications.forms.steps import CommentForm
from fundbank.applications.permissions import annexes_for, can_comment
from fundbank.applications.queries import rules_of
from fundbank.applications.queries.gainers import answers_on, comments_before, comments_on
from fundbank.applications.rules.case_tables import case_tables
from fundbank.applications.rules.gainers import full_years
from fundbank.applications.views import annexes, application_here, blueprint
from fundbank.applications.views.versions import names_in
from fundbank.errors import WrongState
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, me, moment, refusals_on, requires, shown


@blueprint.get("/applications/<int:application_id>/comments")
@requires("whoever may see the application")
def comments(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    said = shown("before", lambda before: comments_before(application.id, before))
    return render_template("applications/comments.html", application=application, pool=application.pool, said=said)


@blueprint.route("/applications/<int:application_id>/comment", methods=["GET", "POST"])
@requires("applicants and leaders of the other departments that gain by it, and of units above these")
def comment(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    ensure(can_comment(me(), application))
    if not application.takes_comments:
        raise WrongState(operations.NO_MORE_COMMENTS)
    version = operations.newest_version(application)
    form = CommentForm(data={"read_version": version.number})
    if form.validate_on_submit():
        read, form.read_version.data = form.read_version.data, version.number
        with refusals_on(form):
            operations.comment_on(
                actor=me(), at=moment(), application=application, answer=form.chosen, figure_ore=form.figure.data,
                text=form.text.data or "", read_version=read,
            )  # fmt: skip
            told = _("Your department's answer now stands with the application.")
            return done(told, "overviews.application", application_id=application.id)
    rules = rules_of(application)
    return render_template(
        "applications/comment.html", form=form, application=application, pool=application.pool, version=version, rules=rules,
        content=version.content, case=case_tables(version.content, rules),
        answers=answers_on([application.id])[application.id], said=comments_on([application.id])[application.id],
        gained=full_years(version.content), annexes=annexes.shown(application, annexes_for(me(), application)), **names_in(application),
    )  # fmt: skip
