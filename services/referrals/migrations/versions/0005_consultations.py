"""Consultations: advice asked and given, each step kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consultations",
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("support_item_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "asked",
                "taken_up",
                "information_asked",
                "advised",
                "followed",
                "departed",
                "withdrawn",
                "became_referral",
                "redirected",
                name="consultationstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "level",
            sa.Enum(
                "anonymous", "identified", name="consultationlevel", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "form",
            sa.Enum(
                "advice", "walking_along", name="consultationform", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("to_party", sa.String(), nullable=False),
        sa.Column("to_provider_id", sa.Uuid(), nullable=True),
        sa.Column("question_kind", sa.String(), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.Column(
            "urgency",
            sa.Enum("normal", "soon", "crisis", name="urgency", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("voorziening", sa.String(), nullable=True),
        sa.Column("stadsdeel", sa.String(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "consent",
                "legal_task",
                "vital_interest",
                name="sharingbasis",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_up_by", sa.String(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("given_by", sa.LargeBinary(), nullable=True),
        sa.Column("advice", sa.LargeBinary(), nullable=True),
        sa.Column("advised_by", sa.String(), nullable=True),
        sa.Column("advised_on", sa.Date(), nullable=True),
        sa.Column("voorzieningen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("walking_along_from", sa.Date(), nullable=True),
        sa.Column("walking_along_until", sa.Date(), nullable=True),
        sa.Column("outcome_motivation", sa.LargeBinary(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("redirected_to", sa.Uuid(), nullable=True),
        sa.Column("carried_from", sa.Uuid(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(level = 'anonymous' AND plan_id IS NULL AND household_id IS NULL AND support_item_id IS NULL AND basis IS NULL) OR (level = 'identified' AND plan_id IS NOT NULL AND household_id IS NOT NULL AND basis IS NOT NULL)",
            name=op.f("ck_consultations_person_by_level"),
        ),
        sa.CheckConstraint(
            "(status = 'became_referral') = (referral_id IS NOT NULL)",
            name=op.f("ck_consultations_became_says_which"),
        ),
        sa.CheckConstraint(
            "NOT (status IN ('advised', 'followed', 'departed')) OR (advice IS NOT NULL AND advised_on IS NOT NULL)",
            name=op.f("ck_consultations_advised_says_what"),
        ),
        sa.CheckConstraint(
            "status <> 'departed' OR outcome_motivation IS NOT NULL",
            name=op.f("ck_consultations_departing_says_why"),
        ),
        sa.ForeignKeyConstraint(
            ["carried_from"],
            ["consultations.id"],
            name=op.f("fk_consultations_carried_from_consultations"),
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_consultations_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
    )
    op.create_index(
        op.f("ix_consultations_carried_from"), "consultations", ["carried_from"], unique=False
    )
    op.create_index(
        "ix_consultations_created_by_asked_on",
        "consultations",
        ["created_by", "asked_on", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_consultations_household_id"), "consultations", ["household_id"], unique=False
    )
    op.create_index(
        "ix_consultations_plan_id_asked_on",
        "consultations",
        ["plan_id", "asked_on", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_consultations_question_kind_advised_on",
        "consultations",
        ["question_kind", "advised_on"],
        unique=False,
        postgresql_where=sa.text("status IN ('advised', 'followed', 'departed')"),
    )
    op.create_index(
        op.f("ix_consultations_referral_id"), "consultations", ["referral_id"], unique=False
    )
    op.create_index(
        "ix_consultations_to_party_asked_on",
        "consultations",
        ["to_party", "asked_on", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_consultations_to_provider_id_asked_on",
        "consultations",
        ["to_provider_id", "asked_on", "created_at", "id"],
        unique=False,
    )
    op.create_table(
        "consultation_steps",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "previous",
            sa.Enum(
                "draft",
                "asked",
                "taken_up",
                "information_asked",
                "advised",
                "followed",
                "departed",
                "withdrawn",
                "became_referral",
                "redirected",
                name="previous_consultationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "asked",
                "taken_up",
                "information_asked",
                "advised",
                "followed",
                "departed",
                "withdrawn",
                "became_referral",
                "redirected",
                name="consultationstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_consultation_steps_consultation_id_consultations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_steps")),
    )
    op.create_index(
        op.f("ix_consultation_steps_household_id"),
        "consultation_steps",
        ["household_id"],
        unique=False,
    )
    op.create_index(
        "uq_consultation_steps_number",
        "consultation_steps",
        ["consultation_id", "number"],
        unique=True,
    )
    op.execute(
        "CREATE TRIGGER consultation_steps_append_only BEFORE UPDATE OR DELETE "
        "ON consultation_steps FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER consultation_steps_no_truncate BEFORE TRUNCATE "
        "ON consultation_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute('REVOKE UPDATE, DELETE, TRUNCATE ON consultation_steps FROM "referrals"')


def downgrade() -> None:
    op.drop_index(op.f("ix_consultation_steps_household_id"), table_name="consultation_steps")
    op.drop_index("uq_consultation_steps_number", table_name="consultation_steps")
    op.drop_table("consultation_steps")
    op.drop_index(op.f("ix_consultations_carried_from"), table_name="consultations")
    op.drop_index("ix_consultations_created_by_asked_on", table_name="consultations")
    op.drop_index(op.f("ix_consultations_household_id"), table_name="consultations")
    op.drop_index("ix_consultations_plan_id_asked_on", table_name="consultations")
    op.drop_index(
        "ix_consultations_question_kind_advised_on",
        table_name="consultations",
        postgresql_where=sa.text("status IN ('advised', 'followed', 'departed')"),
    )
    op.drop_index(op.f("ix_consultations_referral_id"), table_name="consultations")
    op.drop_index("ix_consultations_to_party_asked_on", table_name="consultations")
    op.drop_index("ix_consultations_to_provider_id_asked_on", table_name="consultations")
    op.drop_table("consultations")
