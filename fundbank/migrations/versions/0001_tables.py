"""Every table of the first version."""

# ruff: noqa: E501  (as Alembic writes it)

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answered_requests",
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_answered_requests")),
    )
    op.create_index(op.f("ix_answered_requests_at"), "answered_requests", ["at"], unique=False)
    op.create_table(
        "municipalities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipalities")),
        sa.UniqueConstraint("name", name=op.f("uq_municipalities_name")),
    )
    op.create_table(
        "departments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipalities.id"], name=op.f("fk_departments_municipality_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["departments.id"], name=op.f("fk_departments_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
        sa.UniqueConstraint("municipality_id", "parent_id", "name", name=op.f("uq_departments_municipality_id_parent_id_name")),
    )
    op.create_index(op.f("ix_departments_municipality_id"), "departments", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_departments_path"), "departments", ["path"], unique=False)
    op.create_table(
        "pools",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("policy_version_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipalities.id"], name=op.f("fk_pools_municipality_id")),
        sa.ForeignKeyConstraint(["policy_version_id"], ["policy_versions.id"], name=op.f("fk_pools_policy_version_id"), use_alter=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pools")),
        sa.UniqueConstraint("municipality_id", "name", name=op.f("uq_pools_municipality_id_name")),
    )
    op.create_index(op.f("ix_pools_municipality_id"), "pools", ["municipality_id"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=True),
        sa.Column("balance_ore", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(award_id IS NULL) = (kind IN ('funding', 'available'))", name=op.f("ck_accounts_award_if_of_an_award")),
        sa.CheckConstraint("(holder = '') = (kind = 'available')", name=op.f("ck_accounts_holder_unless_available")),
        sa.CheckConstraint("kind IN ('funding', 'available', 'reserved', 'loan', 'grant', 'written_off')", name=op.f("ck_accounts_kind")),
        sa.CheckConstraint("balance_ore >= 0", name=op.f("ck_accounts_no_overdraft")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_accounts_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("pool_id", "kind", "holder", name=op.f("uq_accounts_pool_id_kind_holder")),
    )
    op.create_index(op.f("ix_accounts_award_id"), "accounts", ["award_id"], unique=False)
    op.create_table(
        "chain_heads",
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_chain_heads_pool_id")),
        sa.PrimaryKeyConstraint("pool_id", name=op.f("pk_chain_heads")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("session_generation", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_users_department_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipalities.id"], name=op.f("fk_users_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_index(op.f("ix_users_department_id"), "users", ["department_id"], unique=False)
    op.create_index(op.f("ix_users_municipality_id"), "users", ["municipality_id"], unique=False)
    op.create_table(
        "applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("requested_loan_ore", sa.BigInteger(), nullable=False),
        sa.Column("requested_grant_ore", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.DateTime(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'signed' OR signed_by_id IS NOT NULL", name=op.f("ck_applications_signed_has_signer")),
        sa.CheckConstraint(
            "state IN ('draft', 'signed', 'submitted', 'ready', 'returned', 'deferred', 'awarded', 'rejected', 'withdrawn')",
            name=op.f("ck_applications_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'ready', 'deferred', 'awarded', 'rejected') OR submitted_at IS NOT NULL",
            name=op.f("ck_applications_submitted_has_date"),
        ),
        sa.CheckConstraint("(signed_by_id IS NULL) = (signed_at IS NULL)", name=op.f("ck_applications_signer_has_date")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_applications_created_by_id")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_applications_department_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_applications_pool_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["users.id"], name=op.f("fk_applications_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("pool_id", "number", name=op.f("uq_applications_pool_id_number")),
    )
    op.create_index(op.f("ix_applications_department_id"), "applications", ["department_id"], unique=False)
    op.create_index(op.f("ix_applications_pool_id_state_id"), "applications", ["pool_id", "state", "id"], unique=False)
    op.create_table(
        "history_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("pool_id", sa.Integer(), nullable=True),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_history_entries_actor_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_history_entries_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_entries")),
    )
    op.create_index(op.f("ix_history_entries_pool_id_id"), "history_entries", ["pool_id", "id"], unique=False)
    op.create_index(
        op.f("ix_history_entries_subject_type_subject_id_id"), "history_entries", ["subject_type", "subject_id", "id"], unique=False
    )
    op.create_table(
        "meetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("is_ordinary", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("minutes_signed_by_id", sa.Integer(), nullable=True),
        sa.Column("minutes_signed_at", sa.DateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'open', 'closed')", name=op.f("ck_meetings_state")),
        sa.CheckConstraint("(minutes_signed_by_id IS NULL) = (minutes_signed_at IS NULL)", name=op.f("ck_meetings_signature_has_date")),
        sa.ForeignKeyConstraint(["minutes_signed_by_id"], ["users.id"], name=op.f("fk_meetings_minutes_signed_by_id")),
        sa.ForeignKeyConstraint(["planned_by_id"], ["users.id"], name=op.f("fk_meetings_planned_by_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_meetings_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_index(op.f("ix_meetings_pool_id_held_on"), "meetings", ["pool_id", "held_on"], unique=False)
    op.create_table(
        "policy_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("preset", sa.String(length=40), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_policy_versions_made_by_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_policy_versions_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint("pool_id", "number", name=op.f("uq_policy_versions_pool_id_number")),
    )
    op.create_table(
        "pool_roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "role IN ('applicant', 'leader', 'adviser', 'member', 'chair', 'coordinator', 'finance', 'auditor', 'administrator')",
            name=op.f("ck_pool_roles_role"),
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_pool_roles_pool_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_pool_roles_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_roles")),
        sa.UniqueConstraint("pool_id", "user_id", "role", name=op.f("uq_pool_roles_pool_id_user_id_role")),
    )
    op.create_index(op.f("ix_pool_roles_user_id"), "pool_roles", ["user_id"], unique=False)
    op.create_table(
        "sign_in_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("purpose IN ('invitation', 'reset')", name=op.f("ck_sign_in_links_purpose")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_sign_in_links_made_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_in_links_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_links_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_links_user_id"), "sign_in_links", ["user_id"], unique=False)
    op.create_table(
        "transfers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("debit_account_id", sa.Integer(), nullable=False),
        sa.Column("credit_account_id", sa.Integer(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("value_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("approver_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(event = 'reversal') = (reverses_id IS NOT NULL)", name=op.f("ck_transfers_reversal_names_what_it_reverses")),
        sa.CheckConstraint(
            "event IN ('funding', 'approval', 'disbursement', 'release', 'repayment', 'return', 'write_off', 'conversion', 'funding_return', 'reversal')",
            name=op.f("ck_transfers_event"),
        ),
        sa.CheckConstraint("amount_ore > 0", name=op.f("ck_transfers_amount_above_zero")),
        sa.CheckConstraint("debit_account_id <> credit_account_id", name=op.f("ck_transfers_two_accounts")),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_transfers_actor_id")),
        sa.ForeignKeyConstraint(["approver_id"], ["users.id"], name=op.f("fk_transfers_approver_id")),
        sa.ForeignKeyConstraint(["credit_account_id"], ["accounts.id"], name=op.f("fk_transfers_credit_account_id")),
        sa.ForeignKeyConstraint(["debit_account_id"], ["accounts.id"], name=op.f("fk_transfers_debit_account_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_transfers_pool_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["transfers.id"], name=op.f("fk_transfers_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_transfers_idempotency_key")),
        sa.UniqueConstraint("pool_id", "number", name=op.f("uq_transfers_pool_id_number")),
    )
    op.create_index(op.f("ix_transfers_credit_account_id_id"), "transfers", ["credit_account_id", "id"], unique=False)
    op.create_index(op.f("ix_transfers_debit_account_id_id"), "transfers", ["debit_account_id", "id"], unique=False)
    op.create_index(
        "uq_transfers_reverses_id",
        "transfers",
        ["reverses_id"],
        unique=True,
        sqlite_where=sa.text("reverses_id IS NOT NULL"),
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    op.create_table(
        "agenda_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_agenda_items_application_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_agenda_items_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_items")),
        sa.UniqueConstraint("meeting_id", "application_id", name=op.f("uq_agenda_items_meeting_id_application_id")),
    )
    op.create_index(op.f("ix_agenda_items_application_id"), "agenda_items", ["application_id"], unique=False)
    op.create_table(
        "application_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=10), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("occasion = 'submission' OR reason <> ''", name=op.f("ck_application_versions_revision_has_reason")),
        sa.CheckConstraint("occasion IN ('submission', 'revision')", name=op.f("ck_application_versions_occasion")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_application_versions_application_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_application_versions_made_by_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_application_versions_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_versions")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_application_versions_application_id_number")),
    )
    op.create_table(
        "attendances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_attendances_meeting_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_attendances_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
        sa.UniqueConstraint("meeting_id", "user_id", name=op.f("uq_attendances_meeting_id_user_id")),
    )
    op.create_table(
        "awards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("loan_ore", sa.BigInteger(), nullable=False),
        sa.Column("grant_ore", sa.BigInteger(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=True),
        sa.Column("share", sa.String(length=20), nullable=True),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("first_year", sa.Integer(), nullable=True),
        sa.Column("shortfall", sa.String(length=20), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("policy_version_id", sa.Integer(), nullable=False),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_awards_closed_has_date")),
        sa.CheckConstraint("basis IN ('realised', 'planned')", name=op.f("ck_awards_basis")),
        sa.CheckConstraint("shortfall IN ('forum_decides', 'department_pays')", name=op.f("ck_awards_shortfall")),
        sa.CheckConstraint("state = 'offered' OR accepted_by_id IS NOT NULL", name=op.f("ck_awards_agreed_has_acceptance")),
        sa.CheckConstraint("state IN ('offered', 'agreed', 'active', 'realising', 'closed')", name=op.f("ck_awards_state")),
        sa.CheckConstraint(
            "(loan_ore > 0) = (basis IS NOT NULL AND share IS NOT NULL AND years IS NOT NULL AND first_year IS NOT NULL AND shortfall IS NOT NULL)",
            name=op.f("ck_awards_loan_has_terms"),
        ),
        sa.CheckConstraint("loan_ore >= 0 AND grant_ore >= 0 AND loan_ore + grant_ore > 0", name=op.f("ck_awards_amount")),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["users.id"], name=op.f("fk_awards_accepted_by_id")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_awards_application_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_awards_decided_by_id")),
        sa.ForeignKeyConstraint(["policy_version_id"], ["policy_versions.id"], name=op.f("fk_awards_policy_version_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_awards_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awards")),
        sa.UniqueConstraint("application_id", name=op.f("uq_awards_application_id")),
    )
    op.create_index(op.f("ix_awards_pool_id_state_id"), "awards", ["pool_id", "state", "id"], unique=False)
    op.create_table(
        "consensus",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=20), nullable=False),
        sa.Column("scale_size", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_consensus_application_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_consensus_meeting_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["users.id"], name=op.f("fk_consensus_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consensus")),
    )
    op.create_index(op.f("ix_consensus_application_id"), "consensus", ["application_id"], unique=False)
    op.create_table(
        "interests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_interests_application_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_interests_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interests")),
        sa.UniqueConstraint("application_id", "user_id", name=op.f("uq_interests_application_id_user_id")),
    )
    op.create_table(
        "reversals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("reversing_transfer_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'approved') = (reversing_transfer_id IS NOT NULL)", name=op.f("ck_reversals_approved_has_transfer")),
        sa.CheckConstraint("(state = 'registered') = (settled_by_id IS NULL)", name=op.f("ck_reversals_settled_has_person")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_reversals_reason")),
        sa.CheckConstraint("settled_by_id <> registered_by_id OR state = 'refused'", name=op.f("ck_reversals_four_eyes")),
        sa.CheckConstraint("state IN ('registered', 'approved', 'refused')", name=op.f("ck_reversals_state")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_reversals_pool_id")),
        sa.ForeignKeyConstraint(["registered_by_id"], ["users.id"], name=op.f("fk_reversals_registered_by_id")),
        sa.ForeignKeyConstraint(["reversing_transfer_id"], ["transfers.id"], name=op.f("fk_reversals_reversing_transfer_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["users.id"], name=op.f("fk_reversals_settled_by_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_reversals_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reversals")),
    )
    op.create_index(op.f("ix_reversals_pool_id"), "reversals", ["pool_id"], unique=False)
    op.create_index(op.f("ix_reversals_transfer_id"), "reversals", ["transfer_id"], unique=False)
    op.create_table(
        "scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("scale_size", sa.Integer(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_scores_application_id")),
        sa.ForeignKeyConstraint(["member_id"], ["users.id"], name=op.f("fk_scores_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scores")),
    )
    op.create_index(op.f("ix_scores_application_id"), "scores", ["application_id"], unique=False)
    op.create_index(
        "uq_scores_current",
        "scores",
        ["application_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "scoring_pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_scoring_pauses_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_pauses")),
        sa.UniqueConstraint("application_id", "day", name=op.f("uq_scoring_pauses_application_id_day")),
    )
    op.create_table(
        "screenings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("screened_by_id", sa.Integer(), nullable=False),
        sa.Column("screened_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("result IN ('eligible', 'returned')", name=op.f("ck_screenings_result")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_screenings_application_id")),
        sa.ForeignKeyConstraint(["screened_by_id"], ["users.id"], name=op.f("fk_screenings_screened_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screenings")),
    )
    op.create_index(op.f("ix_screenings_application_id"), "screenings", ["application_id"], unique=False)
    op.create_table(
        "claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("cap_ore", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_claims_award_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_claims_made_by_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_claims_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("award_id", "year", name=op.f("uq_claims_award_id_year")),
    )
    op.create_index(op.f("ix_claims_pool_id"), "claims", ["pool_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("policy_version_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recused_ids", sa.JSON(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("(outcome = 'approve') = (award_id IS NOT NULL)", name=op.f("ck_decisions_approval_has_award")),
        sa.CheckConstraint("outcome IN ('approve', 'reject', 'defer', 'return')", name=op.f("ck_decisions_outcome")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_decisions_application_id")),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_decisions_award_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_decisions_decided_by_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_decisions_meeting_id")),
        sa.ForeignKeyConstraint(["policy_version_id"], ["policy_versions.id"], name=op.f("fk_decisions_policy_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("award_id", name=op.f("uq_decisions_award_id")),
        sa.UniqueConstraint("meeting_id", "application_id", name=op.f("uq_decisions_meeting_id_application_id")),
    )
    op.create_index(op.f("ix_decisions_application_id"), "decisions", ["application_id"], unique=False)
    op.create_table(
        "disbursements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=5), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("pay_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("transfer_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'approved') = (transfer_id IS NOT NULL)", name=op.f("ck_disbursements_approved_has_transfer")),
        sa.CheckConstraint("(state = 'registered') = (settled_by_id IS NULL)", name=op.f("ck_disbursements_settled_has_person")),
        sa.CheckConstraint("part IN ('loan', 'grant')", name=op.f("ck_disbursements_part")),
        sa.CheckConstraint("settled_by_id <> registered_by_id OR state = 'refused'", name=op.f("ck_disbursements_four_eyes")),
        sa.CheckConstraint("state IN ('registered', 'approved', 'refused')", name=op.f("ck_disbursements_state")),
        sa.CheckConstraint("amount_ore > 0", name=op.f("ck_disbursements_amount_above_zero")),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_disbursements_award_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_disbursements_pool_id")),
        sa.ForeignKeyConstraint(["registered_by_id"], ["users.id"], name=op.f("fk_disbursements_registered_by_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["users.id"], name=op.f("fk_disbursements_settled_by_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_disbursements_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disbursements")),
    )
    op.create_index(op.f("ix_disbursements_award_id"), "disbursements", ["award_id"], unique=False)
    op.create_index(op.f("ix_disbursements_pool_id"), "disbursements", ["pool_id"], unique=False)
    op.create_table(
        "gain_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("cashable", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=False),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("verified_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("(verified_by_id IS NULL) = (verified_at IS NULL)", name=op.f("ck_gain_reports_verifier_has_date")),
        sa.CheckConstraint("verified_by_id <> reported_by_id", name=op.f("ck_gain_reports_four_eyes")),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_gain_reports_award_id")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_gain_reports_department_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_gain_reports_pool_id")),
        sa.ForeignKeyConstraint(["reported_by_id"], ["users.id"], name=op.f("fk_gain_reports_reported_by_id")),
        sa.ForeignKeyConstraint(["verified_by_id"], ["users.id"], name=op.f("fk_gain_reports_verified_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gain_reports")),
    )
    op.create_index(op.f("ix_gain_reports_award_id"), "gain_reports", ["award_id"], unique=False)
    op.create_index(op.f("ix_gain_reports_pool_id"), "gain_reports", ["pool_id"], unique=False)
    op.create_index(
        "uq_gain_reports_current",
        "gain_reports",
        ["award_id", "department_id", "year"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "participants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_participants_award_id")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_participants_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
        sa.UniqueConstraint("award_id", "department_id", name=op.f("uq_participants_award_id_department_id")),
    )
    op.create_table(
        "settlements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("(action = 'extend') = (years IS NOT NULL)", name=op.f("ck_settlements_extension_has_years")),
        sa.CheckConstraint("action IN ('extend', 'write_off', 'convert')", name=op.f("ck_settlements_action")),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_settlements_award_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_settlements_decided_by_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_settlements_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
    )
    op.create_index(op.f("ix_settlements_award_id"), "settlements", ["award_id"], unique=False)
    op.create_table(
        "claim_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("gain_ore", sa.BigInteger(), nullable=False),
        sa.Column("share_due_ore", sa.BigInteger(), nullable=False),
        sa.Column("shortfall_ore", sa.BigInteger(), nullable=False),
        sa.Column("due_ore", sa.BigInteger(), nullable=False),
        sa.Column("waived_ore", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "due_ore >= 0 AND shortfall_ore >= 0 AND waived_ore >= 0 AND waived_ore <= due_ore", name=op.f("ck_claim_lines_amounts")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_lines_claim_id")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_claim_lines_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_lines")),
        sa.UniqueConstraint("claim_id", "department_id", name=op.f("uq_claim_lines_claim_id_department_id")),
    )
    op.create_index(op.f("ix_claim_lines_department_id"), "claim_lines", ["department_id"], unique=False)
    op.create_table(
        "repayments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_line_id", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["claim_line_id"], ["claim_lines.id"], name=op.f("fk_repayments_claim_line_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_repayments_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repayments")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_repayments_transfer_id")),
    )
    op.create_index(op.f("ix_repayments_claim_line_id"), "repayments", ["claim_line_id"], unique=False)

    if op.get_context().dialect.name == "postgresql":  # elsewhere it stands in the table: see use_alter
        op.create_foreign_key("fk_pools_policy_version_id", "pools", "policy_versions", ["policy_version_id"], ["id"])


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint("fk_pools_policy_version_id", "pools", type_="foreignkey")
    op.drop_index(op.f("ix_repayments_claim_line_id"), table_name="repayments")
    op.drop_table("repayments")
    op.drop_index(op.f("ix_claim_lines_department_id"), table_name="claim_lines")
    op.drop_table("claim_lines")
    op.drop_index(op.f("ix_settlements_award_id"), table_name="settlements")
    op.drop_table("settlements")
    op.drop_table("participants")
    op.drop_index(
        "uq_gain_reports_current",
        table_name="gain_reports",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_gain_reports_pool_id"), table_name="gain_reports")
    op.drop_index(op.f("ix_gain_reports_award_id"), table_name="gain_reports")
    op.drop_table("gain_reports")
    op.drop_index(op.f("ix_disbursements_pool_id"), table_name="disbursements")
    op.drop_index(op.f("ix_disbursements_award_id"), table_name="disbursements")
    op.drop_table("disbursements")
    op.drop_index(op.f("ix_decisions_application_id"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_index(op.f("ix_claims_pool_id"), table_name="claims")
    op.drop_table("claims")
    op.drop_index(op.f("ix_screenings_application_id"), table_name="screenings")
    op.drop_table("screenings")
    op.drop_table("scoring_pauses")
    op.drop_index(
        "uq_scores_current", table_name="scores", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_index(op.f("ix_scores_application_id"), table_name="scores")
    op.drop_table("scores")
    op.drop_index(op.f("ix_reversals_transfer_id"), table_name="reversals")
    op.drop_index(op.f("ix_reversals_pool_id"), table_name="reversals")
    op.drop_table("reversals")
    op.drop_table("interests")
    op.drop_index(op.f("ix_consensus_application_id"), table_name="consensus")
    op.drop_table("consensus")
    op.drop_index(op.f("ix_awards_pool_id_state_id"), table_name="awards")
    op.drop_table("awards")
    op.drop_table("attendances")
    op.drop_table("application_versions")
    op.drop_index(op.f("ix_agenda_items_application_id"), table_name="agenda_items")
    op.drop_table("agenda_items")
    op.drop_index(
        "uq_transfers_reverses_id",
        table_name="transfers",
        sqlite_where=sa.text("reverses_id IS NOT NULL"),
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_transfers_debit_account_id_id"), table_name="transfers")
    op.drop_index(op.f("ix_transfers_credit_account_id_id"), table_name="transfers")
    op.drop_table("transfers")
    op.drop_index(op.f("ix_sign_in_links_user_id"), table_name="sign_in_links")
    op.drop_table("sign_in_links")
    op.drop_index(op.f("ix_pool_roles_user_id"), table_name="pool_roles")
    op.drop_table("pool_roles")
    op.drop_table("policy_versions")
    op.drop_index(op.f("ix_meetings_pool_id_held_on"), table_name="meetings")
    op.drop_table("meetings")
    op.drop_index(op.f("ix_history_entries_subject_type_subject_id_id"), table_name="history_entries")
    op.drop_index(op.f("ix_history_entries_pool_id_id"), table_name="history_entries")
    op.drop_table("history_entries")
    op.drop_index(op.f("ix_applications_pool_id_state_id"), table_name="applications")
    op.drop_index(op.f("ix_applications_department_id"), table_name="applications")
    op.drop_table("applications")
    op.drop_index(op.f("ix_users_municipality_id"), table_name="users")
    op.drop_index(op.f("ix_users_department_id"), table_name="users")
    op.drop_table("users")
    op.drop_table("chain_heads")
    op.drop_index(op.f("ix_accounts_award_id"), table_name="accounts")
    op.drop_table("accounts")
    op.drop_index(op.f("ix_pools_municipality_id"), table_name="pools")
    op.drop_table("pools")
    op.drop_index(op.f("ix_departments_path"), table_name="departments")
    op.drop_index(op.f("ix_departments_municipality_id"), table_name="departments")
    op.drop_table("departments")
    op.drop_table("municipalities")
    op.drop_index(op.f("ix_answered_requests_at"), table_name="answered_requests")
    op.drop_table("answered_requests")
