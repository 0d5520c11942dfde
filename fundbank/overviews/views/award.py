"""An award on one page: terms, money, gains, claims, history, and what happens next."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.applications.permissions import can_see_application, can_write_application
from fundbank.awards import queries
from fundbank.awards.models import Award
from fundbank.awards.operations import held_up
from fundbank.awards.permissions import (
    can_approve_disbursement,
    can_cancel_award,
    can_close_award,
    can_decline_award,
    can_decline_late,
    can_follow_up,
    can_pay_disbursement,
    can_register_disbursement,
    can_see_award,
    waits_for_answer,
    without_owner,
)
from fundbank.awards.queries.follow_ups import follow_ups_of
from fundbank.awards.rules import may_be_declined_late
from fundbank.awards.states import FOLLOWED_UP, IN_THE_ROOM, OVER, PAID_OUT, State
from fundbank.gains.permissions import can_report_gain, can_verify_gain
from fundbank.gains.queries import current_reports, returned_reports, waiting_corrections
from fundbank.gains.views import shown_evidence
from fundbank.history.queries import newest_entries
from fundbank.kit.clock import local_date
from fundbank.kit.web import asked_number, ensure, found, me, moment, requires
from fundbank.ledger.chart import Event
from fundbank.ledger.permissions import can_move_money, can_see_ledger
from fundbank.ledger.queries import AwardBalances, Moved, award_balances, moved_of
from fundbank.meetings.permissions import can_chair, can_see_meetings
from fundbank.meetings.queries.calendar import open_meeting
from fundbank.meetings.queries.decisions import decision_of, settlements_of
from fundbank.overviews.chronicle import told
from fundbank.overviews.chronicle.follow_ups import notes_of
from fundbank.overviews.queries.steps import award_step, gains_of
from fundbank.overviews.views import blueprint
from fundbank.people.queries import departments
from fundbank.repayments.queries import claims_of, lines_now
from fundbank.repayments.queries.facts import facts_of_award
from fundbank.reports.models import Letter
from fundbank.reports.queries import letters_to_others

LINES = 20  # of the history, on one page


@blueprint.route("/awards/<int:award_id>")
@requires("the forum, advisers, finance, auditors, and the departments that the award concerns")
def award(award_id: int) -> ResponseReturnValue:
    award = found(queries.award(award_id, municipality_id=me().municipality_id))
    person, today = me(), local_date(moment())
    ensure(can_see_award(person, award))
    pool = award.application.pool
    held, moved = award_balances(award.id), moved_of([award.id])
    facts = facts_of_award(award, today)
    claims = claims_of(award)
    disbursements = queries.disbursements_of(award)
    reports = current_reports(award)
    gains, corrections, returned = gains_of(award, reports, facts), waiting_corrections(award), returned_reports(award)
    follow_ups = follow_ups_of(award)
    may_follow_up = award.state in FOLLOWED_UP and can_follow_up(person, award)
    is_open = award.state in PAID_OUT
    is_finance = can_move_money(person, pool)
    decides = (award.state == State.AGREED or held.loan_ore > 0) and can_chair(person, pool)
    meeting = open_meeting(pool.id, today) if decides else None
    before = asked_number("before")
    lines, are_older = newest_entries("awards", award.id, before=before, size=LINES)
    return render_template(
        "overviews/award.html", award=award, pool=pool, today=today, held=held, parts=money_parts(award, held, moved),
        step=award_step(award, facts, person), known=facts, claims=claims,
        stands=lines_now([line for claim in claims for line in claim.lines]),
        disbursements=disbursements, follow_ups=follow_ups, notes=notes_of(award), is_followed=award.state in FOLLOWED_UP,
        may_follow_up=may_follow_up, lost={one.id for one in without_owner(follow_ups)} if may_follow_up else (),
        gains=gains, units={unit.id: unit for unit in departments(municipality_id=pool.municipality_id)},
        settlements=settlements_of(award), letters=_letters_to_others(award),
        corrections={(row.year, row.department_id): row for row in corrections},
        returned={(row.year, row.department_id): row for row in returned},
        evidence=shown_evidence([*reports, *corrections, *returned]),
        lines=told(lines, person, [pool]), before=before, older=lines[-1].id if are_older else None,
        sees_application=can_see_application(person, award.application), sees_meetings=can_see_meetings(person, pool),
        sees_ledger=can_see_ledger(person, pool),
        may_accept=award.state == State.OFFERED and waits_for_answer(person, award),
        may_decline=award.state == State.OFFERED and (
            can_decline_award(person, award) or (may_be_declined_late(award.accept_by, today) and can_decline_late(person, award))
        ),
        may_cancel=award.state == State.AGREED and can_cancel_award(person, award),
        may_cancel_in=meeting if award.state == State.AGREED else None,
        may_settle_in=meeting if facts.can_be_settled else None,
        may_revise=award.state not in OVER | IN_THE_ROOM and can_write_application(person, award.application),
        may_register=facts.left_to_register_ore > 0 and not award.awaits_closing and can_register_disbursement(person, award),
        may_release=is_open and held.reserved_ore > 0 and can_register_disbursement(person, award),
        may_return=is_open and held.loan_ore + held.grant_ore > 0 and is_finance,
        may_claim=is_finance and facts.room_ore > 0 and not award.awaits_closing and bool(facts.claimable_years),
        may_close=facts.can_be_closed and can_close_award(person, award),
        may_report={
            unit.id for unit in [part.department for part in award.participants] or [award.application.department]
            if is_open and can_report_gain(person, award, unit)
        },
        may_verify=is_open and can_verify_gain(person, award), is_finance=is_finance,
        may_approve={row.id for row in disbursements if can_approve_disbursement(person, row)},
        may_pay={row.id for row in disbursements if can_pay_disbursement(person, row)},
        held_up=held_up(disbursements, at=moment(), in_the_room=can_see_meetings(person, pool)),
    )  # fmt: skip


def _letters_to_others(award: Award) -> list[Letter]:
    """The letters about the award to departments that gain by it, beside the one that applied."""
    decision = decision_of(award)
    return letters_to_others([decision.id])[decision.id] if decision is not None else []


def money_parts(award: Award, held: AwardBalances, moved: Moved) -> list[tuple[str, str, int]]:
    """The parts that an award's whole sum has gone to, in øre, with the bar's names for them: they add up to what was approved."""
    unused = moved[award.id, Event.RELEASE, None] + moved[award.id, Event.RETURN, "loan"] + moved[award.id, Event.RETURN, "grant"]  # type: ignore[index]
    return [
        ("reserved", "reserved", held.reserved_ore),
        ("loans", "loans", held.loan_ore),
        ("repaid", "repaid", moved[award.id, Event.REPAYMENT, None] - moved[award.id, Event.REFUND, None]),
        ("grants", "grants", held.grant_ore),
        ("unused", "unused", unused),
        ("written_off", "written_off", held.written_off_ore),
    ]
