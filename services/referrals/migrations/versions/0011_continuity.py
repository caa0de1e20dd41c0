"""Aftercare, recalls and agreements on going back; rounds; grants that are withdrawn.

A request that waited for its decision is bound to the grant that came of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ONLY_GROW = ("aftercare_contacts", "recalls", "return_agreements")
_GRANTED_BY = """
UPDATE referrals r SET grant_id = (
  SELECT g.id FROM grants g WHERE g.referral_id = r.id ORDER BY g.created_at DESC, g.id LIMIT 1)
WHERE EXISTS (SELECT 1 FROM referral_steps s
  WHERE s.referral_id = r.id AND s.status = 'placing' AND s.mover = 'grantor')
"""


def upgrade() -> None:
    op.create_table(
        "aftercares",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("contact_every_days", sa.Integer(), nullable=False),
        sa.Column("next_contact_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (code IS NULL)", name=op.f("ck_aftercares_end_says_why")
        ),
        sa.CheckConstraint("contact_every_days > 0", name=op.f("ck_aftercares_rhythm")),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_aftercares_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aftercares")),
    )
    op.create_index(
        op.f("ix_aftercares_household_id"), "aftercares", ["household_id"], unique=False
    )
    op.create_index(op.f("ix_aftercares_referral_id"), "aftercares", ["referral_id"], unique=False)
    op.create_index(
        "uq_aftercares_open_referral",
        "aftercares",
        ["referral_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "recalls",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "preparing",
                "judging",
                "granting",
                "placing",
                "no_provider_left",
                "on_hold",
                "delivering",
                "ended",
                "aftercare",
                "not_admitted",
                "not_granted",
                "redirected",
                "withdrawn",
                "no_longer_needed",
                "moved_out",
                "deceased",
                name="referralstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("motivation", sa.LargeBinary(), nullable=False),
        sa.Column("recalled_by", sa.String(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_recalls_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalls")),
    )
    op.create_index(op.f("ix_recalls_household_id"), "recalls", ["household_id"], unique=False)
    op.create_index("uq_recalls_referral_round", "recalls", ["referral_id", "round"], unique=True)
    op.create_table(
        "return_agreements",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.LargeBinary(), nullable=False),
        sa.Column("agreed_with", sa.LargeBinary(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referrals.id"],
            name=op.f("fk_return_agreements_referral_id_referrals"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_agreements")),
    )
    op.create_index(
        op.f("ix_return_agreements_household_id"),
        "return_agreements",
        ["household_id"],
        unique=False,
    )
    op.create_index(
        "uq_return_agreements_number", "return_agreements", ["referral_id", "number"], unique=True
    )
    op.create_table(
        "aftercare_contacts",
        sa.Column("aftercare_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("contact_on", sa.Date(), nullable=False),
        sa.Column(
            "going",
            sa.Enum(
                "well",
                "worries",
                "intensive_needed",
                name="aftercaregoing",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("next_contact_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["aftercare_id"],
            ["aftercares.id"],
            name=op.f("fk_aftercare_contacts_aftercare_id_aftercares"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aftercare_contacts")),
    )
    op.create_index(
        op.f("ix_aftercare_contacts_household_id"),
        "aftercare_contacts",
        ["household_id"],
        unique=False,
    )
    op.create_index(
        "uq_aftercare_contacts_number",
        "aftercare_contacts",
        ["aftercare_id", "number"],
        unique=True,
    )
    op.add_column("grants", sa.Column("withdrawn_from", sa.Date(), nullable=True))
    op.add_column(
        "judgements", sa.Column("round", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    op.drop_constraint(op.f("pk_judgements"), "judgements", type_="primary")
    op.create_primary_key(op.f("pk_judgements"), "judgements", ["referral_id", "round"])
    op.add_column(
        "referrals", sa.Column("round", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    op.add_column("referrals", sa.Column("grant_id", sa.Uuid(), nullable=True))
    op.add_column("told_states", sa.Column("ends_on", sa.Date(), nullable=True))
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
    op.execute(_GRANTED_BY)


def downgrade() -> None:
    op.drop_column("told_states", "ends_on")
    op.drop_column("referrals", "grant_id")
    op.drop_column("referrals", "round")
    op.execute("DELETE FROM judgements WHERE round > 1")
    op.drop_constraint(op.f("pk_judgements"), "judgements", type_="primary")
    op.create_primary_key(op.f("pk_judgements"), "judgements", ["referral_id"])
    op.drop_column("judgements", "round")
    op.drop_column("grants", "withdrawn_from")
    op.drop_index("uq_aftercare_contacts_number", table_name="aftercare_contacts")
    op.drop_index(op.f("ix_aftercare_contacts_household_id"), table_name="aftercare_contacts")
    op.drop_table("aftercare_contacts")
    op.drop_index("uq_return_agreements_number", table_name="return_agreements")
    op.drop_index(op.f("ix_return_agreements_household_id"), table_name="return_agreements")
    op.drop_table("return_agreements")
    op.drop_index("uq_recalls_referral_round", table_name="recalls")
    op.drop_index(op.f("ix_recalls_household_id"), table_name="recalls")
    op.drop_table("recalls")
    op.drop_index(
        "uq_aftercares_open_referral",
        table_name="aftercares",
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.drop_index(op.f("ix_aftercares_referral_id"), table_name="aftercares")
    op.drop_index(op.f("ix_aftercares_household_id"), table_name="aftercares")
    op.drop_table("aftercares")
