"""Let what is due and paid on a claim change by entries that stay: credits, corrections, set-offs, repayments, reversals and refunds.

What was repaid, reversed and given up before becomes such entries; no transfer changes. A gain that was claimed can be corrected. The
ledger learns of refunds: its table of transfers takes one more event. SQLite cannot widen a CHECK in place, so there the table is written
anew by hand: row by row as it was, with every index and trigger, and every hash is held against its row before and after.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

from fundbank.kit.columns import UtcDateTime
from fundbank.ledger.rules import HASHES, account_name
from fundbank.repayments.rules import Line, credits, room_ore

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EVENTS = ("funding", "approval", "disbursement", "release", "repayment", "return", "write_off", "conversion", "funding_return", "reversal")
WITH_REFUNDS = (*EVENTS[:-1], "refund", EVENTS[-1])

# What happened before, in its order; what was given up has the movement by which the forum gave it up.
HAPPENED = (
    """
    INSERT INTO claim_entries (claim_line_id, kind, due_ore, paid_ore, transfer_id, made_by_id, made_at)
    SELECT repayments.claim_line_id, 'repayment', 0, transfers.amount_ore, transfers.id, transfers.actor_id, transfers.recorded_at
    FROM repayments JOIN transfers ON transfers.id = repayments.transfer_id ORDER BY repayments.id
    """,
    """
    INSERT INTO claim_entries (claim_line_id, kind, due_ore, paid_ore, transfer_id, made_by_id, made_at)
    SELECT repayments.claim_line_id, 'reversal', 0, -counters.amount_ore, counters.id, counters.actor_id, counters.recorded_at
    FROM repayments JOIN transfers AS counters ON counters.reverses_id = repayments.transfer_id ORDER BY counters.id
    """,
    """
    INSERT INTO claim_entries (claim_line_id, kind, due_ore, paid_ore, transfer_id, made_by_id, made_at)
    SELECT claim_lines.id, 'credit', -claim_lines.waived_ore, 0, transfers.id, transfers.actor_id, transfers.recorded_at
    FROM claim_lines JOIN claims ON claims.id = claim_lines.claim_id
    JOIN transfers ON transfers.id = (
        SELECT max(given_up.id) FROM transfers AS given_up JOIN accounts ON accounts.id = given_up.debit_account_id
        WHERE accounts.award_id = claims.award_id AND given_up.event IN ('write_off', 'conversion')
    )
    WHERE claim_lines.waived_ore > 0 ORDER BY claim_lines.id
    """,
)
BEFORE = (
    """
    INSERT INTO repayments (claim_line_id, transfer_id)
    SELECT claim_line_id, transfer_id FROM claim_entries WHERE kind = 'repayment' ORDER BY id
    """,
    """
    UPDATE claim_lines SET waived_ore = coalesce((
        SELECT -sum(claim_entries.due_ore) FROM claim_entries WHERE claim_line_id = claim_lines.id AND kind = 'credit'
    ), 0)
    """,
)
SQLITE = {
    "claim_entries_are_never_changed": "BEFORE UPDATE ON claim_entries BEGIN SELECT RAISE(ABORT, 'claims: an entry is never changed'); END",
    "claim_entries_are_never_deleted": "BEFORE DELETE ON claim_entries BEGIN SELECT RAISE(ABORT, 'claims: an entry is never deleted'); END",
    "claim_entries_are_never_replaced": """BEFORE INSERT ON claim_entries WHEN EXISTS (SELECT 1 FROM claim_entries WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'claims: an entry is never replaced'); END""",
}
POSTGRESQL = {
    "claim_entries_stay": "BEFORE UPDATE OR DELETE ON claim_entries FOR EACH ROW EXECUTE FUNCTION claims_refuse()",
    "claim_entries_are_not_emptied": "BEFORE TRUNCATE ON claim_entries EXECUTE FUNCTION claims_refuse()",
}
REFUSE = """
    CREATE FUNCTION claims_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'claims: no % of %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END $$
"""
PIN = """
    DO $$ BEGIN
        EXECUTE format('ALTER FUNCTION claims_refuse() SET search_path = %I, pg_temp', current_schema());
    END $$
