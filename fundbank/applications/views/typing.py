"""While somebody writes in a step its page sends what they type, a few fields at a time (static/js/keeping.js). It is kept as it is."""

from flask import get_template_attribute, jsonify, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field

from fundbank.applications.rules.typing import mark, row_of
from fundbank.applications.views import blueprint
from fundbank.applications.views.beside import Other, others
from fundbank.applications.views.desk import Desk
from fundbank.applications.views.writing import WRITERS, topic_here, written_here
from fundbank.kit import formats
from fundbank.kit.cpr import CprNumber
from fundbank.kit.language import gettext as _
from fundbank.kit.web import moment, repeatable, requires, succeed
from fundbank.kit.web.sentences import sentence


@blueprint.route("/applications/<int:application_id>/write/<topic>/typed", methods=["POST"])
@requires(WRITERS)
@repeatable
def keep(application_id: int, topic: str) -> ResponseReturnValue:
    """Keep what the page sends, and answer what the step has seen of it, what is wrong with it, and what others have written there."""
    application, here = written_here(application_id), topic_here(topic)
    desk = Desk(application, here)
    sent = desk.form()
    page = desk.page(sent)
    kept = desk.keep(page, only={row for name in page.said if (row := row_of(name))})
    succeed(url_for("applications.write", application_id=application.id, topic=here.code))
    sent.look_at({name for name in page.said if not name.startswith("split")})
    fields = {name: field for name, field in sent.named() if name in page.said}
    shown, beside = kept.sheet.shown(), others(application, sent, kept.sheet)
    wrong = {name: field.errors[0] for name, field in fields.items() if field.errors}
    wrong |= dict.fromkeys(kept.refused, sentence(CprNumber()))
    return jsonify(
        said=_("Saved %(time)s", time=formats.clock(moment())),
        seen={field.name: mark(page.said[name].text) for name, field in fields.items() if name in shown.keys() - kept.refused},
        wrong={fields[name].name: text for name, text in wrong.items()},
        refused=[fields[name].name for name in kept.refused],
        others={field.name: _drawn(beside[name], field) for name, field in fields.items() if name in beside},
    )


def _drawn(beside: list[Other], field: Field) -> str:
    return str(get_template_attribute("_macros/forms.html", "others")(beside, field.label.text))
