"""Keep what used to be inferred: the rules that an application was decided under, and the claim that was made from a gain.

Both columns are added in place: no table is made anew, so that none loses a trigger.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


FILLING = (
    """
    UPDATE applications SET policy_version_id = (
        SELECT decisions.policy_version_id FROM decisions
        WHERE decisions.application_id = applications.id AND decisions.outcome IN ('approve', 'reject')
        ORDER BY decisions.id DESC LIMIT 1
    ) WHERE state IN ('awarded', 'rejected')
    """,
    # A gain that a claim had used could not be corrected, so the one that counts is the one that was used.
    """
    UPDATE gain_reports SET claim_id = (
        SELECT claims.id FROM claims
        JOIN claim_lines ON claim_lines.claim_id = claims.id
        JOIN awards ON awards.id = claims.award_id
        WHERE claims.award_id = gain_reports.award_id AND claims.year = gain_reports.year
        AND claim_lines.department_id = gain_reports.department_id AND awards.basis = 'realised'
    ) WHERE verified_at IS NOT NULL AND ended_at IS NULL
    """,
)


def upgrade() -> None:
    # In words, since alembic writes no REFERENCES into a column that it adds on SQLite.
    op.execute(
        "ALTER TABLE applications ADD COLUMN policy_version_id INTEGER"
        " CONSTRAINT fk_applications_policy_version_id_policy_versions REFERENCES policy_versions (id)"
    )
    op.execute("ALTER TABLE gain_reports ADD COLUMN claim_id INTEGER CONSTRAINT fk_gain_reports_claim_id_claims REFERENCES claims (id)")
    op.create_index(op.f("ix_gain_reports_claim_id"), "gain_reports", ["claim_id"], unique=False)
    for statement in FILLING:
        op.execute(statement)


def downgrade() -> None:
    op.drop_index(op.f("ix_gain_reports_claim_id"), table_name="gain_reports")
    op.drop_column("gain_reports", "claim_id")
    op.drop_column("applications", "policy_version_id")
