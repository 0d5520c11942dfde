"""The ledger's triggers: the database itself keeps the books (domain.md §7).

What they promise, on SQLite and PostgreSQL alike, to whoever writes SQL:

- a transfer is never changed or deleted, and none is added but at its chain's end, between two accounts of its pool;
- no account falls below 0: asked before the row goes in and answered with an abort, because INSERT OR IGNORE and
  INSERT OR REPLACE would step around a constraint that fails inside a trigger;
- a balance and a chain's head move only while the transfer that moves them goes in: the transfer is there, and the head
  still stands before it. At any other time no such transfer exists, so that a plain UPDATE is refused;
- an account begins at 0, keeps what it is, and stays.

What they can't see is a forged hash in an added row, and whoever is allowed to drop them: ``ledger.checks`` finds that.
Balances move after the row is in, so that ON CONFLICT DO NOTHING can't move money without a transfer.

On PostgreSQL a statement must add one transfer at a time. Never alter a table of the ledger in batch mode: on SQLite
that silently drops its triggers.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = {
    "transfers_are_never_changed": """
        CREATE TRIGGER transfers_are_never_changed BEFORE UPDATE ON transfers
        BEGIN
            SELECT RAISE(ABORT, 'ledger: a transfer is never changed');
        END
    """,
    "transfers_are_never_deleted": """
        CREATE TRIGGER transfers_are_never_deleted BEFORE DELETE ON transfers
        BEGIN
            SELECT RAISE(ABORT, 'ledger: a transfer is never deleted');
        END
    """,
    "transfers_are_checked": """
        CREATE TRIGGER transfers_are_checked BEFORE INSERT ON transfers
        BEGIN
            SELECT CASE
                WHEN typeof(NEW.amount_ore) <> 'integer' OR NEW.amount_ore <= 0
                    THEN RAISE(ABORT, 'ledger: an amount is whole and above 0')
                WHEN NOT EXISTS (
                    SELECT 1 FROM chain_heads
                    WHERE pool_id = NEW.pool_id AND number = NEW.number - 1 AND hash = NEW.previous_hash
                ) THEN RAISE(ABORT, 'ledger: a transfer continues the chain of its pool')
                WHEN 2 <> (
                    SELECT count(*) FROM accounts
                    WHERE id IN (NEW.debit_account_id, NEW.credit_account_id) AND pool_id = NEW.pool_id
                ) THEN RAISE(ABORT, 'ledger: a transfer has two accounts of its pool')
                WHEN EXISTS (
                    SELECT 1 FROM accounts
                    WHERE id = CASE WHEN kind = 'funding' THEN NEW.debit_account_id ELSE NEW.credit_account_id END
                    AND id IN (NEW.debit_account_id, NEW.credit_account_id)
                    AND balance_ore < NEW.amount_ore
                ) THEN RAISE(ABORT, 'ledger: overdraft')
                WHEN NEW.reverses_id IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM transfers
                    WHERE id = NEW.reverses_id AND pool_id = NEW.pool_id AND amount_ore = NEW.amount_ore
                    AND debit_account_id = NEW.credit_account_id AND credit_account_id = NEW.debit_account_id
                ) THEN RAISE(ABORT, 'ledger: a reversal mirrors what it reverses')
                WHEN EXISTS (SELECT 1 FROM transfers WHERE id = NEW.id)
                    OR EXISTS (SELECT 1 FROM transfers WHERE idempotency_key = NEW.idempotency_key)
                    OR EXISTS (SELECT 1 FROM transfers WHERE reverses_id = NEW.reverses_id)
                    THEN RAISE(ABORT, 'ledger: a transfer is posted once')
            END;
        END
    """,
    "transfers_move_balances": """
        CREATE TRIGGER transfers_move_balances AFTER INSERT ON transfers
        BEGIN
            UPDATE accounts SET balance_ore =
                balance_ore + CASE kind WHEN 'funding' THEN -NEW.amount_ore ELSE NEW.amount_ore END
                WHERE id = NEW.debit_account_id;
            UPDATE accounts SET balance_ore =
                balance_ore - CASE kind WHEN 'funding' THEN -NEW.amount_ore ELSE NEW.amount_ore END
                WHERE id = NEW.credit_account_id;
            UPDATE chain_heads SET number = NEW.number, hash = NEW.hash WHERE pool_id = NEW.pool_id;
        END
    """,
    "accounts_begin_at_zero": """
        CREATE TRIGGER accounts_begin_at_zero BEFORE INSERT ON accounts
        BEGIN
            SELECT CASE
                WHEN typeof(NEW.balance_ore) <> 'integer' OR NEW.balance_ore <> 0
                    THEN RAISE(ABORT, 'ledger: an account begins at 0')
                WHEN EXISTS (SELECT 1 FROM accounts WHERE id = NEW.id)
                    OR EXISTS (
                        SELECT 1 FROM accounts
                        WHERE pool_id = NEW.pool_id AND kind = NEW.kind AND holder = NEW.holder
                    ) THEN RAISE(ABORT, 'ledger: an account exists once')
            END;
        END
    """,
    "accounts_follow_transfers": """
        CREATE TRIGGER accounts_follow_transfers BEFORE UPDATE ON accounts
        BEGIN
            SELECT CASE
                WHEN NEW.id IS NOT OLD.id OR NEW.pool_id IS NOT OLD.pool_id OR NEW.kind IS NOT OLD.kind
                    OR NEW.holder IS NOT OLD.holder OR NEW.award_id IS NOT OLD.award_id
                    THEN RAISE(ABORT, 'ledger: an account stays what it is')
                WHEN NOT EXISTS (
                    SELECT 1 FROM chain_heads
                    JOIN transfers ON transfers.pool_id = chain_heads.pool_id
                        AND transfers.number = chain_heads.number + 1
                    WHERE chain_heads.pool_id = OLD.pool_id
                    AND OLD.id IN (transfers.debit_account_id, transfers.credit_account_id)
                    AND NEW.balance_ore = OLD.balance_ore + CASE
                        WHEN (OLD.id = transfers.debit_account_id) = (OLD.kind <> 'funding')
                        THEN transfers.amount_ore ELSE -transfers.amount_ore END
                ) THEN RAISE(ABORT, 'ledger: only a transfer moves a balance')
            END;
        END
    """,
    "accounts_stay": """
        CREATE TRIGGER accounts_stay BEFORE DELETE ON accounts
        BEGIN
            SELECT RAISE(ABORT, 'ledger: an account is never deleted');
        END
    """,
    "chain_heads_begin_at_zero": """
        CREATE TRIGGER chain_heads_begin_at_zero BEFORE INSERT ON chain_heads
        BEGIN
            SELECT CASE
                WHEN NEW.number IS NOT 0 OR NEW.hash IS NOT ''
                    THEN RAISE(ABORT, 'ledger: a chain begins at 0')
                WHEN EXISTS (SELECT 1 FROM chain_heads WHERE pool_id = NEW.pool_id)
                    THEN RAISE(ABORT, 'ledger: a pool has one chain')
            END;
        END
    """,
    "chain_heads_follow_transfers": """
        CREATE TRIGGER chain_heads_follow_transfers BEFORE UPDATE ON chain_heads
        BEGIN
            SELECT RAISE(ABORT, 'ledger: only a transfer moves the head of a chain')
            WHERE NEW.pool_id IS NOT OLD.pool_id OR NEW.number IS NOT OLD.number + 1 OR NOT EXISTS (
                SELECT 1 FROM transfers
                WHERE pool_id = NEW.pool_id AND number = NEW.number AND hash = NEW.hash AND previous_hash = OLD.hash
            );
        END
    """,
    "chain_heads_stay": """
        CREATE TRIGGER chain_heads_stay BEFORE DELETE ON chain_heads
        BEGIN
            SELECT RAISE(ABORT, 'ledger: the head of a chain is never deleted');
        END
    """,
}

POSTGRESQL_FUNCTIONS = {
    "ledger_refuse": """
        CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'ledger: no % of %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';
        END $$
    """,
    "ledger_check_transfer": """
        CREATE FUNCTION ledger_check_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            head chain_heads;
        BEGIN
            SELECT * INTO head FROM chain_heads WHERE pool_id = NEW.pool_id FOR UPDATE;
            IF head.number IS DISTINCT FROM NEW.number - 1 OR head.hash IS DISTINCT FROM NEW.previous_hash THEN
                RAISE EXCEPTION 'ledger: a transfer continues the chain of its pool' USING ERRCODE = 'check_violation';
            END IF;
            IF 2 <> (
                SELECT count(*) FROM accounts
                WHERE id IN (NEW.debit_account_id, NEW.credit_account_id) AND pool_id = NEW.pool_id
            ) THEN
                RAISE EXCEPTION 'ledger: a transfer has two accounts of its pool' USING ERRCODE = 'check_violation';
            END IF;
            IF EXISTS (
                SELECT 1 FROM accounts
                WHERE id IN (NEW.debit_account_id, NEW.credit_account_id)
                AND id = CASE WHEN kind = 'funding' THEN NEW.debit_account_id ELSE NEW.credit_account_id END
                AND balance_ore < NEW.amount_ore
            ) THEN
                RAISE EXCEPTION 'ledger: overdraft' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM transfers
                WHERE id = NEW.reverses_id AND pool_id = NEW.pool_id AND amount_ore = NEW.amount_ore
                AND debit_account_id = NEW.credit_account_id AND credit_account_id = NEW.debit_account_id
            ) THEN
                RAISE EXCEPTION 'ledger: a reversal mirrors what it reverses' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$
    """,
    "ledger_move_balances": """
        CREATE FUNCTION ledger_move_balances() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE accounts SET balance_ore =
                balance_ore + CASE kind WHEN 'funding' THEN -NEW.amount_ore ELSE NEW.amount_ore END
                WHERE id = NEW.debit_account_id;
            UPDATE accounts SET balance_ore =
                balance_ore - CASE kind WHEN 'funding' THEN -NEW.amount_ore ELSE NEW.amount_ore END
                WHERE id = NEW.credit_account_id;
            UPDATE chain_heads SET number = NEW.number, hash = NEW.hash WHERE pool_id = NEW.pool_id;
            RETURN NULL;
        END $$
    """,
    "ledger_check_account": """
        CREATE FUNCTION ledger_check_account() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                IF NEW.balance_ore <> 0 THEN
                    RAISE EXCEPTION 'ledger: an account begins at 0' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END IF;
            IF (NEW.id, NEW.pool_id, NEW.kind, NEW.holder, NEW.award_id)
                IS DISTINCT FROM (OLD.id, OLD.pool_id, OLD.kind, OLD.holder, OLD.award_id) THEN
                RAISE EXCEPTION 'ledger: an account stays what it is' USING ERRCODE = 'check_violation';
            END IF;
            IF NOT EXISTS (
                SELECT 1 FROM chain_heads
                JOIN transfers ON transfers.pool_id = chain_heads.pool_id
                    AND transfers.number = chain_heads.number + 1
                WHERE chain_heads.pool_id = OLD.pool_id
                AND OLD.id IN (transfers.debit_account_id, transfers.credit_account_id)
                AND NEW.balance_ore = OLD.balance_ore + CASE
                    WHEN (OLD.id = transfers.debit_account_id) = (OLD.kind <> 'funding')
                    THEN transfers.amount_ore ELSE -transfers.amount_ore END
            ) THEN
                RAISE EXCEPTION 'ledger: only a transfer moves a balance' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$
    """,
    "ledger_check_head": """
        CREATE FUNCTION ledger_check_head() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                IF NEW.number <> 0 OR NEW.hash <> '' THEN
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
    """,
}

POSTGRESQL = {
    "transfers_stay": "BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers EXECUTE FUNCTION ledger_refuse()",
    "transfers_are_checked": "BEFORE INSERT ON transfers FOR EACH ROW EXECUTE FUNCTION ledger_check_transfer()",
    "transfers_move_balances": "AFTER INSERT ON transfers FOR EACH ROW EXECUTE FUNCTION ledger_move_balances()",
    "accounts_follow_transfers": ("BEFORE INSERT OR UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION ledger_check_account()"),
    "accounts_stay": "BEFORE DELETE OR TRUNCATE ON accounts EXECUTE FUNCTION ledger_refuse()",
    "chain_heads_follow_transfers": ("BEFORE INSERT OR UPDATE ON chain_heads FOR EACH ROW EXECUTE FUNCTION ledger_check_head()"),
    "chain_heads_stay": "BEFORE DELETE OR TRUNCATE ON chain_heads EXECUTE FUNCTION ledger_refuse()",
}


def creating(dialect: str) -> list[str]:
    """The statements that set the triggers up."""
    if dialect == "sqlite":
        return list(SQLITE.values())
    return [*POSTGRESQL_FUNCTIONS.values(), *(f"CREATE TRIGGER {name} {what}" for name, what in POSTGRESQL.items())]


def dropping(dialect: str) -> list[str]:
    """The statements that take them down again."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {name}" for name in SQLITE]
    triggers = [f"DROP TRIGGER {name} ON {what.split(' ON ')[1].split()[0]}" for name, what in POSTGRESQL.items()]
    return [*triggers, *(f"DROP FUNCTION {name}()" for name in POSTGRESQL_FUNCTIONS)]


def upgrade() -> None:
    for statement in creating(op.get_context().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in dropping(op.get_context().dialect.name):
        op.execute(statement)
