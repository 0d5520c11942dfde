"""Keep beside the end of each pool's chain what its accounts hold together, by kind, and what has been repaid: no page adds it up.

The sums move with the head, in the same row and the same update, so that a posting writes nothing more; and what guards the head guards
them: at any time but while a transfer goes in no UPDATE of the row passes. They begin at 0. ``ledger.checks`` adds them up again.
The indexes from which they were added up until now are gone: each posting wrote them too.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KINDS = ("funding", "available", "reserved", "loan", "grant", "written_off")
SUMS = (*(f"{kind}_ore" for kind in KINDS), "repaid_ore")

BEGINS_AT_ZERO = " OR ".join(f"NEW.{name} <> 0" for name in SUMS)

HELD = "\n".join(
    f"{kind}_ore = (SELECT coalesce(sum(balance_ore), 0) FROM accounts WHERE pool_id = chain_heads.pool_id AND kind = '{kind}'),"  # noqa: S608
    for kind in KINDS
)
FILL = f"""
    UPDATE chain_heads SET {HELD}
    repaid_ore = (
        SELECT coalesce(sum(CASE transfers.event WHEN 'repayment' THEN transfers.amount_ore ELSE -transfers.amount_ore END), 0)
        FROM transfers LEFT JOIN transfers AS reversed_one ON reversed_one.id = transfers.reverses_id
        WHERE transfers.pool_id = chain_heads.pool_id AND (transfers.event = 'repayment' OR reversed_one.event = 'repayment')
    )
"""  # noqa: S608

MOVE_BALANCES = """
            UPDATE accounts SET balance_ore =
                balance_ore + CASE kind WHEN 'funding' THEN -NEW.amount_ore ELSE NEW.amount_ore END
                WHERE id = NEW.debit_account_id;
            UPDATE accounts SET balance_ore =
                balance_ore - CASE kind WHEN 'funding' THEN -NEW.amount_ore ELSE NEW.amount_ore END
                WHERE id = NEW.credit_account_id;
"""
MOVE_HEAD = """
            UPDATE chain_heads SET number = NEW.number, hash = NEW.hash WHERE pool_id = NEW.pool_id;
"""


def _moved(as_number: Callable[[str], str]) -> str:
    """The head with its sums. ``as_number`` turns a condition into 1 or 0."""
    of_kinds = []
    for kind in KINDS:
        put_in, taken_out = as_number(f"debit.kind = '{kind}'"), as_number(f"credit.kind = '{kind}'")
        more, less = (taken_out, put_in) if kind == "funding" else (put_in, taken_out)  # funding stands on the credit side
        of_kinds.append(f"{kind}_ore = {kind}_ore + NEW.amount_ore * ({more} - {less}),")
    return f"""
            UPDATE chain_heads SET number = NEW.number, hash = NEW.hash,
                {(chr(10) + " " * 16).join(of_kinds)}
                repaid_ore = repaid_ore + CASE
                    WHEN NEW.event = 'repayment' THEN NEW.amount_ore
                    WHEN (SELECT event FROM transfers WHERE id = NEW.reverses_id) = 'repayment' THEN -NEW.amount_ore
                    ELSE 0 END
                FROM accounts AS debit, accounts AS credit
                WHERE chain_heads.pool_id = NEW.pool_id AND debit.id = NEW.debit_account_id AND credit.id = NEW.credit_account_id;
