"""The short form with which an application is begun: what it is called, who applies, and the kind of project."""

from collections.abc import Iterable, Sequence
from typing import Any

from fundbank.applications.forms.writing.topic import Pairs
from fundbank.applications.rules.content import Content
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, RadioField, SelectField, TextField
from fundbank.pools import words

TITLE_NEEDED = _("Write a title: it is all that is needed to save the draft.")
TITLE_HINT = _("What people will call the project. For example: Citizens book their own appointments.")


def kinds_to_choose(kinds: Iterable[str]) -> list[tuple[str, str]]:
    """The kinds of projects as they are offered: each with what it is."""
    return [(kind, gettext(words.KINDS_SAID[kind])) for kind in kinds]


class StartForm(Form):
    """A new application. The department is asked of who applies for several; the kind where there are several and none is chosen yet."""

    title = TextField(_("Title"), required=TITLE_NEEDED, hint=TITLE_HINT)
    department = SelectField(_("Applying department"), coerce=int)
    kind = RadioField(_("Kind of project"))

    def __init__(self, kinds: Sequence[str], own_units: Pairs, *, department_id: int, kind: str | None = None, **begun: Any) -> None:
        """``kinds`` are those that fit; ``kind`` has been chosen among them before, if it is one of them. ``begun`` stands in other
        fields until something else is written.
        """
        self.usual_kind: str = kind if kind is not None and kind in kinds else "standard" if "standard" in kinds else kinds[0]
        super().__init__(data={"department": department_id, "kind": self.usual_kind, **begun})
        self.department.choices = list(own_units)
        self.kind.choices = kinds_to_choose(kinds)
        if len(kinds) == 1 or kind in kinds:
            del self.kind

    def content(self) -> Content:
        """What the new application says."""
        return Content(title=self.title.data or "", kind=str(self.kind.data) if "kind" in self else self.usual_kind)
