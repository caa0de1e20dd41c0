"""The first migration of every service: the tables they all have. Frozen; later changes are new.

It is one function because the four first migrations must be equal. It describes the tables as they
were then, in Alembic's words, and imports no model.
"""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

_APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append-only table' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_records_append_only BEFORE UPDATE OR DELETE ON audit_records
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_records_no_truncate BEFORE TRUNCATE ON audit_records
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def create_foundation(service: str) -> None:
    """Tables for keys, audit, events out and in, and the job library, for one service's role."""
    _create_keys()
    _create_audit()
    _create_events()
    _run(SchemaManager.get_schema())
    _run(_APPEND_ONLY)
    op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON audit_records FROM "{service}"')


def _run(script: str) -> None:
    """Run a script of several statements; the driver's parameters would trip over its `%`."""
    connection: Connection = op.get_bind()
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute(script)


def _create_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("about_kind", sa.String(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "operation", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def _create_audit() -> None:
    acts = sa.Enum(
        "read",
        "write",
        "disclose",
        name="act",
        native_enum=False,
        length=40,
        create_constraint=False,
    )
    kinds = sa.Enum(
        "person",
        "household",
        "contact",
        name="subjectkind",
        native_enum=False,
        length=40,
        create_constraint=False,
    )
    op.create_table(
        "audit_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", acts, nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("subject_kind", kinds, nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("actor_roles", postgresql.JSONB(), nullable=False),
        sa.Column("actor_organisation", sa.Uuid(), nullable=True),
        sa.Column("actor_team", sa.Uuid(), nullable=True),
        sa.Column("actor_provider", sa.Uuid(), nullable=True),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=True),
        sa.Column("grounds", postgresql.JSONB(), nullable=False),
        sa.Column("trace_id", sa.String(), nullable=False),
        sa.Column("span_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_records"),
    )
    op.create_index(
        "ix_audit_records_subject_id_at_id", "audit_records", ["subject_id", "at", "id"]
    )


def _create_events() -> None:
    op.create_table(
        "outbox_sequences",
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_outbox_sequences"),
    )
    op.create_table(
        "inbox",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("source", "id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_subject", "inbox", ["subject"])


def create_circle() -> None:
    """The projection of the circle of a plan: intake and referrals have it."""
    op.create_table(
        "plan_circle_state",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name="pk_plan_circle_state"),
    )
    op.create_index("ix_plan_circle_state_household_id", "plan_circle_state", ["household_id"])
    parts = sa.Enum(
        "coordinator",
        "worker",
        "specialist",
        "okt",
        name="circlepart",
        native_enum=False,
        length=40,
        create_constraint=False,
    )
    op.create_table(
        "plan_circle",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("part", parts, nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan_circle_state.plan_id"],
            name="fk_plan_circle_plan_id_plan_circle_state",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("plan_id", "subject", "part", "valid_from", name="pk_plan_circle"),
    )
    op.create_index("ix_plan_circle_subject_plan_id", "plan_circle", ["subject", "plan_id"])
