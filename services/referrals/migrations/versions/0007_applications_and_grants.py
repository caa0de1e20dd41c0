"""Applications, grants, objections, and what is arranged at once."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ONLY_GROW = ("decisions", "grant_events")


def upgrade() -> None:  # noqa: PLR0915  one table after another
    op.create_table(
        "temporary_provisions",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("voorziening", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column(
            "urgency",
            sa.Enum("normal", "soon", "crisis", name="urgency", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "running",
                "followed_up",
                "ended",
                name="temporaryprovisionstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("facts_seen", sa.LargeBinary(), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("reservation_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("stelsel", sa.String(), nullable=False),
        sa.Column("stelsel_version", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_party", sa.String(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ending_code", sa.String(), nullable=True),
        sa.Column("ending_text", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'ended') = (ended_on IS NOT NULL AND ending_code IS NOT NULL)",
            name=op.f("ck_temporary_provisions_ended_when"),
        ),
        sa.CheckConstraint(
            "contact_id IS NOT NULL OR household_id IS NOT NULL",
            name=op.f("ck_temporary_provisions_contact_or_household"),
        ),
        sa.CheckConstraint(
            "plan_id IS NULL OR household_id IS NOT NULL",
            name=op.f("ck_temporary_provisions_plan_has_household"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_temporary_provisions")),
    )
    op.create_index(
        op.f("ix_temporary_provisions_decided_by"),
        "temporary_provisions",
        ["decided_by"],
        unique=False,
    )
    op.create_index(
        op.f("ix_temporary_provisions_decided_party"),
        "temporary_provisions",
        ["decided_party"],
        unique=False,
    )
    op.create_index(
        op.f("ix_temporary_provisions_household_id"),
        "temporary_provisions",
        ["household_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_temporary_provisions_plan_id"), "temporary_provisions", ["plan_id"], unique=False
    )
    op.create_index(
        op.f("ix_temporary_provisions_subject_id"),
        "temporary_provisions",
        ["subject_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_temporary_provisions_team_id"), "temporary_provisions", ["team_id"], unique=False
    )
    op.create_table(
        "applications",
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("support_item_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("voorziening", sa.String(), nullable=False),
        sa.Column(
            "form",
            sa.Enum("zin", "pgb", name="grantform", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "received",
                "suspended",
                "granted",
                "rejected",
                "withdrawn",
                name="applicationstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("applicant_party", sa.String(), nullable=True),
        sa.Column("grantor_party", sa.String(), nullable=False),
        sa.Column("stelsel", sa.String(), nullable=False),
        sa.Column("stelsel_version", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("suspended_since", sa.Date(), nullable=True),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("suspended_days", sa.Integer(), nullable=False),
        sa.Column("extended_days", sa.Integer(), nullable=False),
        sa.Column("extended_until", sa.Date(), nullable=True),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("overdue_told_on", sa.Date(), nullable=True),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("advice", sa.LargeBinary(), nullable=True),
        sa.Column("projection", sa.LargeBinary(), nullable=True),
        sa.Column("suspended_for", sa.LargeBinary(), nullable=True),
        sa.Column("extended_for", sa.LargeBinary(), nullable=True),
        sa.Column("withdrawn_for", sa.LargeBinary(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'suspended') = (suspended_until IS NOT NULL)",
            name=op.f("ck_applications_suspended_until_when"),
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_applications_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
    )
    op.create_index(
        "ix_applications_grantor_party_due_on_id",
        "applications",
        ["grantor_party", "due_on", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_applications_household_id"), "applications", ["household_id"], unique=False
    )
    op.create_index(op.f("ix_applications_plan_id"), "applications", ["plan_id"], unique=False)
    op.create_index(
        op.f("ix_applications_referral_id"), "applications", ["referral_id"], unique=False
    )
    op.create_index(
        "uq_applications_open_question",
        "applications",
        ["household_id", "person_id", "voorziening", "support_item_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("status IN ('received', 'suspended')"),
    )
    op.create_index(
        "uq_applications_open_referral",
        "applications",
        ["referral_id"],
        unique=True,
        postgresql_where=sa.text("referral_id IS NOT NULL AND status IN ('received', 'suspended')"),
    )
    op.create_table(
        "owed_steps",
        sa.Column("provision_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provision_id"],
            ["temporary_provisions.id"],
            name=op.f("fk_owed_steps_provision_id_temporary_provisions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owed_steps")),
    )
    op.create_index(op.f("ix_owed_steps_subject_id"), "owed_steps", ["subject_id"], unique=False)
    op.create_index(
        "uq_owed_steps_provision_code", "owed_steps", ["provision_id", "code"], unique=True
    )
    op.create_table(
        "decisions",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("reasons", sa.LargeBinary(), nullable=False),
        sa.Column("what_now", sa.LargeBinary(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decider", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("object_until", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_decisions_application_id_applications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_household_id"), "decisions", ["household_id"], unique=False)
    op.create_index(
        "uq_decisions_application_number", "decisions", ["application_id", "number"], unique=True
    )
    op.create_table(
        "grants",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("support_item_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("voorziening", sa.String(), nullable=False),
        sa.Column(
            "form",
            sa.Enum("zin", "pgb", name="grantform", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "running", "withdrawn", "ended", name="grantstatus", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("applicant_party", sa.String(), nullable=True),
        sa.Column("grantor_party", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("reexamination_on", sa.Date(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_grants_period")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_grants_application_id_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_grants_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(op.f("ix_grants_application_id"), "grants", ["application_id"], unique=False)
    op.create_index(op.f("ix_grants_household_id"), "grants", ["household_id"], unique=False)
    op.create_index(op.f("ix_grants_plan_id"), "grants", ["plan_id"], unique=False)
    op.create_index(op.f("ix_grants_referral_id"), "grants", ["referral_id"], unique=False)
    op.create_index(
        "ix_grants_valid_until",
        "grants",
        ["valid_until"],
        unique=False,
        postgresql_where=sa.text("status = 'running'"),
    )
    op.create_index(
        "uq_grants_running_application",
        "grants",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("status = 'running'"),
    )
    op.create_table(
        "grant_events",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "granted",
                "changed",
                "reexamined",
                "withdrawn",
                "ended",
                name="granteventkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_grant_events_grant_id_grants")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_events")),
    )
    op.create_index(op.f("ix_grant_events_grant_id"), "grant_events", ["grant_id"], unique=False)
    op.create_index(
        op.f("ix_grant_events_household_id"), "grant_events", ["household_id"], unique=False
    )
    op.create_table(
        "objections",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "lodged",
                "upheld",
                "partly_upheld",
                "rejected",
                "withdrawn",
                name="objectionstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("lodged_on", sa.Date(), nullable=False),
        sa.Column("in_time", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("grounds", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("lodged_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_objections_application_id_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_objections_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
    )
    op.create_index(
        op.f("ix_objections_application_id"), "objections", ["application_id"], unique=False
    )
    op.create_index(op.f("ix_objections_decision_id"), "objections", ["decision_id"], unique=False)
    op.create_index(
        op.f("ix_objections_household_id"), "objections", ["household_id"], unique=False
    )
    op.create_index(
        "uq_objections_open_application",
        "objections",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("status = 'lodged'"),
    )
    for table in _ONLY_GROW:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM "referrals"')


def downgrade() -> None:  # noqa: PLR0915  one table after another
    op.drop_index(
        "uq_objections_open_application",
        table_name="objections",
        postgresql_where=sa.text("status = 'lodged'"),
    )
    op.drop_index(op.f("ix_objections_household_id"), table_name="objections")
    op.drop_index(op.f("ix_objections_decision_id"), table_name="objections")
    op.drop_index(op.f("ix_objections_application_id"), table_name="objections")
    op.drop_table("objections")
    op.drop_index(op.f("ix_grant_events_household_id"), table_name="grant_events")
    op.drop_index(op.f("ix_grant_events_grant_id"), table_name="grant_events")
    op.drop_table("grant_events")
    op.drop_index(
        "uq_grants_running_application",
        table_name="grants",
        postgresql_where=sa.text("status = 'running'"),
    )
    op.drop_index(
        "ix_grants_valid_until", table_name="grants", postgresql_where=sa.text("status = 'running'")
    )
    op.drop_index(op.f("ix_grants_referral_id"), table_name="grants")
    op.drop_index(op.f("ix_grants_plan_id"), table_name="grants")
    op.drop_index(op.f("ix_grants_household_id"), table_name="grants")
    op.drop_index(op.f("ix_grants_application_id"), table_name="grants")
    op.drop_table("grants")
    op.drop_index("uq_decisions_application_number", table_name="decisions")
    op.drop_index(op.f("ix_decisions_household_id"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_index("uq_owed_steps_provision_code", table_name="owed_steps")
    op.drop_index(op.f("ix_owed_steps_subject_id"), table_name="owed_steps")
    op.drop_table("owed_steps")
    op.drop_index(
        "uq_applications_open_referral",
        table_name="applications",
        postgresql_where=sa.text("referral_id IS NOT NULL AND status IN ('received', 'suspended')"),
    )
    op.drop_index(
        "uq_applications_open_question",
        table_name="applications",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("status IN ('received', 'suspended')"),
    )
    op.drop_index(op.f("ix_applications_referral_id"), table_name="applications")
    op.drop_index(op.f("ix_applications_plan_id"), table_name="applications")
    op.drop_index(op.f("ix_applications_household_id"), table_name="applications")
    op.drop_index("ix_applications_grantor_party_due_on_id", table_name="applications")
    op.drop_table("applications")
    op.drop_index(op.f("ix_temporary_provisions_team_id"), table_name="temporary_provisions")
    op.drop_index(op.f("ix_temporary_provisions_subject_id"), table_name="temporary_provisions")
    op.drop_index(op.f("ix_temporary_provisions_plan_id"), table_name="temporary_provisions")
    op.drop_index(op.f("ix_temporary_provisions_household_id"), table_name="temporary_provisions")
    op.drop_index(op.f("ix_temporary_provisions_decided_party"), table_name="temporary_provisions")
    op.drop_index(op.f("ix_temporary_provisions_decided_by"), table_name="temporary_provisions")
    op.drop_table("temporary_provisions")