"""  # noqa: S608


def _on_sqlite(move_head: str, begins_at_zero: str) -> dict[str, str]:
    return {
        "transfers_move_balances": f"""
        CREATE TRIGGER transfers_move_balances AFTER INSERT ON transfers
        BEGIN {MOVE_BALANCES} {move_head} END
    """,
        "chain_heads_begin_at_zero": f"""
        CREATE TRIGGER chain_heads_begin_at_zero BEFORE INSERT ON chain_heads
        BEGIN
            SELECT CASE
                WHEN NEW.number IS NOT 0 OR NEW.hash IS NOT '' {begins_at_zero}
                    THEN RAISE(ABORT, 'ledger: a chain begins at 0')
                WHEN EXISTS (SELECT 1 FROM chain_heads WHERE pool_id = NEW.pool_id)
                    THEN RAISE(ABORT, 'ledger: a pool has one chain')
            END;
        END
    """,  # noqa: S608
    }


FOLLOW = """
        CREATE TRIGGER chain_heads_follow_transfers BEFORE UPDATE ON chain_heads
        BEGIN
            SELECT RAISE(ABORT, 'ledger: only a transfer moves the head of a chain')
            WHERE NEW.pool_id IS NOT OLD.pool_id OR NEW.number IS NOT OLD.number + 1 OR NOT EXISTS (
                SELECT 1 FROM transfers
                WHERE pool_id = NEW.pool_id AND number = NEW.number AND hash = NEW.hash AND previous_hash = OLD.hash
            );
        END
    """
"""As it was: it is taken down while the sums of what is there are filled in."""


def _on_postgresql(move_head: str, begins_at_zero: str) -> dict[str, str]:
    return {
        "ledger_move_balances": f"""
        CREATE OR REPLACE FUNCTION ledger_move_balances() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {MOVE_BALANCES} {move_head}
            RETURN NULL;
        END $$
    """,
        "ledger_check_head": f"""
        CREATE OR REPLACE FUNCTION ledger_check_head() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                IF NEW.number <> 0 OR NEW.hash <> '' {begins_at_zero} THEN
                    RAISE EXCEPTION 'ledger: a chain begins at 0' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END IF;
            IF NEW.pool_id <> OLD.pool_id OR NEW.number <> OLD.number + 1 OR NOT EXISTS (
                SELECT 1 FROM transfers
                WHERE pool_id = NEW.pool_id AND number = NEW.number AND hash = NEW.hash AND previous_hash = OLD.hash
            ) THEN
                RAISE EXCEPTION 'ledger: only a transfer moves the head of a chain' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$
    """,  # noqa: S608
    }


PIN_FUNCTION = """
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION {name}() SET search_path = %I, pg_temp', current_schema());
END $$
"""
"""Said again: a function that is replaced forgets it."""


def _replace(move_head: str, begins_at_zero: str) -> None:
    if op.get_context().dialect.name == "sqlite":
        for name, trigger in _on_sqlite(move_head, begins_at_zero).items():
            op.execute(f"DROP TRIGGER {name}")
            op.execute(trigger)
        return
    for name, function in _on_postgresql(move_head, begins_at_zero).items():
        op.execute(function)
        op.execute(PIN_FUNCTION.format(name=name))


def _fill() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TRIGGER chain_heads_follow_transfers")
        op.execute(FILL)
        op.execute(FOLLOW)
    else:
        op.execute("ALTER TABLE chain_heads DISABLE TRIGGER chain_heads_follow_transfers")
        op.execute(FILL)
        op.execute("ALTER TABLE chain_heads ENABLE TRIGGER chain_heads_follow_transfers")


def _number(condition: str) -> str:
    return f"({condition})" if op.get_context().dialect.name == "sqlite" else f"({condition})::int"


def upgrade() -> None:
    for name in SUMS:
        op.add_column("chain_heads", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    _fill()
    _replace(_moved(_number), f"OR {BEGINS_AT_ZERO}")
    op.drop_index("ix_accounts_held", table_name="accounts")
    op.drop_index("ix_transfers_repaid", table_name="transfers")
    op.drop_index("ix_transfers_reversing", table_name="transfers")


def downgrade() -> None:
    held, repaid, reversing = sa.text("balance_ore > 0"), sa.text("event = 'repayment'"), sa.text("reverses_id IS NOT NULL")
    op.create_index("ix_transfers_reversing", "transfers", ["pool_id", "reverses_id"], sqlite_where=reversing, postgresql_where=reversing)
    op.create_index("ix_transfers_repaid", "transfers", ["pool_id", "amount_ore"], sqlite_where=repaid, postgresql_where=repaid)
    op.create_index("ix_accounts_held", "accounts", ["pool_id", "kind", "balance_ore"], sqlite_where=held, postgresql_where=held)
    _replace(MOVE_HEAD, "")
    for name in reversed(SUMS):
        op.drop_column("chain_heads", name)