"""
REPAID = "WHEN NEW.event = 'repayment' THEN NEW.amount_ore"
REFUNDED = " WHEN NEW.event = 'refund' THEN -NEW.amount_ore"
"""What is added to how the sum of what has been repaid moves (0024)."""

STANDING = """
    SELECT claim_lines.id, claims.year, claim_lines.department_id, claim_lines.due_ore, coalesce(sum(claim_entries.due_ore), 0),
        coalesce(sum(claim_entries.paid_ore), 0)
    FROM claim_lines JOIN claims ON claims.id = claim_lines.claim_id
    LEFT JOIN claim_entries ON claim_entries.claim_line_id = claim_lines.id
    WHERE claims.award_id = :award_id
    GROUP BY claim_lines.id, claims.year, claim_lines.department_id, claim_lines.due_ore, claim_lines.position
    ORDER BY claims.year, claim_lines.position
"""
CREDITED = """
    INSERT INTO claim_entries (claim_line_id, kind, due_ore, paid_ore, transfer_id, made_by_id, made_at)
    SELECT :line_id, 'credit', -:ore, 0, transfers.id, transfers.actor_id, transfers.recorded_at FROM transfers WHERE transfers.id = (
        SELECT max(lowering.id) FROM transfers AS lowering JOIN accounts ON accounts.id = lowering.credit_account_id
        WHERE accounts.award_id = :award_id AND accounts.kind = 'loan'
        AND lowering.event IN ('return', 'write_off', 'conversion', 'reversal')
    )
