"""Keep beside each promise how much of it was money that had been promised before, for what is there too. Such a note stays as it is."""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SUMS = ("available_ore", "fresh_ore", "again_ore", "change_ore")

SQLITE = {
    "lent_again_is_never_changed": "BEFORE UPDATE ON lent_again BEGIN SELECT RAISE(ABORT, 'ledger: no UPDATE of lent_again'); END",
    "lent_again_is_never_deleted": "BEFORE DELETE ON lent_again BEGIN SELECT RAISE(ABORT, 'ledger: no DELETE of lent_again'); END",
    "lent_again_is_never_replaced": """BEFORE INSERT ON lent_again
        WHEN EXISTS (SELECT 1 FROM lent_again WHERE transfer_id = NEW.transfer_id OR (pool_id = NEW.pool_id AND number = NEW.number))
        BEGIN SELECT RAISE(ABORT, 'ledger: a note of lent_again is never replaced'); END""",
}
POSTGRESQL = {
    "lent_again_stays": "BEFORE UPDATE OR DELETE ON lent_again FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
    "lent_again_is_not_emptied": "BEFORE TRUNCATE ON lent_again EXECUTE FUNCTION ledger_refuse()",
}

MOVED = """
    SELECT transfers.id, transfers.pool_id, transfers.number, debit.kind, credit.kind, coalesce(debit.award_id, credit.award_id),
        transfers.amount_ore
    FROM transfers JOIN accounts AS debit ON debit.id = debit_account_id JOIN accounts AS credit ON credit.id = credit_account_id
    WHERE 'available' IN (debit.kind, credit.kind)
    ORDER BY transfers.pool_id, transfers.number
"""


def upgrade() -> None:
    op.create_table(
        "lent_again",
        sa.Column("transfer_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("pool_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("award_id", NUMBER, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in SUMS),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_lent_again_pool_id_pools")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_lent_again_transfer_id_transfers")),
        sa.PrimaryKeyConstraint("transfer_id", name=op.f("pk_lent_again")),
        sa.UniqueConstraint("pool_id", "number", name=op.f("uq_lent_again_pool_id_number")),
    )
    op.create_index(op.f("ix_lent_again_award_id_change_ore"), "lent_again", ["award_id", "change_ore"], unique=False)
    _fill()
    for name, what in (SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL).items():
        op.execute(f"CREATE TRIGGER {name} {what}")


def _fill() -> None:
    """The rule as it was when this was written: fundbank/ledger/rules.py."""
    table = sa.table("lent_again", *(sa.column(name) for name in ("transfer_id", "pool_id", "number", "award_id", *SUMS)))
    of_award: dict[int, int] = defaultdict(int)
    notes, now_in = [], 0
    available = fresh = again = 0
    for transfer_id, pool_id, number, debit, credit, award_id, ore in op.get_bind().execute(sa.text(MOVED)).all():
        if pool_id != now_in:
            now_in, available, fresh, again = pool_id, 0, 0, 0
        available += ore if debit == "available" else -ore
        change = 0
        if (debit, credit) == ("reserved", "available"):
            change = ore - min(ore, fresh)
            fresh -= ore - change
        elif (debit, credit) == ("available", "reserved"):
            change = -min(ore, of_award[award_id])
            fresh += ore + change
        elif debit == "available":
            fresh += ore if credit == "funding" else 0
        else:
            fresh = min(max(fresh - (ore if debit == "funding" else 0), 0), available)
        if "reserved" in (debit, credit):
            again += change
            of_award[award_id] += change
            found = (transfer_id, pool_id, number, award_id, available, fresh, again, change)
            notes.append(dict(zip(table.c.keys(), found, strict=True)))
    if notes:
        op.bulk_insert(table, notes)


def downgrade() -> None:
    op.drop_table("lent_again")
