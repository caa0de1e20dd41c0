"""Where the request stands that came from a contact, as referrals tells it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_requests",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
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
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("pk_contact_requests")),
    )
    op.create_index(
        op.f("ix_contact_requests_contact_id"), "contact_requests", ["contact_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_contact_requests_contact_id"), table_name="contact_requests")
    op.drop_table("contact_requests")
