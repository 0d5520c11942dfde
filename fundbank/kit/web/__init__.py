"""The web edge: permission, transaction, double clicks, refusals, language and looks. What a page writer needs to know:

Views. ``blueprint = Blueprint("awards", __name__)`` in ``<package>/views.py``; templates in ``templates/<package>/<page>.html``. Every view
declares who may come, directly under the route, or it is refused with 403:

    @blueprint.route("/awards/<int:award_id>/accept", methods=["GET", "POST"])
    @requires("whoever may accept the award")     # a rule people can read; the view MUST call ensure(), or the request fails
    def accept(award_id: int) -> ResponseReturnValue:
        award = found(queries.award(award_id, municipality_id=me().municipality_id))   # None, or not to be known of: 404
        ensure(can_accept(me(), award))                                               # False: 403
        form = AcceptForm(obj=award)
        if form.validate_on_submit():
            with refusals_on(form):                # a Refusal or a stale version becomes the form's error, what was typed stays
                operations.accept_award(actor=me(), at=moment(), award=award, note=form.note.data)
                return done(_("The award has been accepted."), "awards.show", award_id=award.id)     # flash + 303
        return render_template("awards/accept.html", form=form, award=award)

``@signed_in`` is for what everybody signed in may see, ``@public`` for the rest of the world; neither needs ensure().
``found()`` answers 404 also for what the reader may not know of: fundbank/sight.py holds the rule of each kind of thing; so ``ensure()``
refuses with 403 only what may be seen and not be done.
``me()`` is the signed-in person's own row, ``moment()`` the request's one point in time (aware UTC). ``asked_number("before")`` reads
``?before=17``, ``sent_number("seen")`` what a button sends along (``post_button(…, sent={"seen": 17})``); None for anything else.
Transaction: GET reads only. POST commits if and only if the view says that it succeeded: ``done(…)``, ``sent_on(url)`` without a message,
or ``succeed(url)`` before any other answer (``url`` is where whoever sends it twice is led). All else is rolled back, a bare redirect too.
Views neither commit nor flush.
Double clicks: forms that subclass ``kit.web.forms.Form`` and the ``post_button`` macro carry a ``once`` token; a second POST with it does
nothing and goes where the first one went, or shows the form again if it says something else. ``request_key()`` is that token: the
idempotency key for operations that move money.
``@repeatable`` says that a view needs none, ``@only_reads`` that a POST only answers a question and changes nothing.
``@takes_files(bytes)`` lets a request be so large; its form has a FilesField.
Refusals outside ``refusals_on`` become a page with code, sentence and a way back. Refusal(field="amount") lands on the field of that name.
A form whose validation fails answers 422 by itself; just render the template.
Lists of what waits: ``shown("name", lambda after: …)`` and the macro ``and_more`` show a part of it (``kit.keyset``) and lead to the next.
Two people on one record: ``revision = VersionField()`` + ``check_version(form.revision, award)`` inside refusals_on, before the operation.
A view that takes in field by field what others have not touched says ``merges()`` instead.

Forms (``from fundbank.kit.language import lazy_gettext as _`` in forms.py): Form, TextField, LongTextField, EmailField, SecretField,
KronerField (øre), WholeNumberField, DecimalNumberField, PercentField (``"50"`` -> ``Decimal("0.5")``), DayField (date), RadioField,
SelectField, CheckboxField, CheckboxesField, VersionField. All but check boxes are needed unless ``optional=True``;
``required=_("Write it.")`` says so; ``max_length=``, ``hint=``, ``suffix=``, ``coerce=int`` where they help.
``form.unit.choices = [("", _("Choose")), (id, text), …]``.

Templates: ``{% extends "_layout.html" %}``, blocks title, content, breadcrumb (heading, if the h1 differs). Macros, no context:
``{% from "_macros/fds.html" import alert, badge, steps, card, figure, facts, empty, breadcrumb, pool_breadcrumb, pagination, icon %}``
``{% from "_macros/fds.html" import table, heads, link, button_link %}``
``{% from "_macros/forms.html" import error_summary, field, search_field, buttons, post_button, tokens %}``
``{% from "_macros/money.html" import bar %}``, ``{% from "_macros/people.html" import person %}``. A form page:
``{{ error_summary(form) }}<form method="post" novalidate>{{ form.hidden_tag() }}{{ field(form.title) }}``…
``{{ buttons(_("Save"), cancel=url) }}</form>``
Filters: ``ore|kroner`` 1.234,50 kr., ``ore|amount`` unitless, ``n|number``, ``date|day`` 3. december 2026, ``date|shortday``,
``at|moment``, ``fraction|percent``, ``score|points``. In _() a per cent sign is ``%%``, values are ``%(name)s``, no f-string.
A code is said by a filter of its package (kit.web.codes), ``award.state|award_state``, ``award.state|award_tone``: no template is handed a
module. A line has 160 signs at most; elements and blocks that need more stand on lines of their own, and a message may be several literals
side by side. White space shows between words and inline elements (``{%- if`` and ``-%}`` take it away), and a break does in what keeps its
lines (the classes ``lines`` and ``facts``).
Strict CSP: no style attribute, no inline script, no onclick. Numbers stand to the right: ``<td class="num">``.
Menu: ``menu.add(N_("Applications"), "applications.index", order=20, when=can_see_applications)`` as the views module is imported.
"""

from fundbank.kit.web.addresses import asked_number, sent_number
from fundbank.kit.web.boundary import moment, only_reads, repeatable, request_key, shows_form, succeed, takes_files
from fundbank.kit.web.pages import done, refusals_on, sent_on, with_way
from fundbank.kit.web.parts import Shown, shown
from fundbank.kit.web.permission import ensure, found, me, public, requires, signed_in
from fundbank.kit.web.versions import check_version, merges

__all__ = [
    "Shown", "asked_number", "check_version", "done", "ensure", "found", "me", "merges", "moment", "only_reads", "public", "refusals_on",
    "repeatable", "request_key", "requires", "sent_number", "sent_on", "shown", "shows_form", "signed_in", "succeed", "takes_files",
    "with_way",
]  # fmt: skip
