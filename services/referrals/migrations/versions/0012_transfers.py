"""Transfer batches with their phases, entries and steps; of which household a contact is."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "linked_contacts",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_linked_contacts")),
    )
    op.create_index(
        op.f("ix_linked_contacts_household_id"), "linked_contacts", ["household_id"], unique=False
    )
    op.create_table(
        "transfer_batches",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("double_provision_days", sa.Integer(), nullable=False),
        sa.Column("agreements", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "closed",
                "withdrawn",
                name="transferbatchstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'open') = (ended_at IS NULL)", name=op.f("ck_transfer_batches_end_says_when")
        ),
        sa.CheckConstraint("double_provision_days >= 0", name=op.f("ck_transfer_batches_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_batches")),
    )
    op.create_index(
        "ix_transfer_batches_created_at_id", "transfer_batches", ["created_at", "id"], unique=False
    )
    op.create_index(
        op.f("ix_transfer_batches_provider_id"), "transfer_batches", ["provider_id"], unique=False
    )
    op.create_table(
        "transfer_phases",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_transfer_phases_period")),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["transfer_batches.id"],
            name=op.f("fk_transfer_phases_batch_id_transfer_batches"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_phases")),
    )
    op.create_index("uq_transfer_phases_name", "transfer_phases", ["batch_id", "name"], unique=True)
    op.create_table(
        "transfer_entries",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("phase_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("direct_registration_id", sa.Uuid(), nullable=True),
        sa.Column("voorziening", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "listed",
                "proposed",
                "accepted",
                "double",
                "handed_over",
                "finishes_here",
                "stays",
                "withdrawn",
                name="transferstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("agreed_by_person", sa.Boolean(), nullable=False),
        sa.Column("wishes", sa.LargeBinary(), nullable=True),
        sa.Column("preferred_handover_on", sa.Date(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("next_referral_id", sa.Uuid(), nullable=True),
        sa.Column("double_from", sa.Date(), nullable=True),
        sa.Column("double_until", sa.Date(), nullable=True),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("same_professional", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("proposed_told_on", sa.Date(), nullable=True),
        sa.Column("phase_ends_told_on", sa.Date(), nullable=True),
        sa.Column("phase_over_told_on", sa.Date(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(double_from IS NULL) = (double_until IS NULL) AND double_until >= double_from AND (status <> 'double' OR double_from IS NOT NULL)",
            name=op.f("ck_transfer_entries_double_period"),
        ),
        sa.CheckConstraint(
            "(status = 'handed_over') = (handed_over_on IS NOT NULL)",
            name=op.f("ck_transfer_entries_handover_says_when"),
        ),
        sa.CheckConstraint(
            "agreed_by_person OR status IN ('listed', 'finishes_here', 'stays', 'withdrawn')",
            name=op.f("ck_transfer_entries_moves_by_agreement"),
        ),
        sa.CheckConstraint(
            "wishes IS NULL OR status IN ('listed', 'proposed', 'accepted', 'double')",
            name=op.f("ck_transfer_entries_wishes_while_open"),
        ),
        sa.CheckConstraint(
            "(attempt_id IS NULL) <> (direct_registration_id IS NULL) AND (attempt_id IS NULL) = (referral_id IS NULL)",
            name=op.f("ck_transfer_entries_one_help"),
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_transfer_entries_attempt_id_attempts")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["transfer_batches.id"],
            name=op.f("fk_transfer_entries_batch_id_transfer_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["direct_registration_id"],
            ["direct_registrations.id"],
            name=op.f("fk_transfer_entries_direct_registration_id_direct_registrations"),
        ),
        sa.ForeignKeyConstraint(
            ["next_referral_id"],
            ["referrals.id"],
            name=op.f("fk_transfer_entries_next_referral_id_referrals"),
        ),
        sa.ForeignKeyConstraint(
            ["phase_id"],
            ["transfer_phases.id"],
            name=op.f("fk_transfer_entries_phase_id_transfer_phases"),
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referrals.id"],
            name=op.f("fk_transfer_entries_referral_id_referrals"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_entries")),
    )
    op.create_index(
        op.f("ix_transfer_entries_about_id"), "transfer_entries", ["about_id"], unique=False
    )
    op.create_index(
        op.f("ix_transfer_entries_attempt_id"), "transfer_entries", ["attempt_id"], unique=False
    )
    op.create_index(
        op.f("ix_transfer_entries_direct_registration_id"),
        "transfer_entries",
        ["direct_registration_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_transfer_entries_batch_id"), "transfer_entries", ["batch_id"], unique=False
    )
    op.create_index(
        op.f("ix_transfer_entries_contact_id"), "transfer_entries", ["contact_id"], unique=False
    )
    op.create_index(
        "ix_transfer_entries_created_at_id", "transfer_entries", ["created_at", "id"], unique=False
    )
    op.create_index(
        op.f("ix_transfer_entries_provider_id"), "transfer_entries", ["provider_id"], unique=False
    )
    op.create_index(
        op.f("ix_transfer_entries_referral_id"), "transfer_entries", ["referral_id"], unique=False
    )
    op.create_index(
        "uq_transfer_entries_open_attempt",
        "transfer_entries",
        ["attempt_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('listed', 'proposed', 'accepted', 'double')"),
    )
    op.create_index(
        "uq_transfer_entries_open_registration",
        "transfer_entries",
        ["direct_registration_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('listed', 'proposed', 'accepted', 'double')"),
    )
    op.create_table(
        "transfer_steps",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "previous",
            sa.Enum(
                "listed",
                "proposed",
                "accepted",
                "double",
                "handed_over",
                "finishes_here",
                "stays",
                "withdrawn",
                name="previous_transferstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "listed",
                "proposed",
                "accepted",
                "double",
                "handed_over",
                "finishes_here",
                "stays",
                "withdrawn",
                name="transferstatus",
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
            ["entry_id"],
            ["transfer_entries.id"],
            name=op.f("fk_transfer_steps_entry_id_transfer_entries"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_steps")),
    )
    op.create_index(
        op.f("ix_transfer_steps_about_id"), "transfer_steps", ["about_id"], unique=False
    )
    op.create_index(
        "uq_transfer_steps_number", "transfer_steps", ["entry_id", "number"], unique=True
    )
    op.execute(
        "CREATE TRIGGER transfer_steps_append_only BEFORE UPDATE OR DELETE "
        "ON transfer_steps FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER transfer_steps_no_truncate BEFORE TRUNCATE "
        "ON transfer_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute('REVOKE UPDATE, DELETE, TRUNCATE ON transfer_steps FROM "referrals"')


def downgrade() -> None:
    op.drop_index("uq_transfer_steps_number", table_name="transfer_steps")
    op.drop_index(op.f("ix_transfer_steps_about_id"), table_name="transfer_steps")
    op.drop_table("transfer_steps")
    op.drop_index(
        "uq_transfer_entries_open_registration",
        table_name="transfer_entries",
        postgresql_where=sa.text("status IN ('listed', 'proposed', 'accepted', 'double')"),
    )
    op.drop_index(
        "uq_transfer_entries_open_attempt",
        table_name="transfer_entries",
        postgresql_where=sa.text("status IN ('listed', 'proposed', 'accepted', 'double')"),
    )
    op.drop_index(op.f("ix_transfer_entries_referral_id"), table_name="transfer_entries")
    op.drop_index(op.f("ix_transfer_entries_provider_id"), table_name="transfer_entries")
    op.drop_index("ix_transfer_entries_created_at_id", table_name="transfer_entries")
    op.drop_index(op.f("ix_transfer_entries_contact_id"), table_name="transfer_entries")
    op.drop_index(op.f("ix_transfer_entries_direct_registration_id"), table_name="transfer_entries")
    op.drop_index(op.f("ix_transfer_entries_attempt_id"), table_name="transfer_entries")
    op.drop_index(op.f("ix_transfer_entries_batch_id"), table_name="transfer_entries")
    op.drop_index(op.f("ix_transfer_entries_about_id"), table_name="transfer_entries")
    op.drop_table("transfer_entries")
    op.drop_index("uq_transfer_phases_name", table_name="transfer_phases")
    op.drop_table("transfer_phases")
    op.drop_index(op.f("ix_transfer_batches_provider_id"), table_name="transfer_batches")
    op.drop_index("ix_transfer_batches_created_at_id", table_name="transfer_batches")
    op.drop_table("transfer_batches")
    op.drop_index(op.f("ix_linked_contacts_household_id"), table_name="linked_contacts")
    op.drop_table("linked_contacts")
