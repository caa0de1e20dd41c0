"""Direct registrations by providers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "direct_registrations",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("voorziening", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "registered",
                "started",
                "stopped",
                "declined",
                name="directregistrationstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person", sa.LargeBinary(), nullable=True),
        sa.Column("client_index", sa.LargeBinary(), nullable=True),
        sa.Column("weighings", sa.LargeBinary(), nullable=True),
        sa.Column("hours_per_week", sa.Integer(), nullable=True),
        sa.Column("share_with_buurtteam", sa.Boolean(), nullable=False),
        sa.Column("stelsel", sa.String(), nullable=False),
        sa.Column("stelsel_version", sa.String(), nullable=False),
        sa.Column("access_check", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("first_contact_on", sa.Date(), nullable=False),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place_lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('registered', 'started')) = (person IS NOT NULL) AND (status IN ('registered', 'started')) = (client_index IS NOT NULL) AND (status IN ('registered', 'started') OR weighings IS NULL)",
            name=op.f("ck_direct_registrations_person_while_open"),
        ),
        sa.CheckConstraint(
            "(status IN ('stopped', 'declined')) = (code IS NOT NULL)",
            name=op.f("ck_direct_registrations_end_says_why"),
        ),
        sa.CheckConstraint(
            "stopped_on IS NULL OR stopped_on >= started_on",
            name=op.f("ck_direct_registrations_period"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_direct_registrations")),
    )
    op.create_index(
        "ix_direct_registrations_provider_id_registered_at",
        "direct_registrations",
        ["provider_id", "registered_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_direct_registrations_open_client",
        "direct_registrations",
        ["contract_id", "client_index"],
        unique=True,
        postgresql_where=sa.text("status IN ('registered', 'started')"),
    )
    op.create_table(
        "direct_registration_steps",
        sa.Column("direct_registration_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "previous",
            sa.Enum(
                "registered",
                "started",
                "stopped",
                "declined",
                name="previous_directregistrationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "registered",
                "started",
                "stopped",
                "declined",
                name="directregistrationstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["direct_registration_id"],
            ["direct_registrations.id"],
            name=op.f("fk_direct_registration_steps_direct_registration_id_direct_registrations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_direct_registration_steps")),
    )
    op.create_index(
        "uq_direct_registration_steps_number",
        "direct_registration_steps",
        ["direct_registration_id", "number"],
        unique=True,
    )
    op.execute(
        "CREATE TRIGGER direct_registration_steps_append_only BEFORE UPDATE OR DELETE "
        "ON direct_registration_steps FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER direct_registration_steps_no_truncate BEFORE TRUNCATE "
        "ON direct_registration_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute('REVOKE UPDATE, DELETE, TRUNCATE ON direct_registration_steps FROM "referrals"')


def downgrade() -> None:
    op.drop_index("uq_direct_registration_steps_number", table_name="direct_registration_steps")
    op.drop_table("direct_registration_steps")
    op.drop_index(
        "uq_direct_registrations_open_client",
        table_name="direct_registrations",
        postgresql_where=sa.text("status IN ('registered', 'started')"),
    )
    op.drop_index(
        "ix_direct_registrations_provider_id_registered_at", table_name="direct_registrations"
    )
    op.drop_table("direct_registrations")
