"""Contacts, talks, redirects and the directory; one team per wijk, party and day by trigger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


_ONE_TEAM_PER_DAY = """
CREATE FUNCTION check_one_team_per_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The row of the wijk first: whoever comes second waits here, and then sees who came first.
  INSERT INTO served_areas (party, wijk) VALUES (NEW.party, NEW.wijk) ON CONFLICT DO NOTHING;
  PERFORM 1 FROM served_areas WHERE party = NEW.party AND wijk = NEW.wijk FOR UPDATE;
  IF EXISTS (
    SELECT 1 FROM team_areas other
    WHERE other.party = NEW.party AND other.wijk = NEW.wijk AND other.id <> NEW.id
      AND other.valid_from <= coalesce(NEW.valid_until, 'infinity'::date)
      AND coalesce(other.valid_until, 'infinity'::date) >= NEW.valid_from
  ) THEN
    RAISE EXCEPTION 'another team serves this wijk' USING
      ERRCODE = 'exclusion_violation', CONSTRAINT = 'team_areas_one_team_per_day';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER team_areas_one_team_per_day BEFORE INSERT OR UPDATE ON team_areas
  FOR EACH ROW EXECUTE FUNCTION check_one_team_per_day();
"""


def upgrade() -> None:  # noqa: PLR0915  as Alembic drafted it
    op.create_table(
        "served_areas",
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("wijk", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("party", "wijk", name=op.f("pk_served_areas")),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("stadsdeel", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "received",
                "taken_up",
                "clarifying",
                "redirected",
                "concluded",
                name="contactstatus",
                native_enum=False,
                create_constraint=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("addressed_to", sa.String(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("assigned_to", sa.String(), nullable=True),
        sa.Column(
            "urgency",
            sa.Enum(
                "normal",
                "soon",
                "crisis",
                name="urgency",
                native_enum=False,
                create_constraint=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("melding", sa.Boolean(), nullable=False),
        sa.Column("first_contact_on", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wijk", sa.String(), nullable=True),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("signals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("markers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("nominated_by_provider_id", sa.Uuid(), nullable=True),
        sa.Column("voorziening", sa.String(), nullable=True),
        sa.Column("carried_from", sa.Uuid(), nullable=True),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("person_informed", sa.Boolean(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_by_provider", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["carried_from"], ["contacts.id"], name=op.f("fk_contacts_carried_from_contacts")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_contacts_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_assigned_to"), "contacts", ["assigned_to"], unique=False)
    op.create_index(op.f("ix_contacts_created_by"), "contacts", ["created_by"], unique=False)
    op.create_index(
        op.f("ix_contacts_created_by_provider"), "contacts", ["created_by_provider"], unique=False
    )
    op.create_index(op.f("ix_contacts_household_id"), "contacts", ["household_id"], unique=False)
    op.create_index(op.f("ix_contacts_person_id"), "contacts", ["person_id"], unique=False)
    op.create_index(op.f("ix_contacts_plan_id"), "contacts", ["plan_id"], unique=False)
    op.create_index(
        "ix_contacts_queue",
        "contacts",
        ["addressed_to", "status"],
        unique=False,
        postgresql_where=sa.text("team_id IS NULL"),
    )
    op.create_index("ix_contacts_team_id_status", "contacts", ["team_id", "status"], unique=False)
    op.create_index("uq_contacts_carried_from", "contacts", ["carried_from"], unique=True)
    op.create_table(
        "team_areas",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("wijk", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_team_areas_period")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_team_areas_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_areas")),
    )
    op.create_index("ix_team_areas_party_wijk", "team_areas", ["party", "wijk"], unique=False)
    op.create_index(op.f("ix_team_areas_team_id"), "team_areas", ["team_id"], unique=False)
    op.create_table(
        "workers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "buurtteam_worker",
                "team_lead",
                "specialist",
                "okt_worker",
                "veilig_thuis",
                "provider_intake",
                "provider_worker",
                "provider_manager",
                "central_access",
                "municipality",
                "contract_manager",
                "supervisor",
                "monitor",
                "client_support",
                "privacy_officer",
                "administrator",
                "service",
                name="role",
                native_enum=False,
                create_constraint=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("specialisms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("working_days", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_workers_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_index(op.f("ix_workers_team_id"), "workers", ["team_id"], unique=False)
    op.create_index("uq_workers_subject", "workers", ["subject"], unique=True)
    op.create_table(
        "candidate_searches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("searched_by", sa.String(), nullable=False),
        sa.Column("person_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("household_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_candidate_searches_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_searches")),
    )
    op.create_index(
        op.f("ix_candidate_searches_contact_id"), "candidate_searches", ["contact_id"], unique=False
    )
    op.create_table(
        "clarifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "completed",
                name="clarificationstatus",
                native_enum=False,
                create_constraint=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("personal_plan_offered", sa.Boolean(), nullable=False),
        sa.Column("client_support_offered", sa.Boolean(), nullable=False),
        sa.Column("personal_plan_received", sa.Boolean(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_clarifications_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarifications")),
    )
    op.create_index(
        "ix_clarifications_contact_id_started_at",
        "clarifications",
        ["contact_id", "started_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_clarifications_household_id"), "clarifications", ["household_id"], unique=False
    )
    op.create_index(
        "uq_clarifications_open_per_contact",
        "clarifications",
        ["contact_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "legal_clocks",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_legal_clocks_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("contact_id", "code", name=op.f("pk_legal_clocks")),
    )
    op.create_table(
        "redirects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("carried_to", sa.Uuid(), nullable=False),
        sa.Column("from_party", sa.String(), nullable=False),
        sa.Column("from_team_id", sa.Uuid(), nullable=True),
        sa.Column("to_party", sa.String(), nullable=False),
        sa.Column("to_team_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "sent",
                "taken_up",
                name="redirectstatus",
                native_enum=False,
                create_constraint=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("person_informed", sa.Boolean(), nullable=False),
        sa.Column("first_contact_on", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("taken_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["carried_to"], ["contacts.id"], name=op.f("fk_redirects_carried_to_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_redirects_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["from_team_id"], ["teams.id"], name=op.f("fk_redirects_from_team_id_teams")
        ),
        sa.ForeignKeyConstraint(
            ["to_team_id"], ["teams.id"], name=op.f("fk_redirects_to_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redirects")),
    )
    op.create_index("uq_redirects_carried_to", "redirects", ["carried_to"], unique=True)
    op.create_index("uq_redirects_contact_id", "redirects", ["contact_id"], unique=True)
    op.execute(_ONE_TEAM_PER_DAY)


def downgrade() -> None:  # noqa: PLR0915  as Alembic drafted it
    op.drop_index("uq_redirects_contact_id", table_name="redirects")
    op.drop_index("uq_redirects_carried_to", table_name="redirects")
    op.drop_table("redirects")
    op.drop_table("legal_clocks")
    op.drop_index(
        "uq_clarifications_open_per_contact",
        table_name="clarifications",
        postgresql_where=sa.text("status = 'open'"),
    )
    op.drop_index(op.f("ix_clarifications_household_id"), table_name="clarifications")
    op.drop_index("ix_clarifications_contact_id_started_at", table_name="clarifications")
    op.drop_table("clarifications")
    op.drop_index(op.f("ix_candidate_searches_contact_id"), table_name="candidate_searches")
    op.drop_table("candidate_searches")
    op.drop_index("uq_workers_subject", table_name="workers")
    op.drop_index(op.f("ix_workers_team_id"), table_name="workers")
    op.drop_table("workers")
    op.drop_index(op.f("ix_team_areas_team_id"), table_name="team_areas")
    op.drop_index("ix_team_areas_party_wijk", table_name="team_areas")
    op.drop_table("team_areas")
    op.drop_index("uq_contacts_carried_from", table_name="contacts")
    op.drop_index("ix_contacts_team_id_status", table_name="contacts")
    op.drop_index(
        "ix_contacts_queue", table_name="contacts", postgresql_where=sa.text("team_id IS NULL")
    )
    op.drop_index(op.f("ix_contacts_plan_id"), table_name="contacts")
    op.drop_index(op.f("ix_contacts_person_id"), table_name="contacts")
    op.drop_index(op.f("ix_contacts_household_id"), table_name="contacts")
    op.drop_index(op.f("ix_contacts_created_by_provider"), table_name="contacts")
    op.drop_index(op.f("ix_contacts_created_by"), table_name="contacts")
    op.drop_index(op.f("ix_contacts_assigned_to"), table_name="contacts")
    op.drop_table("contacts")
    op.drop_table("teams")
    op.drop_table("served_areas")
