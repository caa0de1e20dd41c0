"""The request, with what was weighed and judged, and every step of it."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.domain.lifecycle import CLOSED_REQUESTS
from services.referrals.models.base import (
    OfHousehold,
    ReferralsRow,
    WithId,
    listed,
    previous_state,
)
from shared.db.base import Versioned
from shared.vocabulary import InvolvementHow, ReferralStatus, Urgency

ONE_OPEN_PER_ITEM: Final = "uq_referrals_open_support_item"
ONE_OPEN_PER_PERSON: Final = "uq_referrals_open_person"
TAKEN_UP_ONCE: Final = "uq_involvements_taken_up"
TAKEN_UP: Final = f"how = '{InvolvementHow.TAKEN_UP}'"
OPEN_REQUEST: Final = f"status NOT IN ({listed(CLOSED_REQUESTS)})"


class ReferralRow(Versioned, OfHousehold, WithId):
    """The request: what a household needs, by the right door, with the check it was judged by.

    Without an item of a plan it says for whom and what is needed; a plan that is opened later is
    taken over. `entry_party` made it at its own door, `placing_party` finds the place (none: the
    team of the plan does). `round`: how often providers are asked anew. `grant_id` is the grant it
    was granted by, where it waited for one.
    """

    __tablename__ = "referrals"
    __table_args__ = (
        Index(
            ONE_OPEN_PER_ITEM, "support_item_id", unique=True, postgresql_where=text(OPEN_REQUEST)
        ),
        Index(
            ONE_OPEN_PER_PERSON,
            "household_id",
            "person_id",
            "voorziening",
            unique=True,
            postgresql_where=text(f"support_item_id IS NULL AND {OPEN_REQUEST}"),
        ),
        CheckConstraint(
            "(support_item_id IS NULL AND person_id IS NOT NULL AND need IS NOT NULL) OR "
            "(support_item_id IS NOT NULL AND plan_id IS NOT NULL AND person_id IS NULL "
            "AND need IS NULL)",
            name="on_plan_or_without",
        ),
        Index("ix_referrals_plan_id_created_at_id", "plan_id", "created_at", "id"),
        Index("ix_referrals_placing_party", "placing_party", postgresql_where=text(OPEN_REQUEST)),
        # Whom the check names as involved: the list of each of those parties.
        Index(
            "ix_referrals_involve",
            text("(access_check -> 'involve')"),
            postgresql_using="gin",
            postgresql_where=text(OPEN_REQUEST),
        ),
    )

    plan_id: Mapped[UUID | None]
    support_item_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    need: Mapped[bytes | None]
    contact_id: Mapped[UUID | None]
    entry_party: Mapped[str | None]
    entry_team: Mapped[UUID | None]
    placing_party: Mapped[str | None]
    voorziening: Mapped[str]
    entry: Mapped[str]
    status: Mapped[ReferralStatus]
    urgency: Mapped[Urgency]
    coordinator: Mapped[str | None]
    first_contact_on: Mapped[date]
    stelsel: Mapped[str]
    stelsel_version: Mapped[str]
    facts: Mapped[dict[str, Any]]
    access_check: Mapped[dict[str, Any]]
    judged_check: Mapped[dict[str, Any] | None]
    judge_party: Mapped[str | None] = mapped_column(index=True)
    wishes: Mapped[dict[str, Any]]
    shortlist_number: Mapped[int]
    contribution_told_on: Mapped[date | None]
    round: Mapped[int] = mapped_column(server_default=text("1"))
    grant_id: Mapped[UUID | None]
    ending_motivation: Mapped[bytes | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class WeighingRow(OfHousehold, ReferralsRow):
    """One weighing of one condition, by whom and when (AMS-REF-02). Its text is sealed."""

    __tablename__ = "weighings"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    condition: Mapped[str]
    considered: Mapped[bool]
    outcome: Mapped[bytes]
    motivation: Mapped[bytes]
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class JudgementRow(OfHousehold, ReferralsRow):
    """The access judgement, one per round; a departure from a rule is part of it (AMS-PLN-23).

    Its text is sealed; which rule was departed from is not.
    """

    __tablename__ = "judgements"

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, server_default=text("1"))
    admitted: Mapped[bool]
    judged_by: Mapped[str]
    judge: Mapped[str]
    with_client: Mapped[bool]
    motivation: Mapped[bytes]
    what_now: Mapped[bytes | None]
    valid_until: Mapped[date | None]
    deviation_rule: Mapped[str | None]
    deviation_motivation: Mapped[bytes | None]
    deviation_agreed_with: Mapped[bytes | None]
    at: Mapped[datetime]


class InvolvementRow(OfHousehold, ReferralsRow):
    """That another party was told, asked or joined; the table only grows (AMS-REF-14)."""

    __tablename__ = "involvements"
    __table_args__ = (
        Index(
            TAKEN_UP_ONCE,
            "referral_id",
            "party",
            unique=True,
            postgresql_where=text(TAKEN_UP),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    party: Mapped[str]
    how: Mapped[InvolvementHow]
    informed_on: Mapped[date]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class ReferralStepRow(OfHousehold, ReferralsRow):
    """One transition of a request; the table only grows."""

    __tablename__ = "referral_steps"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    previous: Mapped[ReferralStatus | None] = mapped_column(previous_state(ReferralStatus))
    status: Mapped[ReferralStatus]
    mover: Mapped[str]
    code: Mapped[str | None]
    skipped: Mapped[bool]
    actor: Mapped[str]


class ToldStateRow(ReferralsRow):
    """What the others told of a plan, a provider, a contract, a room, or what one provider may
    hear of one plan. `blocked`: no offer is made. Its row lock orders offers and what stops them.
    `ends_on` is the last day of a contract, as far as it was told.
    """

    __tablename__ = "told_states"

    subject: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    blocked: Mapped[bool]
    code: Mapped[str | None]
    ends_on: Mapped[date | None]
    sequence: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime]
