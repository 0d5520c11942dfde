"""Asking the pool's advisers for help, and advising (domain.md §3). It holds nothing up."""

from collections.abc import Mapping
from datetime import datetime

from fundbank.applications.models import Application
from fundbank.applications.models.advice import Advice, AdviceRequest
from fundbank.applications.permissions import can_screen_application, can_write_application
from fundbank.applications.queries.advice import has_request, open_request
from fundbank.applications.rules.advice import ADVICE_LENGTH, Found, due_on
from fundbank.applications.states import ON_THE_WAY
from fundbank.errors import N_, FourEyes, Incomplete, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.language import DEFAULT, speaking
from fundbank.kit.language import gettext as _
from fundbank.kit.said import check_said
from fundbank.kit.transaction import lock
from fundbank.people.models import User
from fundbank.pools.policy import SCREENING_CHECKS

NOT_ANSWERED = N_("The experts have not answered yet. An application with a purchase goes on to the forum only when they have.")
OVER = N_("The application has been decided or withdrawn. No advice is given on it any more.")
ASKED_ALREADY = N_("The advisers have been asked already. Ask again when they have answered.")
OWN_APPLICATION = N_("You write for the department that asks. Somebody else advises it.")


def ask_for_advice(*, actor: User, at: datetime, application: Application, text: str) -> AdviceRequest:
    """Ask the advisers for help with what the application says now, a draft too: that they may read from now on.

    Raises NotAllowed, WrongState, also while they have not answered the last one, Incomplete, CprNumber.
    """
    lock(application)
    require(can_write_application(actor, application))
    if application.state not in ON_THE_WAY:
        raise WrongState(OVER)
    if open_request(application) is not None:
        raise WrongState(ASKED_ALREADY)
    said = check_said(text, ADVICE_LENGTH, missing=N_("Write what you want help with."))
    request = AdviceRequest(
        application_id=application.id, pool_id=application.pool_id, text=said, content_json=application.content_json, asked_by_id=actor.id,
        asked_at=at, due_on=due_on(local_date(at), application.pool.policy.screening_days),
    )  # fmt: skip
    db.session.add(request)
    db.session.flush()
    details = {"request_id": request.id, "due_on": request.due_on.isoformat()}
    record(application, "advice_asked", actor_id=actor.id, at=at, reason=said, **details)
    return request


def ask_of_purchase(*, actor: User, at: datetime, application: Application) -> None:
    """Put what buys something before the advisers when it is handed in, where the rules let it wait for them; once is enough."""
    if not _waits_for_experts(application) or has_request(application):
        return
    with speaking(DEFAULT):
        text = _("The project buys something, and the application has been submitted.")
    ask_for_advice(actor=actor, at=at, application=application, text=text)


def check_advised(application: Application) -> None:
    """Raises Incomplete for a purchase that the advisers have not answered, where the rules let it wait for them (domain.md §3)."""
    if _waits_for_experts(application) and (open_request(application) is not None or not has_request(application)):
        raise Incomplete(NOT_ANSWERED, field="result")


def _waits_for_experts(application: Application) -> bool:
    return application.pool.policy.advice_required and application.content.purchases


def give_advice(
    *, actor: User, at: datetime, request: AdviceRequest, results: Mapping[str, str], comments: Mapping[str, str], text: str = ""
) -> Advice:
    """Say of each of the six checks whether it is in order, and why not where it isn't; more advice may follow.

    Raises NotAllowed, FourEyes for who writes for the department, WrongState, Incomplete, CprNumber.
    """
    application = request.application
    require(can_screen_application(actor, application))
    lock(application)
    if can_write_application(actor, application):
        raise FourEyes(OWN_APPLICATION)
    if application.state not in ON_THE_WAY:
        raise WrongState(OVER)
    found = {code: str(Found(results[code])) for code in SCREENING_CHECKS if results.get(code)}
    said = {}
    for code in SCREENING_CHECKS:
        if code not in found:
            raise Incomplete(N_("Choose what you found."), field=code)
        missing = N_("Write what is not in order.") if found[code] == Found.NOT_IN_ORDER else ""
        if words := check_said(comments.get(code, ""), ADVICE_LENGTH, field=f"comment_{code}", missing=missing):
            said[code] = words
    advice = Advice(adviser_id=actor.id, results=found, comments=said, text=check_said(text, ADVICE_LENGTH), given_at=at)
    request.advice.append(advice)
    db.session.flush()
    record(application, "advice_given", actor_id=actor.id, at=at, reason=advice.text, request_id=request.id)
    return advice
