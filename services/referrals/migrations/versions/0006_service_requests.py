"""Light requests: municipal services and specialists called in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_requests",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("support_item_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("voorziening", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "taken_up",
                "answered",
                "declined",
                "withdrawn",
                name="servicerequeststatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "urgency",
            sa.Enum("normal", "soon", "crisis", name="urgency", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("stadsdeel", sa.String(), nullable=True),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=True),
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
            nullable=False,
        ),
        sa.Column("first_contact_on", sa.Date(), nullable=False),
        sa.Column("stelsel", sa.String(), nullable=False),
        sa.Column("stelsel_version", sa.String(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("access_check", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("professional", sa.LargeBinary(), nullable=True),
        sa.Column("professional_phone", sa.LargeBinary(), nullable=True),
        sa.Column("taken_up_by", sa.String(), nullable=True),
        sa.Column("taken_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_meeting_on", sa.Date(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("answered_text", sa.LargeBinary(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('answered', 'declined')) = (code IS NOT NULL)",
            name=op.f("ck_service_requests_end_says_what"),
        ),
        sa.CheckConstraint(
            "identity IS NULL OR status IN ('asked', 'taken_up')",
            name=op.f("ck_service_requests_identity_while_open"),
        ),
        sa.CheckConstraint(
            "status <> 'taken_up' OR (taken_up_by IS NOT NULL AND professional IS NOT NULL)",
            name=op.f("ck_service_requests_taken_up_says_by_whom"),
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_service_requests_period"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_requests")),
    )
    op.create_index(
        op.f("ix_service_requests_household_id"), "service_requests", ["household_id"], unique=False
    )
    op.create_index(
        "ix_service_requests_open",
        "service_requests",
        ["party", "priority", "first_contact_on", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('asked', 'taken_up')"),
    )
    op.create_index(
        op.f("ix_service_requests_plan_id"), "service_requests", ["plan_id"], unique=False
    )
    op.create_index(
        op.f("ix_service_requests_support_item_id"),
        "service_requests",
        ["support_item_id"],
        unique=False,
    )
    op.create_index(
        "uq_service_requests_open_item",
        "service_requests",
        ["support_item_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('asked', 'taken_up')"),
    )
    op.create_table(
        "service_request_steps",
        sa.Column("service_request_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "previous",
            sa.Enum(
                "asked",
                "taken_up",
                "answered",
                "declined",
                "withdrawn",
                name="previous_servicerequeststatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "taken_up",
                "answered",
                "declined",
                "withdrawn",
                name="servicerequeststatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_request_id"],
            ["service_requests.id"],
            name=op.f("fk_service_request_steps_service_request_id_service_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_request_steps")),
    )
    op.create_index(
        op.f("ix_service_request_steps_household_id"),
        "service_request_steps",
        ["household_id"],
        unique=False,
    )
    op.create_index(
        "uq_service_request_steps_number",
        "service_request_steps",
        ["service_request_id", "number"],
        unique=True,
    )
    op.execute(
        "CREATE TRIGGER service_request_steps_append_only BEFORE UPDATE OR DELETE "
        "ON service_request_steps FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER service_request_steps_no_truncate BEFORE TRUNCATE "
        "ON service_request_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute('REVOKE UPDATE, DELETE, TRUNCATE ON service_request_steps FROM "referrals"')


def downgrade() -> None:
    op.drop_index("uq_service_request_steps_number", table_name="service_request_steps")
    op.drop_index(op.f("ix_service_request_steps_household_id"), table_name="service_request_steps")
    op.drop_table("service_request_steps")
    op.drop_index(
        "uq_service_requests_open_item",
        table_name="service_requests",
        postgresql_where=sa.text("status IN ('asked', 'taken_up')"),
    )
    op.drop_index(op.f("ix_service_requests_support_item_id"), table_name="service_requests")
    op.drop_index(op.f("ix_service_requests_plan_id"), table_name="service_requests")
    op.drop_index(
        "ix_service_requests_open",
        table_name="service_requests",
        postgresql_where=sa.text("status IN ('asked', 'taken_up')"),
    )
    op.drop_index(op.f("ix_service_requests_household_id"), table_name="service_requests")
    op.drop_table("service_requests")
