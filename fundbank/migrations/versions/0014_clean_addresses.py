"""Write e-mail addresses from before text was cleaned as they are looked for at sign-in.

Where two people have what is then one address both keep theirs; the upgrade says who of them cannot sign in (fundbank upgrade).
"""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.text import one_line

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    users = sa.table("users", sa.column("id"), sa.column("email"))
    rows = connection.execute(sa.select(users.c.id, users.c.email).where(users.c.email.is_not(None)).order_by(users.c.id)).all()
    taken = {email for _number, email in rows}
    for number, email in rows:
        clean = one_line(email).lower()
        if clean not in taken:
            connection.execute(users.update().where(users.c.id == number).values(email=clean))
            taken.add(clean)


def downgrade() -> None:
    """An address stays as it is: it was the same before, in other signs."""