"""

COUNTS = "ended_at IS NULL AND (corrects_id IS NULL OR verified_at IS NOT NULL)"
CORRECTS = "ended_at IS NULL AND corrects_id IS NOT NULL AND verified_at IS NULL"
KEY = ["award_id", "department_id", "year"]


def upgrade() -> None:
    is_sqlite = op.get_context().dialect.name == "sqlite"
    _make_tables()
    for statement in HAPPENED:
        op.execute(statement)
    _credit_what_is_due_beyond_the_principal()
    op.drop_table("repayments")
    if not is_sqlite:
        op.execute(REFUSE)
        op.execute(PIN)
    for name, what in (SQLITE if is_sqlite else POSTGRESQL).items():
        op.execute(f"CREATE TRIGGER {name} {what}")
    kind = "INTEGER" if is_sqlite else "BIGINT"
    for table, column, other in (
        ("gain_reports", "corrects_id", "gain_reports"),
        ("gain_reports", "returned_by_id", "users"),
        ("letters", "claim_entry_id", "claim_entries"),
    ):
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT fk_{table}_{column}_{other} REFERENCES {other} (id)")
    op.add_column("gain_reports", sa.Column("return_reason", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_letters_claim_entry_id", "letters", ["claim_entry_id"], unique=False)
    op.drop_index("uq_gain_reports_current", table_name="gain_reports")
    for name, where in (("uq_gain_reports_current", COUNTS), ("uq_gain_reports_correction", CORRECTS)):
        op.create_index(name, "gain_reports", KEY, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    amounts, narrower = "due_ore >= 0 AND shortfall_ore >= 0", " AND waived_ore >= 0 AND waived_ore <= due_ore"
    if is_sqlite:
        waived = re.compile(r",\s*waived_ore BIGINT[^,)]*")
        _write_anew("claim_lines", lambda table: waived.sub("", table.replace(narrower, "")), without="waived_ore")
        _with_every_hash(lambda: _write_anew("transfers", _learn_refunds))
    else:
        op.drop_column("claim_lines", "waived_ore")  # and with it the CHECK that names it
        op.create_check_constraint(op.f("ck_claim_lines_amounts"), "claim_lines", amounts)
        _allow(WITH_REFUNDS)
        _rewrite(_learn_refunds)


def downgrade() -> None:
    is_sqlite = op.get_context().dialect.name == "sqlite"
    amounts = "due_ore >= 0 AND shortfall_ore >= 0 AND waived_ore >= 0 AND waived_ore <= due_ore"
    op.add_column("claim_lines", sa.Column("waived_ore", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "repayments",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("claim_line_id", NUMBER, nullable=False),
        sa.Column("transfer_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["claim_line_id"], ["claim_lines.id"], name=op.f("fk_repayments_claim_line_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_repayments_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repayments")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_repayments_transfer_id")),
    )
    op.create_index(op.f("ix_repayments_claim_line_id"), "repayments", ["claim_line_id"], unique=False)
    for statement in BEFORE:
        op.execute(statement)
    op.drop_index("ix_letters_claim_entry_id", table_name="letters")
    if is_sqlite:
        _write_anew("letters", lambda table: _without(table, "claim_entry_id"), without="claim_entry_id")
        _write_anew("claim_lines", lambda table: table.replace("due_ore >= 0 AND shortfall_ore >= 0", amounts))
        _with_every_hash(lambda: _write_anew("transfers", _forget_refunds))
    else:
        op.drop_column("letters", "claim_entry_id")
        op.drop_constraint("ck_claim_lines_amounts", "claim_lines", type_="check")
        op.create_check_constraint(op.f("ck_claim_lines_amounts"), "claim_lines", amounts)
        _allow(EVENTS)
        _rewrite(_forget_refunds)
    op.drop_table("refunds")
    op.drop_table("claim_entries")
    if not is_sqlite:
        op.execute("DROP FUNCTION claims_refuse()")
    for name in ("uq_gain_reports_current", "uq_gain_reports_correction"):
        op.drop_index(name, table_name="gain_reports")
    op.execute("DELETE FROM gain_reports WHERE ended_at IS NULL AND corrects_id IS NOT NULL AND verified_at IS NULL")
    for column in ("corrects_id", "returned_by_id"):
        if is_sqlite:
            _write_anew("gain_reports", partial(_without, column=column), without=column)
        else:
            op.drop_column("gain_reports", column)
    op.drop_column("gain_reports", "return_reason")
    where = sa.text("ended_at IS NULL")
    op.create_index("uq_gain_reports_current", "gain_reports", KEY, unique=True, sqlite_where=where, postgresql_where=where)


def _make_tables() -> None:
    op.create_table(
        "claim_entries",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("claim_line_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("due_ore", sa.BigInteger(), nullable=False),
        sa.Column("paid_ore", sa.BigInteger(), nullable=False),
        sa.Column("transfer_id", NUMBER, nullable=True),
        sa.Column("other_line_id", NUMBER, nullable=True),
        sa.Column("gain_report_id", NUMBER, nullable=True),
        sa.Column("gain_ore", sa.BigInteger(), nullable=True),
        sa.Column("share_due_ore", sa.BigInteger(), nullable=True),
        sa.Column("shortfall_ore", sa.BigInteger(), nullable=True),
        sa.Column("corrected_ore", sa.BigInteger(), nullable=True),
        sa.Column("cap_ore", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("made_by_id", NUMBER, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('credit', 'correction', 'repayment', 'reversal', 'set_off', 'refund')", name=op.f("ck_claim_entries_kind")
        ),
        sa.CheckConstraint(
            "CASE kind WHEN 'credit' THEN due_ore < 0 AND paid_ore = 0 WHEN 'correction' THEN paid_ore = 0"
            " WHEN 'repayment' THEN due_ore = 0 AND paid_ore > 0 WHEN 'set_off' THEN due_ore = 0 AND paid_ore <> 0"
            " ELSE due_ore = 0 AND paid_ore < 0 END",
            name=op.f("ck_claim_entries_amounts"),
        ),
        sa.CheckConstraint("(transfer_id IS NULL) = (kind IN ('correction', 'set_off'))", name=op.f("ck_claim_entries_moved_or_caused_by")),
        sa.CheckConstraint("(other_line_id IS NOT NULL) = (kind = 'set_off')", name=op.f("ck_claim_entries_set_off_has_two_lines")),
        sa.CheckConstraint(
            "(kind = 'correction') = (gain_report_id IS NOT NULL AND gain_ore IS NOT NULL AND share_due_ore IS NOT NULL"
            " AND shortfall_ore IS NOT NULL AND corrected_ore IS NOT NULL AND cap_ore IS NOT NULL)",
            name=op.f("ck_claim_entries_correction_is_worked_out"),
        ),
        sa.CheckConstraint("due_on IS NULL OR kind = 'correction'", name=op.f("ck_claim_entries_only_a_correction_has_a_day")),
        sa.ForeignKeyConstraint(["claim_line_id"], ["claim_lines.id"], name=op.f("fk_claim_entries_claim_line_id_claim_lines")),
        sa.ForeignKeyConstraint(["other_line_id"], ["claim_lines.id"], name=op.f("fk_claim_entries_other_line_id_claim_lines")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_claim_entries_transfer_id_transfers")),
        sa.ForeignKeyConstraint(["gain_report_id"], ["gain_reports.id"], name=op.f("fk_claim_entries_gain_report_id_gain_reports")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_claim_entries_made_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_entries")),
    )
    op.create_index(op.f("ix_claim_entries_claim_line_id"), "claim_entries", ["claim_line_id"], unique=False)
    repaid = sa.text("kind = 'repayment'")
    op.create_index("ix_claim_entries_repayment", "claim_entries", ["transfer_id"], sqlite_where=repaid, postgresql_where=repaid)
    op.create_table(
        "refunds",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("claim_line_id", NUMBER, nullable=False),
        sa.Column("pool_id", NUMBER, nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("registered_by_id", NUMBER, nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.Column("settled_by_id", NUMBER, nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("transfer_id", NUMBER, nullable=True),
        sa.CheckConstraint("amount_ore > 0", name=op.f("ck_refunds_amount_above_zero")),
        sa.CheckConstraint("state IN ('registered', 'approved', 'refused')", name=op.f("ck_refunds_state")),
        sa.CheckConstraint("(state = 'approved') = (transfer_id IS NOT NULL)", name=op.f("ck_refunds_approved_has_transfer")),
        sa.CheckConstraint("(state = 'registered') = (settled_by_id IS NULL)", name=op.f("ck_refunds_settled_has_person")),
        sa.CheckConstraint("settled_by_id <> registered_by_id OR state = 'refused'", name=op.f("ck_refunds_four_eyes")),
        sa.ForeignKeyConstraint(["claim_line_id"], ["claim_lines.id"], name=op.f("fk_refunds_claim_line_id_claim_lines")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_refunds_pool_id_pools")),
        sa.ForeignKeyConstraint(["registered_by_id"], ["users.id"], name=op.f("fk_refunds_registered_by_id_users")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["users.id"], name=op.f("fk_refunds_settled_by_id_users")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_refunds_transfer_id_transfers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
    )
    for column in ("claim_line_id", "pool_id"):
        op.create_index(op.f(f"ix_refunds_{column}"), "refunds", [column], unique=False)
    waiting = sa.text("state = 'registered'")
    op.create_index("ix_refunds_waiting", "refunds", ["pool_id", "id"], sqlite_where=waiting, postgresql_where=waiting)


def _credit_what_is_due_beyond_the_principal() -> None:
    """Claims did not become smaller when the principal fell: now they do, by the last movement that lowered it."""
    connection = op.get_bind()
    for award_id, outstanding_ore in connection.execute(sa.text("SELECT award_id, balance_ore FROM accounts WHERE kind = 'loan'")).all():
        rows = connection.execute(sa.text(STANDING), {"award_id": award_id}).all()
        lines = [Line(line_id, year, unit_id, due_ore + int(more), int(paid)) for line_id, year, unit_id, due_ore, more, paid in rows]
        for credit in credits(lines, room_ore(outstanding_ore, lines)):
            connection.execute(sa.text(CREDITED), {"award_id": award_id, "line_id": credit.line_id, "ore": credit.ore})


def _listed(events: tuple[str, ...]) -> str:
    return ", ".join(repr(event) for event in events)


def _learn_refunds(words: str) -> str:
    """The words of the table or of what moves the sums with it: a refund is possible, and is repaid no more."""
    return words.replace(_listed(EVENTS), _listed(WITH_REFUNDS)).replace(REPAID, REPAID + REFUNDED)


def _forget_refunds(words: str) -> str:
    return words.replace(_listed(WITH_REFUNDS), _listed(EVENTS)).replace(REFUNDED, "")


def _rewrite(changed: Callable[[str], str]) -> None:
    """Change the function of PostgreSQL that moves the sums. That it finds its tables in its own schema stands in its words."""
    connection = op.get_bind()
    words = connection.execute(sa.text("SELECT pg_get_functiondef('ledger_move_balances'::regproc)")).scalar_one()
    if changed(words) == words:
        raise RuntimeError(f"the function is not as the versions before made it: {words}")
    connection.exec_driver_sql(changed(words))


def _allow(events: tuple[str, ...]) -> None:
    op.drop_constraint("ck_transfers_event", "transfers", type_="check")
    op.create_check_constraint(op.f("ck_transfers_event"), "transfers", f"event IN ({_listed(events)})")


def _without(table: str, column: str) -> str:
    """The words that make a table, without those that added this column to it."""
    start = table.index(f", {column} INTEGER CONSTRAINT")
    return table[:start] + table[table.index(" (id)", start) + len(" (id)") :]


def _write_anew(name: str, changed: Callable[[str], str], *, without: str | None = None) -> None:
    """Write a table of SQLite anew with other words, its rows, indexes and triggers as they were.

    What guards it changes its words with it, unless only a column goes. It goes and comes back under its own name, so that nothing that
    points to it is rewritten; what points to a row of it finds the row again before anybody asks.
    """
    connection = op.get_bind()
    made, *_ = connection.execute(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"), {"name": name}).scalars()
    asked = "SELECT sql FROM sqlite_master WHERE tbl_name = :name AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    beside = connection.execute(sa.text(asked), {"name": name}).scalars().all()
    words = changed(made)
    if words == made:
        raise RuntimeError(f"the table {name} is not as the versions before made it: {made}")
    columns = [row.name for row in connection.execute(sa.text(f"PRAGMA table_info({name})")) if row.name != without]
    kept = ", ".join(f'"{column}"' for column in columns)
    for statement in (
        "PRAGMA defer_foreign_keys = ON",
        f"CREATE TEMPORARY TABLE rows_kept AS SELECT {kept} FROM {name} ORDER BY id",  # noqa: S608  (names of this file's own)
        f"DROP TABLE {name}",
        words,
        f"INSERT INTO {name} ({kept}) SELECT {kept} FROM rows_kept ORDER BY id",  # noqa: S608
        "DROP TABLE rows_kept",
        *(changed(words) if without is None else words for words in beside),
    ):
        connection.exec_driver_sql(statement)


def _with_every_hash(write: Callable[[], None]) -> None:
    """Raise unless each transfer's hash fits it after ``write`` as it did before."""
    connection = op.get_bind()
    before = _fitting(connection)
    write()
    if _fitting(connection) != before:
        raise RuntimeError("the ledger did not come back as it was: nothing has been changed")


