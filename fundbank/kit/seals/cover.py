"""What is sealed: every table of the program but these."""

from collections.abc import Iterator, Mapping

from sqlalchemy import MetaData, Table

UNSEALED: Mapping[str, str] = {
    "transfers": "the ledger's own chain",
    "accounts": "recomputed from the transfers",
    "chain_heads": "recomputed from the transfers",
    "line_balances": "recomputed from the claims' lines and entries",
    "seals": "the chain itself",
    "seal_heads": "the chain's end, held against it",
    "answered_requests": "forms' one-time keys, dropped after a while",
    "access_lines": "a log beside the units of work, without money, decision or right",
    "jobs": "what is to be done later, dropped when it is done",
    "mails": "what is being sent, dropped after a year; what it tells stands in the history",
    "file_pieces": "the hash of what they make together",
    "score_drafts": "half-done sheets: nobody has scored by one, and nobody but its member sees it",
    "typed_texts": "half typed: no part of an application until its step is saved",
    "mail_choices": "how somebody wants to be told",
    "calendar_addresses": "an address that shows its owner's own tasks",
}
"""Tables that no seal covers, each with why."""

UNSEALED_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "letters": {"pdf": "the letter's own hash"},
    "sign_in_links": {"used_at": "a restore ends every link, before the database is brought to this version"},
}
"""Columns that no seal covers, each with why."""

FACTS = frozenset(
    {
        "access_lines", "advice", "advice_requests",
        "application_versions", "claim_entries", "claim_lines", "claims", "comments", "consensus", "decisions",
        "file_contents", "file_pieces", "file_removals", "file_scans", "files", "gainers", "history_entries", "interest_turns",
        "interests", "lent_again", "let_in", "letter_wordings", "letters", "meeting_proposals", "no_needs", "participants", "per_mille",
        "policy_versions", "question_answers", "questions", "screenings", "seals", "settlements", "transfers", "version_annexes",
    }
)  # fmt: skip
"""Tables whose rows are never changed nor deleted: triggers refuse it. The access log's lines may stand for more of them."""

CHANGES: Mapping[str, str] = {
    "acceptances": "who accepted, once somebody does",
    "agenda_items": "their order, until the meeting",
    "applications": "what they say and how far they are",
    "approvals": "until all that their meeting recommends has its word",
    "attendances": "until the meeting is over",
    "awards": "how far they are",
    "calls": "what they say, their deadline, and whether they are open",
    "candidate_pairs": "are taken away",
    "case_revisions": "what the forum says to them",
    "confirmations": "what the second person answers",
    "consulted": "go when no revised business case waits any more",
    "departments": "their names and places",
    "disbursements": "what the second person answers",
    "first_days": "what finance answers",
    "follow_ups": "who sees to them and by when, and what came of them",
    "ideas": "what they say, and what came of them",
    "gain_reports": "who verified them, and what took their place",
    "meetings": "their day, and how far they are",
    "movements": "what the second person answers",
    "municipalities": "their names",
    "needs": "what they answer, how important they are, and when they are sent",
    "other_items": "what they say, and what came of them",
    "pending_decisions": "are taken back or refused, or become known",
    "pool_rhythms": "the rule that the forum's meetings were last planned by",
    "pool_roles": "are taken away",
    "pools": "the rules in force",
    "refunds": "what the second person answers",
    "reversals": "what the second person answers",
    "scores": "when a newer one takes their place",
    "scoring_pauses": "a day of rest: nothing is read from it afterwards",
    "sign_in_links": "are used once, and dropped",
    "users": "their particulars",
}
"""Tables whose rows may change, and what does. Each change has its line in the chain."""


def sealed_tables(metadata: MetaData) -> Iterator[Table]:
    """The tables that are covered, in the order of their names."""
    return (table for name, table in sorted(metadata.tables.items()) if name not in UNSEALED)


def columns_of(table: Table) -> list[str]:
    """The columns that a row's digest is made of, in the order of their names."""
    left = UNSEALED_COLUMNS.get(table.name, {})
    return sorted(set(table.columns.keys()) - set(left))


def key_of(table: Table) -> list[str]:
    """The columns that name a row."""
    return [column.name for column in table.primary_key.columns]
