"""The duty roster, what is taken in on duty and handed back, and who else is involved."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_shifts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("desk_name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("mandated", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ends_at > starts_at AND ends_at <= starts_at + interval '169 hours'",
            name=op.f("ck_duty_shifts_period"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_duty_shifts_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shifts")),
    )
    op.create_index(
        "ix_duty_shifts_party_ends_at", "duty_shifts", ["party", "ends_at"], unique=False
    )
    op.create_index(
        "ix_duty_shifts_subject_ends_at", "duty_shifts", ["subject", "ends_at"], unique=False
    )
    op.create_table(
        "duty_contacts",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("readable_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.String(), nullable=True),
        sa.Column("told", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_duty_contacts_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["duty_shifts.id"], name=op.f("fk_duty_contacts_shift_id_duty_shifts")
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_duty_contacts")),
    )
    op.create_index(op.f("ix_duty_contacts_shift_id"), "duty_contacts", ["shift_id"], unique=False)
    op.create_index(
        "ix_duty_contacts_unreviewed",
        "duty_contacts",
        ["taken_in_at", "contact_id"],
        unique=False,
        postgresql_where=sa.text("reviewed_at IS NULL"),
    )
    op.create_table(
        "handbacks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("to_party", sa.String(), nullable=False),
        sa.Column("to_team_id", sa.Uuid(), nullable=True),
        sa.Column("readable_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_handbacks_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["to_team_id"], ["teams.id"], name=op.f("fk_handbacks_to_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbacks")),
    )
    op.create_index("ix_handbacks_contact_id_at", "handbacks", ["contact_id", "at"], unique=False)
    op.create_table(
        "involvements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column(
            "how",
            sa.Enum(
                "told", "consulted", "joined", name="involvementhow", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("meldcode_step", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("shared_to", sa.Uuid(), nullable=True),
        sa.Column("told", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_involvements_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["shared_to"], ["contacts.id"], name=op.f("fk_involvements_shared_to_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_involvements")),
        sa.UniqueConstraint("shared_to", name=op.f("uq_involvements_shared_to")),
    )
    op.create_index(
        "ix_involvements_contact_id_at", "involvements", ["contact_id", "at"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_involvements_contact_id_at", table_name="involvements")
    op.drop_table("involvements")
    op.drop_index("ix_handbacks_contact_id_at", table_name="handbacks")
    op.drop_table("handbacks")
    op.drop_index("ix_duty_contacts_unreviewed", table_name="duty_contacts")
    op.drop_index(op.f("ix_duty_contacts_shift_id"), table_name="duty_contacts")
    op.drop_table("duty_contacts")
    op.drop_index("ix_duty_shifts_subject_ends_at", table_name="duty_shifts")
    op.drop_index("ix_duty_shifts_party_ends_at", table_name="duty_shifts")
    op.drop_table("duty_shifts")
