"""Wire contract of transfer batches: people whose help moves to another organisation, in phases.

A contract ends, or a stelsel begins: who cannot finish in time is listed by the provider, taken
over by the team of the plan, helped by both for a while and handed over (AMS-REF-21, AMS-PLN-40,
HLM-PLN-13). The batch is a frame without persons; an entry is one person's help.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas.base import (
    Code,
    Line,
    Moment,
    OptionalDate,
    RequestModel,
    ResponseModel,
    Text,
    Version,
)
from shared.vocabulary import TransferBatchStatus, TransferStatus


class TransferPhase(RequestModel):
    """One part of a transfer, by its name; both days are part of it."""

    name: Line
    starts_on: date
    ends_on: date


class TransferBatchCreate(RequestModel):
    """The frame of a transfer from one provider to the teams.

    `doubleProvisionDays`: how many days at most the old and the new help may both be there for one
    person. `agreements` is about organisations: what points at a person is refused.
    """

    provider_id: UUID
    reason: Code
    phases: Annotated[tuple[TransferPhase, ...], Field(min_length=1, max_length=20)]
    deadline: date
    double_provision_days: Annotated[int, Field(ge=0, le=366)]
    agreements: Text


class TransferPhaseRead(ResponseModel):
    """One part of a transfer, by its name; both days are part of it."""

    name: str
    starts_on: date
    ends_on: date


class TransferProgress(ResponseModel):
    """How many people stand where; who is on the list a second time counts where they stand last.

    `overdue`: the last day of their phase is over and the help has not moved. `roundedTo` is 1 for
    the provider itself; for who sees no persons each number is rounded to 5, the total too, so that
    no small number follows from another by subtraction.
    """

    rounded_to: int
    total: int
    listed: int
    proposed: int
    accepted: int
    double: int
    handed_over: int
    finishes_here: int
    stays: int
    withdrawn: int
    overdue: int


class TransferBatchRead(ResponseModel):
    """The frame of a transfer and how far it is; nobody is in it. `party`: who takes over."""

    id: UUID
    version: Version
    provider_id: UUID
    party: str
    reason: str
    phases: tuple[TransferPhaseRead, ...]
    deadline: date
    double_provision_days: int
    agreements: str
    status: TransferBatchStatus
    created_at: Moment
    ended_at: Moment | None
    progress: TransferProgress


class TransferEntryCreate(RequestModel):
    """One person's help that moves, or that is finished here in time.

    It is an attempt that started, or a registration of your own that runs: one of the two. `wishes`
    is what the person wants of it, such as keeping the same worker (HLM-PLN-13).
    `agreedByPerson`: the person knows of it and wants to move.
    """

    attempt_id: UUID | None = None
    direct_registration_id: UUID | None = None
    phase: Line
    can_finish_in_time: bool
    agreed_by_person: bool
    wishes: Text | None = None
    preferred_handover_on: OptionalDate = None


class TransferProposalCreate(RequestModel):
    """Ask the team of the plan to take over what the person agreed to.

    `contactId`: for a registration of your own, the contact with which you brought the person to
    the team; the team finds it by that, and by nothing else.
    """

    agreed_by_person: Literal[True]
    contact_id: UUID | None = None


class TransferAcceptanceCreate(RequestModel):
    """The team takes over. `referralId`: another provider gives the help, by this new referral."""

    referral_id: UUID | None = None


class DoubleProvisionCreate(RequestModel):
    """From when until when both help; both days are part of it."""

    starts_on: date
    ends_on: date


class HandoverCreate(RequestModel):
    """The day on which the help moved. `sameProfessional`: the person kept the same worker."""

    on: date
    same_professional: bool


class TransferStayCreate(RequestModel):
    """What the person says who does not want to move. Help goes on; a human decides what then."""

    reason: Text


class TransferWithdrawalCreate(RequestModel):
    """Why this does not move after all; the help goes on."""

    reason: Text


class TransferStep(ResponseModel):
    """One transition, append-only. `code`: what ended it when nobody did."""

    at: Moment
    previous: TransferStatus | None
    status: TransferStatus
    actor: str
    code: str | None


class TransferEntryLine(ResponseModel):
    """One line of a list: no text."""

    id: UUID
    version: Version
    batch_id: UUID
    status: TransferStatus
    phase: TransferPhaseRead
    overdue: bool
    provider_id: UUID
    voorziening: str
    attempt_id: UUID | None
    direct_registration_id: UUID | None
    preferred_handover_on: OptionalDate


class TransferEntryRead(TransferEntryLine):
    """One person's help that moves, as this side of it sees it.

    `planId`, `referralId` and `nextReferralId` are there for the team only. `wishes` is there for
    the team once it is proposed, and for nobody when it is over. `helpStoppedOn`: the day on which
    the provider stopped its help, which is a step of its own after the handover.
    """

    deadline: date
    double_provision_days: int
    agreements: str
    plan_id: UUID | None
    referral_id: UUID | None
    next_referral_id: UUID | None
    contact_id: UUID | None
    agreed_by_person: bool
    wishes: str | None
    double_from: OptionalDate
    double_until: OptionalDate
    handed_over_on: OptionalDate
    same_professional: bool | None
    reason: str | None
    help_stopped_on: OptionalDate
    created_at: Moment
    steps: tuple[TransferStep, ...]
