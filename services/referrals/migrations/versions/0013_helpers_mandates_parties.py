"""Client support that asks for a person, mandates of the roster, and parties that take up."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_OPEN = (
    "status NOT IN ('ended', 'aftercare', 'not_admitted', 'not_granted', 'redirected', "
    "'withdrawn', 'no_longer_needed', 'moved_out', 'deceased')"
)


def upgrade() -> None:
    op.create_table(
        "helpers",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_helpers")),
    )
    op.create_index(op.f("ix_helpers_household_id"), "helpers", ["household_id"], unique=False)
    op.create_index("ix_helpers_subject", "helpers", ["subject", "household_id"], unique=False)
    op.add_column(
        "applications",
        sa.Column("by_helper", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("applications", "by_helper", server_default=None)
    op.add_column(
        "applications",
        sa.Column("shown_version", sa.Integer(), nullable=False, server_default="1"),
    )
    op.alter_column("applications", "shown_version", server_default=None)
    op.create_table(
        "duty_mandates",
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mandated", sa.Boolean(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("shift_id", name=op.f("pk_duty_mandates")),
    )
    op.create_index(
        "ix_duty_mandates_subject_ends_at", "duty_mandates", ["subject", "ends_at"], unique=False
    )
    # Of what was arranged before nobody looked at a roster: none confirms it.
    op.add_column(
        "temporary_provisions",
        sa.Column(
            "mandate",
            sa.Enum(
                "confirmed", "not_on_roster", name="mandatestanding", native_enum=False, length=40
            ),
            nullable=False,
            server_default="not_on_roster",
        ),
    )
    op.alter_column("temporary_provisions", "mandate", server_default=None)
    op.add_column(
        "temporary_provisions",
        sa.Column("grantor_party", sa.String(), nullable=False, server_default="gemeente"),
    )
    op.alter_column("temporary_provisions", "grantor_party", server_default=None)
    op.create_index(
        "ix_temporary_provisions_not_on_roster",
        "temporary_provisions",
        ["decided_by", "decided_at"],
        unique=False,
        postgresql_where=sa.text("mandate = 'not_on_roster'"),
    )
    op.create_index(
        "uq_involvements_taken_up",
        "involvements",
        ["referral_id", "party"],
        unique=True,
        postgresql_where=sa.text("how = 'taken_up'"),
    )
    op.create_index(
        "ix_referrals_involve",
        "referrals",
        [sa.text("(access_check -> 'involve')")],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text(_OPEN),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_referrals_involve",
        table_name="referrals",
        postgresql_using="gin",
        postgresql_where=sa.text(_OPEN),
    )
    op.drop_index(
        "uq_involvements_taken_up",
        table_name="involvements",
        postgresql_where=sa.text("how = 'taken_up'"),
    )
    op.drop_index(
        "ix_temporary_provisions_not_on_roster",
        table_name="temporary_provisions",
        postgresql_where=sa.text("mandate = 'not_on_roster'"),
    )
    op.drop_column("temporary_provisions", "grantor_party")
    op.drop_column("temporary_provisions", "mandate")
    op.drop_index("ix_duty_mandates_subject_ends_at", table_name="duty_mandates")
    op.drop_table("duty_mandates")
    op.drop_column("applications", "shown_version")
    op.drop_column("applications", "by_helper")
    op.drop_index("ix_helpers_subject", table_name="helpers")
    op.drop_index(op.f("ix_helpers_household_id"), table_name="helpers")
    op.drop_table("helpers")
