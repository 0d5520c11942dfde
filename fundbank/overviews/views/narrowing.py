"""What the pages of long lists share: the departments to choose among, what a form must be for a file, and the file."""

import io

from flask import send_file
from flask.typing import ResponseReturnValue

from fundbank.errors import InvalidDate
from fundbank.kit.clock import local_date
from fundbank.kit.web import me, moment
from fundbank.kit.web.forms import Form
from fundbank.overviews.forms import ChangesForm, SearchForm
from fundbank.people import queries as people
from fundbank.people.models import Department

EXPORTED_MOST = 10_000  # lines


def department_choices() -> list[tuple[str, str]]:
    """The municipality's departments, to choose among."""
    return [(str(unit.id), unit.name) for unit in people.departments(municipality_id=me().municipality_id)]


def chosen_department(form: SearchForm | ChangesForm) -> Department | None:
    """The one that was chosen."""
    return people.department(int(form.department.data), municipality_id=me().municipality_id) if form.department.data else None


def must_be_valid(form: Form) -> None:
    """Raise InvalidDate, with what the form says, where a file of what is asked for can't be made."""
    if not form.validate():
        raise InvalidDate(next(iter(form.errors.values()))[0])


def csv_file(content: bytes, name: str) -> ResponseReturnValue:
    """The file, called so, with today's date."""
    called = f"{name} {local_date(moment()).isoformat()}.csv"
    return send_file(io.BytesIO(content), mimetype="text/csv", as_attachment=True, download_name=called)
