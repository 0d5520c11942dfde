"""Keep what is typed in an application's steps until it is saved."""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "typed_texts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("application_id", NUMBER, nullable=False),
        sa.Column("topic", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("writer_id", NUMBER, nullable=True),
        sa.Column("typed_at", UtcDateTime(), nullable=True),
        sa.Column("pen", sa.String(length=16), nullable=False),
        sa.Column("turn", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_typed_texts_application_id_applications")),
        sa.ForeignKeyConstraint(["writer_id"], ["users.id"], name=op.f("fk_typed_texts_writer_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typed_texts")),
    )
    op.create_index(op.f("ix_typed_texts_application_id_topic"), "typed_texts", ["application_id", "topic"])
    stands = sa.text("stands")
    op.create_index(
        "uq_typed_texts_standing", "typed_texts", ["application_id", "name"], unique=True, sqlite_where=stands, postgresql_where=stands
    )


def downgrade() -> None:
    op.drop_table("typed_texts")
