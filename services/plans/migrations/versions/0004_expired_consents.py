"""A consent whose last day is over makes place for a new one: it is closed as expired."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_consents_revoked"), "consents")
    op.drop_constraint(op.f("ck_consents_closed"), "consents")
    op.create_check_constraint(
        op.f("ck_consents_revoked"),
        "consents",
        "(status IN ('given', 'expired')) = (revoked_at IS NULL)",
    )
    op.create_check_constraint(
        op.f("ck_consents_closed"),
        "consents",
        "(status IN ('revoked', 'expired')) = (closed_at IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_consents_expired"), "consents", "status <> 'expired' OR valid_until IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_consents_expired"), "consents")
    op.drop_constraint(op.f("ck_consents_closed"), "consents")
    op.drop_constraint(op.f("ck_consents_revoked"), "consents")
    op.create_check_constraint(
        op.f("ck_consents_revoked"), "consents", "(status = 'given') = (revoked_at IS NULL)"
    )
    op.create_check_constraint(
        op.f("ck_consents_closed"), "consents", "(status = 'revoked') = (closed_at IS NOT NULL)"
    )
