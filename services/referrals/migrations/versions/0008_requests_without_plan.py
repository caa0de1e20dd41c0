"""Requests without a plan, and decisions with validity and what now."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "involvements",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column(
            "how",
            sa.Enum(
                "told", "consulted", "joined", name="involvementhow", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("informed_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_involvements_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_involvements")),
    )
    op.create_index(
        op.f("ix_involvements_household_id"), "involvements", ["household_id"], unique=False
    )
    op.create_index(
        op.f("ix_involvements_referral_id"), "involvements", ["referral_id"], unique=False
    )
    op.add_column("judgements", sa.Column("what_now", sa.LargeBinary(), nullable=True))
    op.add_column("judgements", sa.Column("valid_until", sa.Date(), nullable=True))
    op.add_column("referrals", sa.Column("person_id", sa.Uuid(), nullable=True))
    op.add_column("referrals", sa.Column("need", sa.LargeBinary(), nullable=True))
    op.add_column("referrals", sa.Column("contact_id", sa.Uuid(), nullable=True))
    op.add_column("referrals", sa.Column("entry_party", sa.String(), nullable=True))
    op.add_column("referrals", sa.Column("entry_team", sa.Uuid(), nullable=True))
    op.add_column("referrals", sa.Column("placing_party", sa.String(), nullable=True))
    op.alter_column("referrals", "plan_id", existing_type=sa.UUID(), nullable=True)
    op.alter_column("referrals", "support_item_id", existing_type=sa.UUID(), nullable=True)
    op.alter_column("referrals", "coordinator", existing_type=sa.VARCHAR(), nullable=True)
    op.create_index(
        "ix_referrals_placing_party",
        "referrals",
        ["placing_party"],
        unique=False,
        postgresql_where=sa.text(
            "status NOT IN ('ended', 'aftercare', 'not_admitted', 'not_granted', 'redirected', 'withdrawn', 'no_longer_needed', 'moved_out', 'deceased')"
        ),
    )
    op.create_index(
        "uq_referrals_open_person",
        "referrals",
        ["household_id", "person_id", "voorziening"],
        unique=True,
        postgresql_where=sa.text(
            "support_item_id IS NULL AND status NOT IN ('ended', 'aftercare', 'not_admitted', 'not_granted', 'redirected', 'withdrawn', 'no_longer_needed', 'moved_out', 'deceased')"
        ),
    )
    op.create_check_constraint(
        op.f("ck_referrals_on_plan_or_without"),
        "referrals",
        "(support_item_id IS NULL AND person_id IS NOT NULL AND need IS NOT NULL) OR "
        "(support_item_id IS NOT NULL AND plan_id IS NOT NULL AND person_id IS NULL "
        "AND need IS NULL)",
    )
    op.execute(
        "CREATE TRIGGER involvements_append_only BEFORE UPDATE OR DELETE ON involvements "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER involvements_no_truncate BEFORE TRUNCATE ON involvements "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute('REVOKE UPDATE, DELETE, TRUNCATE ON involvements FROM "referrals"')


def downgrade() -> None:
    op.drop_constraint(op.f("ck_referrals_on_plan_or_without"), "referrals", type_="check")
    op.drop_index(
        "uq_referrals_open_person",
        table_name="referrals",
        postgresql_where=sa.text(
            "support_item_id IS NULL AND status NOT IN ('ended', 'aftercare', 'not_admitted', 'not_granted', 'redirected', 'withdrawn', 'no_longer_needed', 'moved_out', 'deceased')"
        ),
    )
    op.drop_index(
        "ix_referrals_placing_party",
        table_name="referrals",
        postgresql_where=sa.text(
            "status NOT IN ('ended', 'aftercare', 'not_admitted', 'not_granted', 'redirected', 'withdrawn', 'no_longer_needed', 'moved_out', 'deceased')"
        ),
    )
    op.alter_column("referrals", "coordinator", existing_type=sa.VARCHAR(), nullable=False)
    op.alter_column("referrals", "support_item_id", existing_type=sa.UUID(), nullable=False)
    op.alter_column("referrals", "plan_id", existing_type=sa.UUID(), nullable=False)
    op.drop_column("referrals", "placing_party")
    op.drop_column("referrals", "entry_team")
    op.drop_column("referrals", "entry_party")
    op.drop_column("referrals", "contact_id")
    op.drop_column("referrals", "need")
    op.drop_column("referrals", "person_id")
    op.drop_column("judgements", "valid_until")
    op.drop_column("judgements", "what_now")
    op.drop_index(op.f("ix_involvements_referral_id"), table_name="involvements")
    op.drop_index(op.f("ix_involvements_household_id"), table_name="involvements")
    op.drop_table("involvements")
