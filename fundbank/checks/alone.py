"""What no other record tells: there the seals stand alone, and an end of their chain that was noted elsewhere. Each with why.

A table or a column that is added stands here or is compared (the tests see to it).
"""

from collections.abc import Mapping

ALONE: Mapping[str, str] = {
    "agenda_items": "what was decided of an item names its meeting, and is held against it; the rest of an agenda decides nothing",
    "candidate_pairs": "what a proposal keeps: it decides nothing",
    "attendances": "who was there is said in the minutes; a decision keeps who left the matter to the others",
    "file_scans": "what a scanner said, which can be asked again",
    "follow_ups": "what is to be looked at again: no money, decision or right follows from it",
    "lent_again": "the ledger's check works it out again",
    "letter_wordings": "the letters that they stood in have hashes of their own",
    "letters": "each has a hash of its own",
    "meeting_proposals": "what was proposed: it decides nothing",
    "municipalities": "a name",
    "other_items": "an item that is no application decides nothing; who recorded last what came of one is compared all the same",
    "pool_rhythms": "what meetings are proposed by: it decides nothing",
    "per_mille": "the ledger's check works it out again",
    "scoring_pauses": "a day of rest, which follows a meeting",
    "sign_in_links": "a secret that is known by its hash alone",
}
"""Tables."""

NAME = "a name, or what follows from it"
COUNTED = "counts changes, so that nobody overwrites another's"
BLIND = "scores are blind: no other record may tell them"
TEXT = "a text beside what was decided or moved"
MINUTES = "said in the minutes"

ALONE_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "advice": {"results": TEXT, "comments": TEXT},
    "advice_requests": {"content": TEXT},
    "applications": {"number": NAME, "search_text": NAME, "changed_at": "when it was last edited", "revision": COUNTED},
    "awards": {"report": TEXT, "revision": COUNTED, "given_up_recused_ids": MINUTES},
    "calls": {"introduction": TEXT, "questions": TEXT, "revision": COUNTED},
    "case_revisions": {
        "content": "takes effect as a version, which tells it then",
        "recused_ids": MINUTES,
        "ended_at": TEXT,
        "is_replaced": TEXT,
    },
    "comments": {"text": TEXT},
    "decisions": {"recused_ids": MINUTES},
    "pending_decisions": {"recused_ids": MINUTES},
    "departments": {"name_key": NAME, "sort_key": NAME, "revision": COUNTED},
    "disbursements": {"text": TEXT, "reason": TEXT},
    "files": {"name": NAME, "kind": "follows from the name and from what the file holds", "purpose": TEXT, "words": TEXT},
    "gain_reports": {"planned_keys": "which rows of the business case it measures: money follows none of them"},
    "ideas": {"title": TEXT, "text": TEXT, "changed_at": "when it was last changed", "revision": COUNTED},
    "needs": {
        "texts": TEXT,
        "development_ore": "what a department expects: no money follows from it",
        "operation_ore": "what a department expects: no money follows from it",
    },
    "interest_turns": {"reason": TEXT},
    "interests": {"reason": TEXT},
    "meetings": {"place": TEXT, "revision": COUNTED},
    "policy_versions": {"origins": "where a value comes from, not what it is"},
    "pools": {"name": NAME, "name_key": NAME, "sort_key": NAME},
    "movements": {"refusal": TEXT},
    "refunds": {"reference": "the voucher, which the transfer's text has", "refusal": TEXT},
    "reversals": {"refusal": TEXT},
    "scores": {"levels": BLIND, "reasons": BLIND, "scale_size": BLIND, "comment": BLIND, "ended_at": BLIND},
    "screenings": {"checks": TEXT},
    "settlements": {"recused_ids": MINUTES},
    "users": {
        "sort_key": NAME,
        "search_text": NAME,
        "revision": COUNTED,
        "language": "in which language somebody reads",
        "password_hash": "a secret that is known by its hash alone",
        "password_was_open": "of that secret",
        "session_generation": "ends sessions",
    },
}
"""Columns."""

LEDGER = "the ledger's transfer tells it"
HIDDEN = "of a secret"
AGENDA = "of an agenda, which decides nothing"
ALONE_EVENTS: Mapping[str, str] = {
    "created": "of accounts and units from before the history told of people there is no such line",
    "edited": TEXT,
    "idea_changed": TEXT,
    "need_changed": TEXT,
    "idea_withdrawn": "it may have been taken up again",
    "idea_taken_up": "it may have been withdrawn again",
    "need_rated": "a later line may have said otherwise",
    "call_changed": "a later line may have said otherwise",
    "call_reopened": "a later line may have said otherwise",
    "call_closed": "it may have been opened again",
    "call_withdrawn": "it may have been opened again",
    "file_infected": "what the scanner said tells it",
    "letter_worded": TEXT,
    "no_cpr_number": TEXT,
    "renamed": NAME,
    "demo_filled": TEXT,
    "invitation_made": HIDDEN,
    "reset_made": HIDDEN,
    "password_set": HIDDEN,
    "password_voided": HIDDEN,
    "funded": LEDGER,
    "per_mille_split": LEDGER,
    "funding_returned": LEDGER,
    "paid_on_its_day": LEDGER,
    "payment_held_up": TEXT,
    "released": LEDGER,
    "returned_unspent": LEDGER,
    "credited": LEDGER,
    "refunded": LEDGER,
    "reversed": LEDGER,
    "put_on_agenda": AGENDA,
    "taken_off_agenda": AGENDA,
    "agenda_ordered": AGENDA,
    "attendance_changed": AGENDA,
    "postponed": AGENDA,
    "pair_set": AGENDA,
    "pair_taken_away": AGENDA,
    "proposal_put": AGENDA,
    "rhythm_set": "a later line may have said otherwise",
    "item_added": AGENDA,
    "follow_up_made": AGENDA,
    "follow_up_done": AGENDA,
    "follow_up_changed": AGENDA,
    "follow_up_reopened": AGENDA,
    "item_changed": AGENDA,
    "item_taken_off": AGENDA,
    "item_recorded": "recorded anew until the meeting is closed",
    "revision_moved": AGENDA,
    "item_approved": "said anew until each of the meeting's matters has its word",
    "item_not_approved": "said anew until each of the meeting's matters has its word",
    "recommendations_decided": "follows from the words",
    "sent_back": "the meeting's own line tells it",
    "score_set_aside": BLIND,
    "revision_replaced": "the revision that took its place tells it",
    "revision_granted": "the forum's word in the meeting tells it",
    "revision_refused": "the forum's word in the meeting tells it",
    "claim_corrected": "the entries of the claim tell it, and the report that they follow",
    "changed": "a later line may have said otherwise",
    "moved": "a later line may have said otherwise",
    "role_taken": "a later line may have said otherwise",
    "signed": "a later signature may have taken its place",
    "reactivated": "a later line may have said otherwise",
    "realising": "the next line of the award follows from it",
    "signature_lapsed": "the next line of the application follows from it",
    "sent_to_signature": "a later change may have taken it back",
    "sending_lapsed": TEXT,
    "recalled_from_signature": "a later line may have said otherwise",
}
"""Lines of the history of which nothing else may know that they are gone: by their event."""
