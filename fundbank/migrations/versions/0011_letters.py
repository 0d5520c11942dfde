"""Keep letters as they were sent. Triggers let none be changed, deleted or replaced.

On PostgreSQL they work row by row, so that they hold for a table that lies on other machines too; TRUNCATE has one of its own. Letters of
what happened before are written by ``fundbank upgrade`` after this.
"""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SQLITE = {
    "letters_are_never_changed": "BEFORE UPDATE ON letters BEGIN SELECT RAISE(ABORT, 'letters: a letter is never changed'); END",
    "letters_are_never_deleted": "BEFORE DELETE ON letters BEGIN SELECT RAISE(ABORT, 'letters: a letter is never deleted'); END",
    "letters_are_never_replaced": """BEFORE INSERT ON letters WHEN EXISTS (SELECT 1 FROM letters WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'letters: a letter is never replaced'); END""",
}
POSTGRESQL = {
    "letters_stay": "BEFORE UPDATE OR DELETE ON letters FOR EACH ROW EXECUTE FUNCTION letters_refuse()",
    "letters_are_not_emptied": "BEFORE TRUNCATE ON letters EXECUTE FUNCTION letters_refuse()",
}
REFUSE = """
    CREATE FUNCTION letters_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        RAISE EXCEPTION 'letters: no % of %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("claim_line_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(decision_id IS NULL) <> (claim_line_id IS NULL)", name=op.f("ck_letters_tells_of_one_thing")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_letters_pool_id_pools")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_letters_decision_id_decisions")),
        sa.ForeignKeyConstraint(["claim_line_id"], ["claim_lines.id"], name=op.f("fk_letters_claim_line_id_claim_lines")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_letters_department_id_departments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    for column in ("decision_id", "claim_line_id", "pool_id"):
        op.create_index(op.f(f"ix_letters_{column}_id"), "letters", [column, "id"], unique=False)
    is_sqlite = op.get_context().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(REFUSE)
    for name, what in (SQLITE if is_sqlite else POSTGRESQL).items():
        op.execute(f"CREATE TRIGGER {name} {what}")


def downgrade() -> None:
    op.drop_table("letters")
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION letters_refuse()")
