"""Let lists and searches show an application that was returned as it was handed in, and not as it is being written anew."""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.search import search_text

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

AT_ONCE = 1_000
SHOWN = ("title", "search_text", "requested_loan_ore", "requested_grant_ore")


def upgrade() -> None:
    connection = op.get_bind()
    applications = sa.table("applications", *map(sa.column, ("id", *SHOWN)))
    versions = sa.table("application_versions", *map(sa.column, ("application_id", "number")), sa.column("content", sa.JSON()))
    newest = versions.alias()
    last = sa.select(sa.func.max(newest.c.number)).where(newest.c.application_id == applications.c.id).correlate(applications)
    query = sa.select(applications.c.id, applications.c.title, versions.c.content, *(applications.c[name] for name in SHOWN[2:]))
    of_newest = sa.and_(versions.c.application_id == applications.c.id, versions.c.number == last.scalar_subquery())
    query = query.select_from(applications.join(versions, of_newest)).order_by(applications.c.id)
    seen = 0
    while part := connection.execute(query.where(applications.c.id > seen).limit(AT_ONCE)).all():
        seen = part[-1].id
        for row in part:
            said = {"title": row.content["title"][:200], "requested_loan_ore": row.content.get("loan_ore") or 0,
                    "requested_grant_ore": row.content.get("grant_ore") or 0}  # fmt: skip
            if said != {name: getattr(row, name) for name in said}:
                said["search_text"] = search_text(said["title"])
                connection.execute(applications.update().where(applications.c.id == row.id).values(said))


def downgrade() -> None:
    """What was written since stands in the application's content still."""
