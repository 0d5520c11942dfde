"""What a long list of events is narrowed by. It reads only, and is sent with GET: nothing to protect."""

from collections.abc import Iterable
from typing import Any

from flask import request

from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import DayField, Form, SelectField, TextField


class NarrowForm(Form):
    """By person (name or e-mail), by department, and by days, both included. What is left out narrows nothing."""

    person = TextField(_("Name or e-mail"), optional=True)
    department = SelectField(_("Department"), optional=True)
    first = DayField(_("From"), name="from", optional=True)
    last = DayField(_("To"), name="to", optional=True)

    class Meta(Form.Meta):
        csrf = False

    def __init__(self, departments: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(formdata=request.args, **kwargs)
        self.department.choices = [("", _("All")), *departments]

    @property
    def asked(self) -> dict[str, str]:
        """What the address says, for the links to other pages of the list."""
        return {field.name: request.args[field.name] for field in self if request.args.get(field.name)}
