"""Ceilings per year, places that lapse, the room of days to come, endings and suspensions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contract_years",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("ceiling", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum("proposed", "decided", name="ceilingstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status <> 'decided' OR ceiling IS NULL OR taken <= ceiling",
            name=op.f("ck_contract_years_no_more_than_decided"),
        ),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_contract_years_not_negative")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_contract_years_contract_id_contracts")
        ),
        sa.PrimaryKeyConstraint("contract_id", "year", name=op.f("pk_contract_years")),
    )
    op.create_table(
        "capacity_changes",
        sa.Column("capacity_id", sa.Uuid(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["capacity_id"],
            ["capacities.id"],
            name=op.f("fk_capacity_changes_capacity_id_capacities"),
        ),
        sa.PrimaryKeyConstraint("capacity_id", "from_day", name=op.f("pk_capacity_changes")),
    )
    op.add_column("contracts", sa.Column("ceiling_places", sa.Integer(), nullable=True))
    op.add_column(
        "contracts",
        sa.Column(
            "ceiling_status",
            sa.Enum("proposed", "decided", name="ceilingstatus", native_enum=False, length=40),
            nullable=False,
            server_default="proposed",
        ),
    )
    op.alter_column("contracts", "ceiling_status", server_default=None)
    op.add_column("contracts", sa.Column("end_reason", sa.String(), nullable=True))
    op.add_column("contracts", sa.Column("end_told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "organisations", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("organisations", sa.Column("suspension_reason", sa.String(), nullable=True))
    op.add_column("reservations", sa.Column("year", sa.Integer(), nullable=True))
    op.add_column("reservations", sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "reservations", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True)
    )
    # Held before there was a time to live: help may have begun, so these places do not lapse.
    op.execute(
        "UPDATE reservations SET lapses_at = held_at,"
        " year = extract(year FROM held_at AT TIME ZONE 'Europe/Amsterdam'),"
        " status = CASE WHEN status = 'held' THEN 'confirmed' ELSE status END,"
        " confirmed_at = CASE WHEN status = 'held' THEN held_at END"
    )
    op.alter_column("reservations", "year", nullable=False)
    op.alter_column("reservations", "lapses_at", nullable=False)
    op.drop_index("uq_reservations_held_per_attempt", table_name="reservations")
    op.create_index(
        "uq_reservations_held_per_attempt",
        "reservations",
        ["attempt_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('held', 'confirmed')"),
    )
    op.create_index(
        "ix_reservations_lapses_at",
        "reservations",
        ["lapses_at"],
        unique=False,
        postgresql_where=sa.text("status = 'held'"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_reservations_lapses_at",
        table_name="reservations",
        postgresql_where=sa.text("status = 'held'"),
    )
    op.execute(
        "UPDATE reservations SET status = CASE status WHEN 'confirmed' THEN 'held'"
        " WHEN 'lapsed' THEN 'released' ELSE status END"
    )
    op.drop_index("uq_reservations_held_per_attempt", table_name="reservations")
    op.create_index(
        "uq_reservations_held_per_attempt",
        "reservations",
        ["attempt_id"],
        unique=True,
        postgresql_where=sa.text("status = 'held'"),
    )
    op.drop_column("reservations", "confirmed_at")
    op.drop_column("reservations", "lapses_at")
    op.drop_column("reservations", "year")
    op.drop_column("organisations", "suspension_reason")
    op.drop_column("organisations", "suspended_at")
    op.drop_column("contracts", "end_told_at")
    op.drop_column("contracts", "end_reason")
    op.drop_column("contracts", "ceiling_status")
    op.drop_column("contracts", "ceiling_places")
    op.drop_table("capacity_changes")
    op.drop_table("contract_years")
