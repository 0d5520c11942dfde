"""What a long list of events is narrowed by. It reads only, and is sent with GET: nothing to protect."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from flask import request
from sqlalchemy import ColumnElement

from fundbank.forecast.rules import Assumptions
from fundbank.history.events import ACCESS, OF_PEOPLE, SENTENCES
from fundbank.kit.clock import beginning
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web import me
from fundbank.kit.web.forms import CheckboxesField, CheckboxField, DayField, Form, KronerField, PercentField, SelectField, TextField
from fundbank.ledger.words import POSTINGS
from fundbank.outbox.words import STATES
from fundbank.overviews.queries.searches import NAMED_MOST, Wanted, applications_titled
from fundbank.people.models import Department, User
from fundbank.people.queries import people
from fundbank.pools.models import Pool
from fundbank.pools.permissions import holds
from fundbank.pools.queries import holds_anywhere
from fundbank.pools.rights import Right
from fundbank.pools.roles import Role
from fundbank.pools.words import ROLES

PEOPLE_MOST = 200
MUNICIPALITY = "municipality"


class NarrowForm(Form):
    """By person (name or e-mail), and by days, both included. What is left out narrows nothing."""

    person = TextField(_("Name or e-mail"), optional=True)
    first = DayField(_("From"), name="from", optional=True)
    last = DayField(_("To"), name="to", optional=True)

    class Meta(Form.Meta):
        csrf = False

    def __init__(self) -> None:
        super().__init__(formdata=request.args)
        self.people: list[int] | None = None

    def check(self) -> None:
        """Look up who is asked for, by id; too many to be named are asked to be told apart."""
        if self.person.data:
            named = people(municipality_id=me().municipality_id, words=self.person.data, size=PEOPLE_MOST + 1)
            self.people = [one.id for one in named]
            if len(named) > PEOPLE_MOST:
                self.person.errors = [gettext("More than %(most)s people fit. Write more of the name.", most=PEOPLE_MOST)]

    def period(self) -> tuple[datetime | None, datetime | None]:
        """The first moment of the period, and the first one after it."""
        first, last = self.first.data, self.last.data
        return (beginning(first) if first else None), (beginning(last, days=1) if last else None)

    @property
    def asked(self) -> dict[str, str]:
        """What the address says, for the links to other pages of the list."""
        return {field.name: request.args[field.name] for field in self if request.args.get(field.name)}


class SearchForm(NarrowForm):
    """In a pool: by words, by the title of an application or award, by department and by amount too."""

    words = TextField(_("Words"), optional=True)
    award = TextField(_("Application or award"), optional=True)
    department = SelectField(_("Department"), optional=True)
    amount = KronerField(_("Amount"), optional=True)

    def __init__(self, pool: Pool, departments: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self.department.choices = [("", _("All")), *departments]
        self.pool, self.reads_drafts = pool, holds(me(), pool, Right.DRAFTS_READ)
        self.titled: Sequence[int] | None = None

    def check(self) -> None:
        super().check()
        if self.award.data:
            self.titled = applications_titled(self.pool.id, self.award.data, reads_drafts=self.reads_drafts)
            if len(self.titled) > NAMED_MOST:
                self.award.errors = [gettext("More than %(most)s fit. Write more of the title.", most=NAMED_MOST)]

    def wanted(self, department: Department | None, event: str = "") -> Wanted:
        """What is asked for, once the form is valid; ``department`` is the one that was chosen."""
        return Wanted(
            words=self.words.data or "", titled=self.titled, department=department, people=self.people, amount_ore=self.amount.data,
            event=event, reads_drafts=self.reads_drafts,
        )  # fmt: skip


class LedgerForm(SearchForm):
    """By what was posted too. The words are those of the posting's text: reason, source, voucher."""

    event = SelectField(_("What happened"), optional=True)

    def __init__(self, pool: Pool, departments: Iterable[tuple[str, str]]) -> None:
        super().__init__(pool, departments)
        self.event.choices = [("", _("All")), *((str(code), gettext(text)) for code, text in POSTINGS.items())]


class ChangesForm(NarrowForm):
    """By what was done, and by department, too."""

    event = SelectField(_("What"), optional=True)
    department = SelectField(_("Department"), optional=True)

    def __init__(self, departments: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self.event.choices = [("", _("All")), *((code, gettext(SENTENCES[code])) for code in OF_PEOPLE)]
        self.department.choices = [("", _("All")), *departments]


class AccessForm(NarrowForm):
    """By kind and by the address that somebody came from too."""

    kind = SelectField(_("What"), optional=True)
    address = TextField(_("IP address"), optional=True)

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = [("", _("All")), *((kind, gettext(text)) for kind, text in ACCESS.items())]


class PeopleForm(Form):
    """By name or e-mail, and by a role: one in a pool, or that of the municipality's administrators."""

    words = TextField(_("Name or e-mail"), optional=True)
    role = SelectField(_("Role"), optional=True)

    class Meta(Form.Meta):
        csrf = False

    def __init__(self) -> None:
        super().__init__(formdata=request.args)
        of_pools = ((str(role), gettext(text)) for role, text in ROLES.items())
        self.role.choices = [("", _("All")), (MUNICIPALITY, gettext("Administrator of the municipality")), *of_pools]

    @property
    def which(self) -> ColumnElement[bool] | None:
        """What holds for a person who has the role that is asked for; None: every role will do."""
        if not self.role.data:
            return None
        return User.is_administrator.is_(True) if self.role.data == MUNICIPALITY else holds_anywhere(Role(self.role.data))

    @property
    def asked(self) -> dict[str, str]:
        """What the address says, for the links to other pages of the list."""
        return {field.name: request.args[field.name] for field in self if request.args.get(field.name)}


class OutboxForm(Form):
    """By what has become of a mail."""

    state = SelectField(_("State"), optional=True)

    class Meta(Form.Meta):
        csrf = False

    def __init__(self) -> None:
        super().__init__(formdata=request.args)
        self.state.choices = [("", _("All")), *((state, gettext(text)) for state, text in STATES.items())]


class AssumptionsForm(Form):
    """What a forecast takes to be so: read and kept nowhere, so it is sent with GET and there is nothing to protect."""

    no_funding = CheckboxField(_("No new funding"))
    failing = PercentField(_("How much of the gains fails"), optional=True, hint=_("Of the gains that have not been measured yet."))
    as_grants = CheckboxesField(_("Loans that become grants"), coerce=int)

    class Meta(Form.Meta):
        csrf = False

    def __init__(self, loans: Iterable[tuple[int, str]]) -> None:
        super().__init__(formdata=request.args)
        self.as_grants.choices = list(loans)

    @property
    def assumed(self) -> Assumptions:
        """What is assumed: what was asked for, or while that makes no sense what the pool's rules and awards say."""
        if self.errors:
            return Assumptions()
        return Assumptions(not self.no_funding.data, Fraction(self.failing.data or 0), frozenset(self.as_grants.data or ()))

    @property
    def asked(self) -> dict[str, list[str]]:
        """What the address says, for the links to the papers and rows of the same forecast."""
        return {} if self.errors else {field.name: request.args.getlist(field.name) for field in self if request.args.get(field.name)}