def _fitting(connection: Connection) -> list[tuple[Any, ...]]:
    """Each transfer by its id and hash, with whether the hash fits what it says."""
    rows = connection.execute(
        sa.text(
            "SELECT transfers.*, debits.kind AS debit_kind, debits.holder AS debit_holder, credits.kind AS credit_kind,"
            " credits.holder AS credit_holder, reversed.number AS reversed_number FROM transfers"
            " JOIN accounts AS debits ON debits.id = transfers.debit_account_id"
            " JOIN accounts AS credits ON credits.id = transfers.credit_account_id"
            " LEFT JOIN transfers AS reversed ON reversed.id = transfers.reverses_id ORDER BY transfers.id"
        )
    )
    return [(row.id, row.hash, row.previous_hash, row.idempotency_key, _hash(row) == row.hash) for row in rows]


def _hash(row: Any) -> str | None:
    hashed = HASHES.get(row.hash_version)
    return None if hashed is None else hashed(
        row.previous_hash, pool_id=row.pool_id, number=row.number, event=row.event, debit=account_name(row.debit_kind, row.debit_holder),
        credit=account_name(row.credit_kind, row.credit_holder), amount_ore=row.amount_ore, value_date=row.value_date,
        recorded_at=row.recorded_at, actor_id=row.actor_id, approver_id=row.approver_id, text=row.text, reverses=row.reversed_number,
        key=row.idempotency_key,
    )  # fmt: skip
