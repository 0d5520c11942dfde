"""The form around the fields: its one-time token, where a refusal stands, and the revision of the row that it was opened with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, HiddenField, IntegerField
from wtforms.widgets import HiddenInput

from fundbank.errors import Incomplete
from fundbank.kit import language, once
from fundbank.kit.cpr import denied
from fundbank.kit.language import gettext as _
from fundbank.kit.web.boundary import new_token, sent_before
from fundbank.kit.web.sentences import sentence


class Form(FlaskForm):
    """A form with a one-time token, whose refusals stand at the field or at the top.

    ``sent_before`` is where an earlier sending led, if this one says something else; ``sent_to`` the address that it is sent to, if that
    is not its page's.
    """

    once = HiddenField(default=new_token)

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            return language.catalogue()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not args and "formdata" not in kwargs:
            kwargs["formdata"] = request.form if self.is_submitted() else None  # never a file or JSON, which are no text
        super().__init__(*args, **kwargs)
        self.refusal_code: str | None = None
        self.sent_before: str | None = None
        self.sent_to: str | None = None

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Check every field; a form that fails is answered with 422, a good one that was sent before with 409.

        One that only comes back (kit.web.returned) is not looked at; so what else there is to ask is asked in ``check``.
        """
        if self.comes_back:
            return self._come_back(g.comes_back)
        valid = super().validate(*args, **kwargs)
        self.check()
        if not valid:
            return self.fail()
        if (location := sent_before()) is not None and not self.holds_revision:
            return self._was_sent(location)  # whatever else must be mended: what is typed may go on in what was made
        return not self.errors or self.fail()

    @property
    def comes_back(self) -> bool:
        """Is it only shown again with what was typed (kit.web.returned)? ``validate`` then says why."""
        return "comes_back" in g

    def check(self) -> None:
        """This function asks what no field can tell by itself, and puts a sentence at the field that must be mended."""

    def fail(self) -> bool:
        """Mark the form as refused, by the name of the refusal at a field if one has it, and return False."""
        self.refusal_code = self.refusal_code or next(filter(None, (getattr(field, "refusal_code", None) for field in self)), None)
        g.setdefault("refused_status", 422)
        g.setdefault("told", self._told())
        return False

    def _told(self) -> tuple[str, str, str | None]:
        """What a program is told of a form that is not filled in well: the first sentence, its code, and the field (kit.web.boundary)."""
        wrong = next((field for field in self if field.errors), None)
        codes = self.refusal_code, getattr(wrong, "refusal_code", None), getattr(wrong, "unread_code", None), Incomplete.code
        said = wrong.errors if wrong is not None else self.form_errors
        return str(said[0]) if said else _(Incomplete.message), next(filter(None, codes)), wrong and wrong.name

    @property
    def holds_revision(self) -> bool:
        """Was the form opened on a row that counts its changes? Then ``check_version`` tells whoever is behind."""
        return bool("revision" in self and self["revision"].data)

    def _was_sent(self, location: str) -> bool:
        """Refuse a form that has been answered and now says something else. The next sending is made knowingly."""
        refusal = once.SentBefore()
        self.sent_before, self["once"].data = location, new_token()
        self.refuse(None, sentence(refusal), refusal.code)
        g.refused_status, g.told = refusal.status, (sentence(refusal), refusal.code, None)
        return False

    @contextmanager
    def denials(self) -> Iterator[None]:
        """Within this block the operations take what the writer has ticked to be no CPR number."""
        ticked = [one for one in self if getattr(one, "denied", None)]
        numbers = {number for one in ticked for number in one.denied}
        with denied(numbers, [": ".join(filter(None, (self.place_of(one), str(one.label.text)))) for one in ticked]):
            yield

    def _come_back(self, why: str) -> bool:
        if why:
            self.refuse(None, why, "form_expired")
            g.refused_status = 400
        return False

    def hidden_tag(self) -> Markup:
        """The hidden fields, without ids: a page may hold several forms."""
        hidden = (field for field in self if isinstance(field.widget, HiddenInput))
        return Markup("\n").join(field(id=False) for field in hidden)

    def place_of(self, _field: Field) -> str:
        """Where the field stands, if its label alone does not tell; a form with rows says which row."""
        return ""

    def refuse(self, field: str | None, sentence: str, code: str) -> None:
        """Put ``sentence`` at the field of that name, or at the top of the form."""
        self.refusal_code = code
        if field is not None and field in self and not isinstance(self[field].widget, HiddenInput):
            self[field].errors = [*self[field].errors, sentence]
            self[field].refusal_code = code
        else:
            self.form_errors.append(sentence)


class VersionField(IntegerField):
    """The revision of the row that the form was opened with (see ``check_version``)."""

    kind = "hidden"
    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = int(valuelist[0]) if valuelist and valuelist[0].isdecimal() and len(valuelist[0]) < 10 else None

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)
