"""What the use cases around a direct registration share: its steps, its answers, its next steps."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.referrals.domain.registrations import ensure_registration_moves
from services.referrals.models import DirectRegistrationRow, DirectRegistrationStepRow
from services.referrals.repository.registrations import RegistrationsRepository
from services.referrals.service.tools import PLACING, Seals
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.db.database import Session
from shared.identifiers import new_id
from shared.schemas.referrals import WeighingRead
from shared.schemas.registrations import (
    DirectRegistrationRead,
    DirectRegistrationReceipt,
    RegisteredPersonRead,
    RegistrationNextStep,
    RegistrationStep,
)
from shared.stelsel.model import ActionCode
from shared.stelsel.routes import action
from shared.vocabulary import DirectRegistrationStatus

TELL_TEAM: Final = "tell_team_of_registration"
CONFIRM_REGISTRATION: Final = "confirm_registered_place"
RETURN_UNREGISTERED: Final = "return_unregistered_place"
"""Work that is deferred, by name."""

HOME: Final = "/referrals/v1/direct-registrations"


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps of direct registrations within one transaction of one call."""

    session: Session
    call: Call

    async def first(self, row: DirectRegistrationRow) -> None:
        """The first step of a new registration."""
        await RegistrationsRepository(self.session).add(row)
        await self._step(row, None)

    async def move(self, row: DirectRegistrationRow, to: DirectRegistrationStatus) -> None:
        """Set the state; raises `ConflictError` where it cannot go there from here."""
        ensure_registration_moves(row.status, to)
        previous, row.status, row.changed_at = row.status, to, self.call.now
        await self._step(row, previous)

    async def end(
        self, row: DirectRegistrationRow, to: DirectRegistrationStatus, code: str
    ) -> None:
        """Over: who it was is needed by nobody any more, and is deleted."""
        row.code = code
        row.person = row.client_index = row.weighings = None
        await self.move(row, to)

    async def _step(
        self, row: DirectRegistrationRow, previous: DirectRegistrationStatus | None
    ) -> None:
        row.last_step += 1
        step = DirectRegistrationStepRow(
            id=new_id(),
            direct_registration_id=row.id,
            number=row.last_step,
            previous=previous,
            status=row.status,
            code=row.code,
            actor=self.call.principal.subject,
            changed_at=self.call.now,
        )
        await RegistrationsRepository(self.session).add(row, step)


def receipt(row: DirectRegistrationRow) -> DirectRegistrationReceipt:
    """Registered. Nothing in it depends on who anybody is; a wider question goes to the team as a
    contact of its own (AMS-ACC-27, AMS-REF-16)."""
    wider = action(ActionCode.CREATE_CONTACT)
    where = f"{HOME}/{row.id}"
    return DirectRegistrationReceipt(
        id=row.id,
        status=DirectRegistrationStatus.REGISTERED,
        voorziening=row.voorziening,
        registered_at=row.registered_at,
        href=where,
        next_steps=(
            RegistrationNextStep(
                action="start",
                method="POST",
                href=f"{where}/starts",
                text="Meld de dag waarop de hulp begint. Tot dan houden wij de plaats vast.",
            ),
            RegistrationNextStep(
                action="decline",
                method="POST",
                href=f"{where}/declines",
                text="Lukt het toch niet? Meld het, en zeg de cliënt waar die terecht kan.",
            ),
            RegistrationNextStep(
                action=wider.action.value,
                method="POST",
                href=wider.href,
                text=(
                    "Is er meer nodig dan deze hulp? Breng die vraag met de cliënt naar het "
                    "buurtteam."
                ),
            ),
        ),
    )


def registration_read(
    row: DirectRegistrationRow, steps: Sequence[DirectRegistrationStepRow], seals: Seals
) -> DirectRegistrationRead:
    """A registration as its provider sees it; the person as long as it is not over."""
    told = seals.get(row, "person")
    return DirectRegistrationRead(
        id=row.id,
        version=row.version,
        voorziening=row.voorziening,
        status=row.status,
        contract_id=row.contract_id,
        location_id=row.location_id,
        registered_at=row.registered_at,
        first_contact_on=row.first_contact_on,
        hours_per_week=row.hours_per_week,
        place_lost=row.place_lost_at is not None,
        started_on=row.started_on,
        stopped_on=row.stopped_on,
        code=row.code,
        share_with_buurtteam=row.share_with_buurtteam,
        person=None if told is None else RegisteredPersonRead.model_validate_json(told),
        note=seals.get(row, "note"),
        weighings=_weighings(row, seals),
        steps=tuple(_step(each) for each in steps if each.direct_registration_id == row.id),
    )


def _weighings(row: DirectRegistrationRow, seals: Seals) -> tuple[WeighingRead, ...]:
    """What the provider weighed when it registered the client."""
    told = seals.get(row, "weighings")
    made = {"made_by": row.registered_by, "made_at": row.registered_at}
    found = [] if told is None else json.loads(told)["weighings"]
    return tuple(WeighingRead.model_validate({**each, **made}) for each in found)


def _step(row: DirectRegistrationStepRow) -> RegistrationStep:
    return RegistrationStep(
        at=row.changed_at,
        previous=row.previous,
        status=row.status,
        actor=row.actor,
        code=row.code,
    )


async def audit_clients(
    session: Session, call: Call, act: Act, rows: Sequence[DirectRegistrationRow]
) -> None:
    """One record per client: known by the registration, since nobody identified them here."""
    about = [About(SubjectKind.CONTACT, row.id) for row in rows]
    await record(session, call, act, PLACING, about)
