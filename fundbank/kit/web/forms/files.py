"""A field for files. A browser does not show again what was chosen before, so a form that is refused asks for it once more."""

from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage
from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import FileInput

from fundbank.errors import Refusal
from fundbank.kit.cpr import CprNumber
from fundbank.kit.language import gettext as _
from fundbank.kit.web.forms.described import Described
from fundbank.kit.web.sentences import sentence


class FilesField(Described, Field):
    """One or more files; ``data`` are those that were chosen. ``looks`` is asked about each, and raises a refusal: all of them are told."""

    kind = "file"
    widget = FileInput(multiple=True)
    data: list[FileStorage]
    refusal_code: str | None = None

    def __init__(self, *args: Any, looks: Callable[[FileStorage], object], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._looks = looks

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the request's files where a form was sent: they stand beside its fields."""
        self.process_errors: list[str] = []
        self.data = [file for file in request.files.getlist(self.name) if file.filename] if formdata is not None else []
        self.object_data, self.raw_data = None, self.data

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Say of each file that cannot be taken why not. What they are called is looked at like any other text."""
        if validation_stopped:
            return
        said: list[Refusal] = []
        for file in self.data:
            try:
                self._looks(file)
            except Refusal as refusal:
                said.append(refusal)
        if said:
            self.refusal_code = next((one.code for one in said if isinstance(one, CprNumber)), said[0].code)
            chosen = _("Choose the files again.")
            raise ValidationError(" ".join([*dict.fromkeys(map(sentence, said)), chosen]))
