"""Contacts with everything around them, and the directory of teams and workers."""

from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import IntakeRow
from shared.db.base import About, Versioned
from shared.vocabulary import ClarificationStatus, ContactStatus, RedirectStatus, Role, Urgency

ONE_ORIGIN: Final = "uq_contacts_carried_from"
ONE_REDIRECT: Final = "uq_redirects_contact_id"
ONE_OPEN_TALK: Final = "uq_clarifications_open_per_contact"
ONE_TEAM_PER_DAY: Final = "team_areas_one_team_per_day"
"""Raised by the trigger of migration 0002, which locks the row of the wijk before it looks."""
ONE_ENTRY_PER_WORKER: Final = "uq_workers_subject"


class TeamRow(Versioned, IntakeRow):
    """A team of a party."""

    __tablename__ = "teams"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party: Mapped[str]
    name: Mapped[str]
    stadsdeel: Mapped[str | None]
    phone: Mapped[str | None]
    changed_at: Mapped[datetime]


class ServedAreaRow(IntakeRow):
    """One wijk as one party serves it: the row that is locked before a team is assigned to it."""

    __tablename__ = "served_areas"

    party: Mapped[str] = mapped_column(primary_key=True)
    wijk: Mapped[str] = mapped_column(primary_key=True)


class TeamAreaRow(IntakeRow):
    """Which team serves a wijk for its party, both days inclusive (AMS-INT-23)."""

    __tablename__ = "team_areas"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period"),
        Index("ix_team_areas_party_wijk", "party", "wijk"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"), index=True)
    party: Mapped[str]
    wijk: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]


class WorkerRow(About, Versioned, IntakeRow):
    """A worker in the directory; other services know the subject only."""

    __tablename__ = "workers"
    __table_args__ = (Index(ONE_ENTRY_PER_WORKER, "subject", unique=True),)
    subject_key: ClassVar[str] = "subject"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[str]
    name: Mapped[str]
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"), index=True)
    role: Mapped[Role]
    phone: Mapped[str | None]
    specialisms: Mapped[list[str]]
    languages: Mapped[list[str]]
    working_days: Mapped[list[int]] = mapped_column(JSONB)
    changed_at: Mapped[datetime]


class ContactRow(About, Versioned, IntakeRow):
    """Anything that reached a door. `told` is one sealed text: everything somebody said.

    `authorised_by_person`: client support took it in, and the person asked them to act for them.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        Index(ONE_ORIGIN, "carried_from", unique=True),
        Index("ix_contacts_team_id_status", "team_id", "status"),
        Index(
            "ix_contacts_queue", "addressed_to", "status", postgresql_where=text("team_id IS NULL")
        ),
    )
    subject_key: ClassVar[str] = "id"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[ContactStatus]
    entry: Mapped[str]
    channel: Mapped[str]
    addressed_to: Mapped[str]
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))
    assigned_to: Mapped[str | None] = mapped_column(index=True)
    urgency: Mapped[Urgency]
    anonymous: Mapped[bool]
    melding: Mapped[bool]
    first_contact_on: Mapped[date]
    received_at: Mapped[datetime]
    wijk: Mapped[str | None]
    told: Mapped[bytes]
    signals: Mapped[list[str]]
    markers: Mapped[list[str]]
    nominated_by_provider_id: Mapped[UUID | None]
    voorziening: Mapped[str | None]
    authorised_by_person: Mapped[bool]
    carried_from: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"))
    household_id: Mapped[UUID | None] = mapped_column(index=True)
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    plan_id: Mapped[UUID | None] = mapped_column(index=True)
    outcome: Mapped[str | None]
    person_informed: Mapped[bool | None]
    created_by: Mapped[str] = mapped_column(index=True)
    created_by_provider: Mapped[UUID | None] = mapped_column(index=True)
    changed_at: Mapped[datetime]


class ClockRow(About, IntakeRow):
    """A legal term of one contact."""

    __tablename__ = "legal_clocks"
    subject_key: ClassVar[str] = "contact_id"
    changed_column: ClassVar[str] = "changed_at"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    article: Mapped[str]
    started_on: Mapped[date]
    due_on: Mapped[date]
    met_on: Mapped[date | None]
    changed_at: Mapped[datetime]


class CandidateSearchRow(About, IntakeRow):
    """That the register was searched for a contact, and which records came up: ids only."""

    __tablename__ = "candidate_searches"
    subject_key: ClassVar[str] = "contact_id"
    changed_column: ClassVar[str] = "searched_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"), index=True)
    searched_at: Mapped[datetime]
    searched_by: Mapped[str]
    person_ids: Mapped[list[str]]
    household_ids: Mapped[list[str]]


class ClarificationRow(About, Versioned, IntakeRow):
    """The broad talk about a household; what was said in it is sealed."""

    __tablename__ = "clarifications"
    __table_args__ = (
        Index(ONE_OPEN_TALK, "contact_id", unique=True, postgresql_where=text("status = 'open'")),
        Index("ix_clarifications_contact_id_started_at", "contact_id", "started_at"),
    )
    subject_key: ClassVar[str] = "household_id"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    household_id: Mapped[UUID] = mapped_column(index=True)
    status: Mapped[ClarificationStatus]
    personal_plan_offered: Mapped[bool]
    client_support_offered: Mapped[bool]
    personal_plan_received: Mapped[bool]
    told: Mapped[bytes]
    started_at: Mapped[datetime]
    completed_on: Mapped[date | None]
    changed_at: Mapped[datetime]


class RedirectRow(About, Versioned, IntakeRow):
    """A contact carried over to another door, followed until somebody took it up (OPN-10)."""

    __tablename__ = "redirects"
    __table_args__ = (
        Index(ONE_REDIRECT, "contact_id", unique=True),
        Index("uq_redirects_carried_to", "carried_to", unique=True),
    )
    subject_key: ClassVar[str] = "contact_id"
    changed_column: ClassVar[str] = "changed_at"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    carried_to: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    from_party: Mapped[str]
    from_team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))
    to_party: Mapped[str]
    to_team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))
    status: Mapped[RedirectStatus]
    told: Mapped[bytes]
    person_informed: Mapped[bool]
    first_contact_on: Mapped[date]
    sent_at: Mapped[datetime]
    sent_by: Mapped[str]
    taken_up_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
