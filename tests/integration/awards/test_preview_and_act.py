"""Who is shown a movement of money first is told what the act itself would say: the same refusal, with the same words, at the same field.

Each operation has one ``check_…``; the page asks it before it shows anything, the operation before it writes anything. A case names the
operation, what is the matter, and the refusal (none: both say yes); where the page itself can be sent like that, the way to it too.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select

from fundbank.awards import operations as awards
from fundbank.errors import Refusal
from fundbank.extensions import db
from fundbank.gains import operations as gains
from fundbank.gains.queries import current_report
from fundbank.history.models import HistoryEntry
from fundbank.kit.transaction import attempt
from fundbank.ledger import operations as ledger
from fundbank.meetings.operations import cancellations, decisions, settlements
from fundbank.meetings.operations.wanted import Wanted
from fundbank.people.models import User
from fundbank.pools.operations import give_role
from fundbank.pools.roles import Role
from fundbank.repayments.operations import claims, ending, verification
from fundbank.reversals import operations as reversals
from tests.integration.awards.bank import KRONE, START, Bank, a_bank, at

TODAY = at(2026, 1, 20)
AN_HOUR_AGO = TODAY.replace(hour=8)
CPR = "Borger 010190-1234"


class Asked(NamedTuple):
    """The check and the act with what both are asked; and the page, who sends it, and what they send."""

    check: Callable[..., Any]
    act: Callable[..., Any]
    wanted: dict[str, Any]
    url: str = ""
    person: User | None = None
    typed: dict[str, Any] = {}


@pytest.fixture
def app_settings():
    return {"CLOCK": lambda: TODAY}


@pytest.fixture
def bank(app, pictures) -> Bank:
    return pictures.of("bank", a_bank)


def fund(bank: Bank, **more: Any) -> Asked:
    wanted = {"actor": bank.finance, "at": TODAY, "pool": bank.pool, "source": "Budget 2026", "amount_ore": 100, "text": "", **more}
    typed = {name: wanted[name] for name in ("source", "text")} | {"amount": str(wanted["amount_ore"] // 100), "reference": "B-1"}
    typed["value_on"] = day_of(wanted)
    return Asked(ledger.check_funding, ledger.fund_pool, wanted, f"/pools/{bank.pool.id}/funding/new", wanted["actor"], typed)


def hand_back(bank: Bank, kroner: int, **more: Any) -> Asked:
    wanted = {"actor": bank.finance, "at": TODAY, "pool": bank.pool, "source": "Budget 2024", "amount_ore": kroner * KRONE, **more}
    typed = {"amount": str(kroner), "source": wanted["source"], "value_on": day_of(wanted), "reason": "Besluttet"}
    url = f"/pools/{bank.pool.id}/funding/return"
    return Asked(
        ledger.check_return_funding,
        lambda **of: ledger.register_return_funding(**of, reason="Besluttet"),
        wanted,
        url,
        wanted["actor"],
        typed,
    )


def day_of(wanted: dict[str, Any]) -> str:
    return f"{wanted['value_on']:%d-%m-%Y}" if "value_on" in wanted else ""


def release(bank: Bank, award: Any, kroner: int, **more: Any) -> Asked:
    wanted = {"actor": bank.finance, "at": TODAY, "award": award, "amount_ore": kroner * KRONE, **more}
    url = f"/awards/{award.id}/release"
    typed = {"amount": str(kroner), "reason": "Besluttet"}
    return Asked(awards.check_release, lambda **of: awards.register_release(**of, reason="Besluttet"), wanted, url, wanted["actor"], typed)


def come_back(bank: Bank, award: Any, kroner: int, **more: Any) -> Asked:
    wanted = {"actor": bank.finance, "at": TODAY, "award": award, "part": "loan", "amount_ore": kroner * KRONE, **more}
    typed = {"part": "loan", "amount": str(kroner), "value_on": day_of(wanted), "reference": "B-1"}
    return Asked(ending.check_return, ending.return_unspent, wanted, f"/awards/{award.id}/return", wanted["actor"], typed)


def disburse(bank: Bank, award: Any, kroner: int, **more: Any) -> Asked:
    wanted = {"actor": bank.finance, "award": award, "part": "loan", "amount_ore": kroner * KRONE, **more}
    typed = {"part": wanted["part"], "amount": str(kroner), "pay_on": "20-01-2026", "text": wanted.get("text", "")}
    return Asked(
        awards.check_disbursement, dated(awards.register_disbursement), wanted,
        f"/awards/{award.id}/disbursements/new", wanted["actor"], typed,
    )  # fmt: skip


def dated(act: Callable[..., Any]) -> Callable[..., Any]:
    """The act, today: its check asks for no day."""
    return lambda **wanted: act(**wanted, at=TODAY)


def approve(bank: Bank, disbursement: Any, person: User | None = None) -> Asked:
    wanted = {"actor": person or bank.finance_2, "disbursement": disbursement}
    url = f"/disbursements/{disbursement.id}/approval"
    return Asked(awards.check_approval, dated(awards.approve_disbursement), wanted, url, wanted["actor"])


def refuse(bank: Bank, disbursement: Any, person: User | None = None) -> Asked:
    wanted = {"actor": person or bank.finance, "disbursement": disbursement}
    return Asked(
        awards.check_refusable, lambda **of: awards.refuse_disbursement(**of, at=TODAY, reason="Forkert"), wanted,
        f"/disbursements/{disbursement.id}/refusal", wanted["actor"], {"reason": "Forkert"},
    )  # fmt: skip


def accept(award: Any, person: User) -> Asked:
    typed = {"agreed": "y", "revision": award.revision, "case": award.application.revision}
    return Asked(
        awards.check_accept, dated(awards.accept_award), {"actor": person, "award": award}, f"/awards/{award.id}/accept", person, typed
    )


def decline(award: Any, person: User) -> Asked:
    wanted = {"actor": person, "at": TODAY, "award": award}
    act = partial(awards.decline_award, reason="Nej")
    return Asked(awards.check_decline, act, wanted, f"/awards/{award.id}/decline", person, {"reason": "Nej"})


def cancel(award: Any, person: User) -> Asked:
    act = dated(partial(awards.cancel_award, reason="Nej"))
    url = f"/awards/{award.id}/cancellation"
    return Asked(awards.check_cancel, act, {"actor": person, "award": award}, url, person, {"reason": "Nej"})


def cancel_in_meeting(bank: Bank, award: Any, *, person: User | None = None, is_open: bool = True) -> Asked:
    meeting = bank.meeting(award.application, TODAY if is_open else START)
    wanted = {"actor": person or bank.chair, "at": TODAY, "meeting": meeting, "award": award}
    return Asked(
        cancellations.check_cancellation, partial(cancellations.cancel_in_meeting, reason="Nej"), wanted,
        f"/meetings/{meeting.id}/awards/{award.id}/cancellation", wanted["actor"], {"reason": "Nej"},
    )  # fmt: skip


def claim(bank: Bank, award: Any, year: int) -> Asked:
    return Asked(
        lambda **of: claims.work_out_claim(**of, today=TODAY.date()),
        lambda **of: claims.make_claim(**of, actor=bank.finance, at=TODAY), {"award": award, "year": year},
        f"/awards/{award.id}/claims/new", bank.finance, {"year": year},
    )  # fmt: skip


def repay(bank: Bank, line: Any, kroner: int, **more: Any) -> Asked:
    wanted = {"actor": bank.finance, "at": TODAY, "line": line, "amount_ore": kroner * KRONE, **more}
    typed = {"amount": str(kroner), "value_on": day_of(wanted), "reference": "B-1"}
    return Asked(claims.check_repayment, claims.post_repayment, wanted, f"/claim-lines/{line.id}/repayments/new", wanted["actor"], typed)


def reverse(bank: Bank, transfer: Any, person: User | None = None) -> Asked:
    wanted = {"actor": person or bank.finance, "transfer": transfer}
    return Asked(
        reversals.check_reversal, lambda **of: reversals.register_reversal(**of, at=TODAY, reason="Forkert"), wanted,
        f"/transfers/{transfer.id}/reversal", wanted["actor"], {"reason": "Forkert"},
    )  # fmt: skip


def approve_reversal(bank: Bank, transfer: Any, person: User | None = None) -> Asked:
    reversal = reversals.register_reversal(actor=bank.finance, at=AN_HOUR_AGO, transfer=transfer, reason="Forkert")
    wanted = {"actor": person or bank.finance_2, "at": TODAY, "reversal": reversal}
    url = f"/reversals/{reversal.id}/approval"
    return Asked(reversals.check_reversal_approval, reversals.approve_reversal, wanted, url, wanted["actor"])


def approve_movement(movement: Any, person: User) -> Asked:
    wanted = {"actor": person, "at": TODAY, "movement": movement}
    url = f"/movements/{movement.id}/approval"
    return Asked(reversals.check_movement_approval, reversals.approve_movement, wanted, url, person)


def refuse_movement(movement: Any, person: User, typed: dict[str, Any] | None = None) -> Asked:
    """Sent, or (nothing ``typed``) only opened: the page says the same before a reason is written."""
    act = dated(partial(ledger.refuse_movement, reason="Nej"))
    url = f"/movements/{movement.id}/refusal"
    return Asked(ledger.check_movement_refusal, act, {"actor": person, "movement": movement}, url, person, typed or {})


def settle(bank: Bank, award: Any, action: str, *, person: User | None = None, is_open: bool = True, years: int | None = None) -> Asked:
    meeting = bank.meeting(award.application, TODAY if is_open else START)
    wanted = {"actor": person or bank.chair, "at": TODAY, "meeting": meeting, "award": award, "action": action, "years": years}
    typed = {"action": action, "years": years or "", "reason": "Fordi"}
    return Asked(
        settlements.check_settle_shortfall, settlements.settle_shortfall, {**wanted, "reason": "Fordi"},
        f"/meetings/{meeting.id}/awards/{award.id}/settlement", wanted["actor"], typed,
    )  # fmt: skip


def gain(bank: Bank, award: Any, act: str, person: User, year: int = 2025) -> Asked:
    """A gain of the own department: to ``report``, ``verify`` or ``correct``; the page of the two is that of the report that counts."""
    wanted = {"actor": person, "award": award, "department": bank.own, "year": year}
    check, done, more, typed = {
        "report": (
            partial(gains.check_report_gain, at=TODAY),
            gains.report_gain,
            {"amount_ore": 100, "note": "Talt op."},
            {"note": "Talt op."},
        ),
        "verify": (verification.check_verify_gain, verification.verify_gain, {}, {}),
        "correct": (gains.check_correct_gain, gains.correct_gain, {"amount_ore": 1, "cashable": True, "reason": "Ny"}, {"reason": "Ny"}),
    }[act]
    report = current_report(award, bank.own.id, year)
    where = {"verify": "verification", "correct": "correction"}.get(act)
    url = f"/awards/{award.id}/gains/new" if where is None else f"/gains/{report.id}/{where}" if report else ""
    sent = {"department": bank.own.id, "year": year, "amount": "1", "cashable": "yes", **typed}
    return Asked(check, lambda **of: done(**of, **more, at=TODAY), wanted, url, person, sent)


def gained(bank: Bank, *, verified: bool = True, claimed: bool = False) -> Any:
    award = bank.award(loan=1000)
    bank.pay_out(award, 1000)
    for department in (bank.own, bank.others):
        bank.gain(award, department, 2025, 100, verified=verified)
    if claimed:
        bank.claim(award, 2025)
    return award


def decide(bank: Bank, award: Any) -> Asked:
    """The same application again, in another meeting."""
    meeting = bank.meeting(award.application, TODAY)
    wanted = Wanted(award.application, "approve", grant_ore=100)
    return Asked(decisions.check_decision, decisions.decide, {"actor": bank.chair, "at": TODAY, "meeting": meeting, "wanted": wanted})


def a_lent(bank: Bank, kroner: int = 1000, **more: Any) -> Any:
    award = bank.award(loan=kroner, basis="planned", **more)
    bank.pay_out(award, kroner)
    return award


def a_closed(bank: Bank) -> Any:
    award = a_lent(bank)
    ending.return_unspent(actor=bank.finance, at=START, award=award, part="loan", amount_ore=1000 * KRONE)
    ending.close_award(actor=bank.coordinator, at=START, award=award)
    return award


def a_short(bank: Bank) -> Any:
    """A loan whose one year is claimed with something outstanding."""
    award = a_lent(bank, 400_000, years=1)
    bank.claim(award, 2025)
    return award


def a_decider(bank: Bank) -> User:
    """The chair, who decided, is of finance too."""
    give_role(actor=None, at=START, pool=bank.pool, user=bank.chair, role=Role.FINANCE)
    return bank.chair


def a_refused(bank: Bank) -> Any:
    disbursement = bank.register(bank.award(loan=1000), 100)
    awards.refuse_disbursement(actor=bank.finance, at=START, disbursement=disbursement, reason="Forkert")
    return disbursement


def an_approved(bank: Bank) -> Any:
    award = a_lent(bank)
    return award.disbursements[0]


def a_line(bank: Bank) -> Any:
    return bank.claim(a_lent(bank, 600_000), 2025).lines[0]


def the_funding(bank: Bank) -> Any:
    return ledger.fund_pool(actor=bank.finance, at=START, pool=bank.pool, source="Mere", amount_ore=100 * KRONE)


def spent_funding(bank: Bank) -> Any:
    """The reversal of money in that has been promised since."""
    funding = the_funding(bank)
    bank.award(grant=3_000_050)
    return funding


def asked_twice(bank: Bank) -> Asked:
    funding = the_funding(bank)
    reversals.register_reversal(actor=bank.finance_2, at=START, transfer=funding, reason="Forkert")
    return reverse(bank, funding)


def settled_reversal(bank: Bank, *, refused: bool) -> Asked:
    asked = approve_reversal(bank, the_funding(bank))
    if refused:
        reversals.refuse_reversal(actor=bank.finance, at=TODAY, reversal=asked.wanted["reversal"], reason="Nej")
    else:
        asked.act(**asked.wanted)
    return asked


def a_rest(bank: Bank) -> Any:
    """An award of which 1,000 kroner are still reserved, and some has been paid."""
    award = bank.award(loan=1500)
    bank.pay_out(award, 500)
    return award


def a_release(bank: Bank) -> Any:
    """A release that waits for its second person."""
    return awards.register_release(actor=bank.finance, at=AN_HOUR_AGO, award=a_rest(bank), amount_ore=1000 * KRONE, reason="Slut")


def a_return(bank: Bank) -> Any:
    """100 kroner that wait to be handed back."""
    return ledger.register_return_funding(
        actor=bank.finance, at=AN_HOUR_AGO, pool=bank.pool, source="Budget 2024", amount_ore=100 * KRONE, reason="Besluttet"
    )


def settled(bank: Bank, movement: Any, *, refused: bool = False) -> Any:
    """The same when somebody has approved or refused it."""
    if refused:
        ledger.refuse_movement(actor=bank.finance, at=AN_HOUR_AGO, movement=movement, reason="Nej")
    else:
        reversals.approve_movement(actor=bank.finance_2, at=AN_HOUR_AGO, movement=movement)
    return movement


def promised_since(bank: Bank) -> Any:
    """What waits to be handed back, and has been promised to an award meanwhile."""
    movement = a_return(bank)
    bank.award(grant=2_999_950)
    return movement


CASES: dict[str, tuple[str | None, Callable[[Bank], Asked]]] = {
    "money in": (None, lambda bank: fund(bank)),
    "money in by an applicant": ("not_allowed", lambda bank: fund(bank, actor=bank.applicant)),
    "money in with a CPR number": ("cpr_number", lambda bank: fund(bank, text=CPR)),
    "money in from nowhere": ("incomplete", lambda bank: fund(bank, source=" ")._replace(url="")),
    "no money in": ("invalid_amount", lambda bank: fund(bank, amount_ore=0)._replace(url="")),
    "money in before the pool": ("invalid_date", lambda bank: fund(bank, value_on=date(2020, 1, 1))),
    "money in tomorrow": ("invalid_date", lambda bank: fund(bank, value_on=date(2026, 1, 21))),
    "handed back": (None, lambda bank: hand_back(bank, 100)),
    "handed back by an auditor": ("not_allowed", lambda bank: hand_back(bank, 100, actor=bank.auditor)),
    "more handed back than there is": ("over_available", lambda bank: bank.award(loan=600_000) and hand_back(bank, 2_400_001)),
    "more handed back than the source gave": (
        "over_outstanding", lambda bank: the_funding(bank) and hand_back(bank, 101, source="Mere"),
    ),
    "handed back on a day to come": ("invalid_date", lambda bank: hand_back(bank, 100, value_on=date(2026, 2, 1))),
    "released": (None, lambda bank: release(bank, a_rest(bank), 1000)),
    "more released than reserved": ("over_reserved", lambda bank: release(bank, a_rest(bank), 1001)),
    "released by a leader": ("not_allowed", lambda bank: release(bank, a_rest(bank), 1, actor=bank.leader)),
    "released of a closed award": ("wrong_state", lambda bank: release(bank, a_closed(bank), 1)),
    "released of what was never paid": ("wrong_state", lambda bank: release(bank, bank.award(loan=1000), 1)),
    "an approved release": (None, lambda bank: approve_movement(a_release(bank), bank.finance_2)),
    "a release approved by who registered it": ("four_eyes", lambda bank: approve_movement(a_release(bank), bank.finance)),
    "a release approved by who decided": ("four_eyes", lambda bank: approve_movement(a_release(bank), a_decider(bank))),
    "a release approved by a leader": ("not_allowed", lambda bank: approve_movement(a_release(bank), bank.leader)),
    "a release approved before": ("already_posted", lambda bank: approve_movement(settled(bank, a_release(bank)), bank.finance_2)),
    "a release refused before": (
        "wrong_state", lambda bank: approve_movement(settled(bank, a_release(bank), refused=True), bank.finance_2),
    ),
    "money handed back by two": (None, lambda bank: approve_movement(a_return(bank), bank.finance_2)),
    "money handed back by one": ("four_eyes", lambda bank: approve_movement(a_return(bank), bank.finance)),
    "money handed back that is promised": ("over_available", lambda bank: approve_movement(promised_since(bank), bank.finance_2)),
    "money handed back before": ("already_posted", lambda bank: approve_movement(settled(bank, a_return(bank)), bank.finance_2)),
    "a refused release": (None, lambda bank: refuse_movement(a_release(bank), bank.finance_2)),
    "a withdrawn release": (None, lambda bank: refuse_movement(a_release(bank), bank.finance)),
    "a release refused by a leader": ("not_allowed", lambda bank: refuse_movement(a_release(bank), bank.leader)),
    "a refusal of what is released": ("already_posted", lambda bank: refuse_movement(settled(bank, a_release(bank)), bank.finance)),
    "a refusal of what is refused": (
        "wrong_state", lambda bank: refuse_movement(settled(bank, a_return(bank), refused=True), bank.finance, {"reason": "Nej"}),
    ),
    "returned": (None, lambda bank: come_back(bank, a_lent(bank), 1000)),
    "more returned than is out": ("over_outstanding", lambda bank: come_back(bank, a_lent(bank), 1001)),
    "returned before it was paid out": ("wrong_state", lambda bank: come_back(bank, bank.award(loan=1000), 1)._replace(typed={})),
    "returned before the decision": ("invalid_date", lambda bank: come_back(bank, a_lent(bank), 1, value_on=date(2024, 1, 1))),
    "a payment": (None, lambda bank: disburse(bank, bank.award(loan=1000), 1000)),
    "a payment of an award on offer": ("wrong_state", lambda bank: disburse(bank, bank.award(loan=1000, accepted=False), 1)),
    "a payment above the award": ("over_reserved", lambda bank: disburse(bank, bank.award(loan=1000), 1001)),
    "a payment above its part": ("over_reserved", lambda bank: disburse(bank, bank.award(loan=1000, grant=500), 501, part="grant")),
    "a payment by who decided": ("four_eyes", lambda bank: disburse(bank, bank.award(loan=1000), 1, actor=a_decider(bank))),
    "a payment with a CPR number": ("cpr_number", lambda bank: disburse(bank, bank.award(loan=1000), 1, text=CPR)),
    "a payment by the coordinator": ("not_allowed", lambda bank: disburse(bank, bank.award(loan=1000), 1, actor=bank.coordinator)),
    "an approval": (None, lambda bank: approve(bank, bank.register(bank.award(loan=1000), 100))),
    "an approval by who registered": ("four_eyes", lambda bank: approve(bank, bank.register(bank.award(loan=1000), 100), bank.finance)),
    "an approval of what is refused": ("wrong_state", lambda bank: approve(bank, a_refused(bank))),
    "an approval of what is paid": ("already_posted", lambda bank: approve(bank, an_approved(bank))),
    "a refusal": (None, lambda bank: refuse(bank, bank.register(bank.award(loan=1000), 100))),
    "a refusal of what is paid": ("wrong_state", lambda bank: refuse(bank, an_approved(bank))),
    "an acceptance": (None, lambda bank: accept(bank.award(loan=1000, accepted=False), bank.leader)),
    "an acceptance by an applicant": ("not_allowed", lambda bank: accept(bank.award(loan=1000, accepted=False), bank.applicant)),
    "an acceptance of what is accepted": ("wrong_state", lambda bank: accept(bank.award(loan=1000), bank.leader)),
    "a declined offer": (None, lambda bank: decline(bank.award(loan=1000, accepted=False), bank.leader)),
    "an offer declined by another department": (
        "not_allowed", lambda bank: decline(bank.award(loan=1000, accepted=False), bank.leader_of_others),
    ),
    "an offer declined late": (None, lambda bank: decline(bank.award(loan=1000, accepted=False), bank.coordinator)),
    "an offer declined too early by the coordinator": (
        "wrong_state", lambda bank: decline(bank.award(loan=1000, accepted=False, when=AN_HOUR_AGO), bank.coordinator),
    ),
    "a declined award that is agreed": ("wrong_state", lambda bank: decline(bank.award(loan=1000), bank.leader)),
    "an award given up": (None, lambda bank: cancel(bank.award(loan=1000), bank.leader)),
    "an award given up by the coordinator": ("not_allowed", lambda bank: cancel(bank.award(loan=1000), bank.coordinator)),
    "a paid award given up": ("wrong_state", lambda bank: cancel(a_lent(bank), bank.leader)),
    "an award given up in a meeting": (None, lambda bank: cancel_in_meeting(bank, bank.award(loan=1000))),
    "an award given up after the meeting": ("wrong_state", lambda bank: cancel_in_meeting(bank, bank.award(loan=1000), is_open=False)),
    "a paid award given up in a meeting": ("wrong_state", lambda bank: cancel_in_meeting(bank, a_lent(bank))),
    "an award given up in a meeting by finance": (
        "not_allowed", lambda bank: cancel_in_meeting(bank, bank.award(loan=1000), person=bank.finance),
    ),
    "a claim": (None, lambda bank: claim(bank, a_lent(bank), 2025)),
    "a claim before a payment": ("wrong_state", lambda bank: claim(bank, bank.award(loan=1000), 2025)._replace(url="")),
    "a claim outside the term": ("wrong_state", lambda bank: claim(bank, a_lent(bank), 2031)._replace(url="")),
    "a claim made before": ("already_posted", lambda bank: claim(bank, a_line(bank).claim.award, 2025)._replace(url="")),
    "a repayment": (None, lambda bank: repay(bank, a_line(bank), 100_000)),
    "a repayment above the claim": ("over_outstanding", lambda bank: repay(bank, a_line(bank), 100_001)),
    "a repayment before the claim": ("invalid_date", lambda bank: repay(bank, a_line(bank), 1, value_on=date(2025, 12, 31))),
    "a repayment of nothing": ("invalid_amount", lambda bank: repay(bank, a_line(bank), 0)._replace(url="")),
    "a repayment by an auditor": ("not_allowed", lambda bank: repay(bank, a_line(bank), 1, actor=bank.auditor)),
    "a reversal": (None, lambda bank: reverse(bank, the_funding(bank))),
    "a reversal by a leader": ("not_allowed", lambda bank: reverse(bank, the_funding(bank), bank.leader)),
    "a reversal that is asked for already": ("already_posted", asked_twice),
    "an approved reversal": (None, lambda bank: approve_reversal(bank, the_funding(bank))),
    "a reversal approved by who asked": ("four_eyes", lambda bank: approve_reversal(bank, the_funding(bank), bank.finance)),
    "a reversal of money that is promised": ("over_available", lambda bank: approve_reversal(bank, spent_funding(bank))),
    "a reversal approved before": ("already_posted", lambda bank: settled_reversal(bank, refused=False)),
    "a reversal refused before": ("wrong_state", lambda bank: settled_reversal(bank, refused=True)),
    "a write-off": (None, lambda bank: settle(bank, a_short(bank), "write_off")),
    "a conversion of what has not been lent": ("wrong_state", lambda bank: settle(bank, bank.award(loan=1000), "convert")),
    "a settlement after the meeting": ("wrong_state", lambda bank: settle(bank, a_short(bank), "convert", is_open=False)),
    "an extension by no year": ("invalid_amount", lambda bank: settle(bank, a_short(bank), "extend", years=0)._replace(url="")),
    "an extension without years": ("incomplete", lambda bank: settle(bank, a_short(bank), "extend")._replace(url="")),
    "an extension of 40 years": ("incomplete", lambda bank: settle(bank, a_short(bank), "extend", years=40)),
    "a settlement by finance": ("not_allowed", lambda bank: settle(bank, a_short(bank), "convert", person=bank.finance)),
    "a gain": (None, lambda bank: gain(bank, a_lent(bank), "report", bank.leader)),
    "a gain of a closed award": ("wrong_state", lambda bank: gain(bank, a_closed(bank), "report", bank.leader)._replace(url="")),
    "a gain of a year that is not over": (
        "invalid_date", lambda bank: gain(bank, a_lent(bank), "report", bank.leader, 2026)._replace(url=""),
    ),
    "a gain that is verified": ("wrong_state", lambda bank: gain(bank, gained(bank), "report", bank.leader)),
    "a verification": (None, lambda bank: gain(bank, gained(bank, verified=False), "verify", bank.finance)),
    "a verification by a leader": ("not_allowed", lambda bank: gain(bank, gained(bank, verified=False), "verify", bank.leader)),
    "a verification of what is verified": ("already_posted", lambda bank: gain(bank, gained(bank), "verify", bank.finance)),
    "a correction": (None, lambda bank: gain(bank, gained(bank), "correct", bank.leader)),
    "a correction of what is not verified": ("wrong_state", lambda bank: gain(bank, gained(bank, verified=False), "correct", bank.leader)),
    "a correction of what is claimed": (None, lambda bank: gain(bank, gained(bank, claimed=True), "correct", bank.leader)),
    "a decision on what is decided": ("wrong_state", lambda bank: decide(bank, bank.award(grant=1000))),
}  # fmt: skip


def told(call: Callable[..., Any], wanted: dict[str, Any]) -> Refusal | None:
    """The refusal of the call; whatever the call does is undone."""
    try:
        with attempt():
            call(**wanted)
            raise Undo
    except Undo:
        return None
    except Refusal as refusal:
        return refusal
    finally:
        db.session.expire_all()


class Undo(Exception):
    """Nothing was wrong; nothing is to stay."""


def said(refusal: Refusal | None) -> tuple[Any, ...] | None:
    return refusal and (refusal.code, refusal.sentence, refusal.field, refusal.values)


@pytest.mark.parametrize("case", CASES)
def test_the_check_says_what_the_act_says_and_changes_nothing(bank, client, case):
    code, build = CASES[case]
    asked = build(bank)
    db.session.flush()
    lines = db.session.scalar(select(func.count(HistoryEntry.id)))
    checked = told(asked.check, asked.wanted)
    asked.check(**asked.wanted) if checked is None else None
    assert not db.session.new and not db.session.dirty
    assert db.session.scalar(select(func.count(HistoryEntry.id))) == lines
    acted = told(asked.act, asked.wanted)
    assert said(checked) == said(acted)
    assert (checked and checked.code) == code
    if asked.url and asked.person and code not in (None, "not_allowed"):
        client.sign_in(asked.person)
        page = client.submit(asked.url, asked.typed) if asked.typed else client.get(asked.url)
        if code == "four_eyes":
            assert "Somebody else" in page.words or page.code == code
        else:
            assert (page.code, checked.sentence.partition("%")[0] in page.words) == (code, True)
