"""Signing in and out, and the page where an invitation or a reset link leads."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Gone

from fundbank.errors import N_
from fundbank.kit.language import LANGUAGES
from fundbank.kit.language import gettext as _
from fundbank.kit.web import headers, language, log, me, moment, public, refusals_on, repeatable, sent_on, session, signed_in
from fundbank.kit.web.addresses import local_path
from fundbank.kit.web.session import reader
from fundbank.people import operations, queries
from fundbank.people.forms import ChoosePasswordForm, SignInForm
from fundbank.people.views import blueprint
from fundbank.people.views.choosing import ask_where, let_in
from fundbank.people.views.guessing import Guess

WRONG = N_("The e-mail address and the password do not belong together.")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    if reader() and request.method == "GET":
        return redirect(local_path(request.args.get("next")) or "/")
    form = SignInForm(next=request.args.get("next"))
    if form.validate_on_submit():
        known = queries.people_by_email(form.email.data)
        log.note("sign_in_failed", *known)  # until it succeeds
        with refusals_on(form):
            guess = Guess(form.email.data, known)
            people = operations.whose_password(guess.people, password=form.password.data)
            guess.was_right_of(people)
            if not people:
                raise operations.WrongPassword(WRONG, field="password")
            return let_in(people[0], form.next.data) if len(people) == 1 else ask_where(people, form.next.data)
    return render_template("people/sign_in.html", form=form)


@blueprint.post("/sign-out")
@signed_in
@repeatable
def sign_out() -> ResponseReturnValue:
    log.note("signed_out", me())
    operations.end_sessions(me())
    session.end()
    flash(_("You have signed out."), "success")
    answer = sent_on(url_for("people.sign_in"))
    answer.headers["Clear-Site-Data"] = headers.FORGET
    return answer


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@public
def use_link(token: str) -> ResponseReturnValue:
    link = queries.open_link(operations.hash_token(token), at=moment())
    if link is None or not link.user.is_active:
        return render_template("people/link_used.html"), Gone.code
    form = ChoosePasswordForm()
    if form.validate_on_submit():
        with refusals_on(form):
            user = operations.set_password_by_link(at=moment(), token=token, password=form.password.data)
            answer = let_in(user, None)
            flash(_("Your password has been set, and you are signed in."), "success")
            return answer
    return render_template("people/choose_password.html", form=form, user=link.user, purpose=link.purpose)


@blueprint.post("/language")
@public
@repeatable
def choose_language() -> ResponseReturnValue:
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        language.choose(wanted)
        if reader():
            operations.change_language(actor=me(), at=moment(), language=wanted)
    return sent_on(local_path(request.form.get("next")) or "/")
