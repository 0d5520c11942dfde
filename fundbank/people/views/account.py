"""The own account: language and password."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, me, moment, refusals_on, session, signed_in
from fundbank.people import operations
from fundbank.people.forms import LanguageForm, OwnPasswordForm
from fundbank.people.views import blueprint, device
from fundbank.people.views.guessing import one_guess


@blueprint.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    return _page(LanguageForm(language=me().language), OwnPasswordForm())


@blueprint.post("/account/language")
@signed_in
def change_language() -> ResponseReturnValue:
    form = LanguageForm()
    if form.validate_on_submit():
        with refusals_on(form):
            operations.change_language(actor=me(), at=moment(), language=form.language.data)
            return done(_("The language has been changed."), "people.account")
    return _page(form, OwnPasswordForm(formdata=None))


@blueprint.post("/account/password")
@signed_in
def change_password() -> ResponseReturnValue:
    form = OwnPasswordForm()
    if form.validate_on_submit():
        person = me()
        with refusals_on(form), one_guess(person):
            operations.change_own_password(actor=person, at=moment(), current=form.current.data, password=form.password.data)
            session.begin(person)
            device.remember(person.id)
            return done(_("Your password has been changed. You have been signed out elsewhere."), "people.account")
    return _page(LanguageForm(formdata=None, language=me().language), form)


def _page(language: LanguageForm, password: OwnPasswordForm) -> ResponseReturnValue:
    return render_template("people/account.html", language_form=language, password_form=password)
