"""A provider registers a client of its own, where the route has a direct track (design 8)."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.referrals.domain.codes import PROVIDER
from services.referrals.domain.contributions import (
    contribution_of,
    ensure_told,
    ensure_told_since,
)
from services.referrals.domain.judging import (
    PlanFacts,
    blocking,
    ensure_conditions_known,
    facts_of,
)
from services.referrals.domain.registrations import (
    ensure_birth_date,
    ensure_direct,
    ensure_unblocked,
    ensure_weighed,
)
from services.referrals.models import DirectRegistrationRow
from services.referrals.repository.registrations import RegistrationsRepository
from services.referrals.service.access import Asked, as_answer, judged
from services.referrals.service.direct.registration_steps import (
    RETURN_UNREGISTERED,
    TELL_TEAM,
    Steps,
    audit_clients,
    receipt,
)
from services.referrals.service.tools import DIRECT_REGISTRATION, Tools, ensure_has_been
from shared.audit.records import Act
from shared.auth.call import Call
from shared.calendar import age_on
from shared.clock import local_date
from shared.errors import (
    Fault,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    RuleViolationError,
)
from shared.identifiers import fold_name, is_bsn
from shared.schemas.providers import ReservationCreate
from shared.schemas.registrations import (
    DirectRegistrationCreate,
    DirectRegistrationReceipt,
    RegisteredPerson,
)
from shared.stelsel.routes import Answer
from shared.vocabulary import DirectRegistrationStatus

_INDEX: Final = "direct_registrations.client"
_NO_PROVIDER: Final = "Uw account hoort bij geen aanbieder. Alleen een aanbieder meldt hier aan."
_NOT_YOURS: Final = (
    "Bij u staat voor deze voorziening geen contract op deze plek. Kijk het na in het register."
)


@dataclass(frozen=True, slots=True)
class Registering:
    """The use case of a client who came to the provider itself."""

    tools: Tools

    async def register(
        self, call: Call, request: DirectRegistrationCreate
    ) -> DirectRegistrationReceipt:
        """Register a client; the answer is the same whoever is known anywhere.

        Nothing is looked up but the route, and the contract and the room of the provider itself. A
        place is held in the registry first, for the id that this request will get. Raises
        `RuleViolationError` where there is no direct track, `ConflictError` when there is no room
        or this client is registered at this contract already.
        """
        provider = call.principal.provider
        if provider is None:
            raise ForbiddenError(_NO_PROVIDER)
        answer = self._check(call, request)
        row = self._row(call, request, answer, provider)
        await self._ensure_own_contract(call, request, row)
        wanted = ReservationCreate(
            attempt_id=row.id, contract_id=row.contract_id, location_id=row.location_id
        )
        try:
            place = await self.tools.providers.reserve(wanted, call.behalf)
        except NotFoundError as exc:
            raise _not_yours("/locationId") from exc
        row.reservation_id = place.id
        try:
            return await self._keep(call, row, answer)
        except Exception:
            await self._undo(row.id)
            raise

    async def _keep(
        self, call: Call, row: DirectRegistrationRow, answer: Answer
    ) -> DirectRegistrationReceipt:
        async with self.tools.db.transaction(call.once) as session:
            await Steps(session, call).first(row)
            if answer.notice_to_team and row.share_with_buurtteam:
                await self.tools.jobs.defer(
                    session, TELL_TEAM, str(row.id), registration=str(row.id)
                )
            await audit_clients(session, call, Act.WRITE, [row])
            return call.answer(receipt(row), DIRECT_REGISTRATION, row.id, row.version)

    async def _undo(self, record: UUID) -> None:
        """A place was held and the registration did not come about: it is given back, unless the
        same request succeeded elsewhere."""
        async with self.tools.db.transaction() as session:
            if await RegistrationsRepository(session).known(record) is not None:
                return
            await self.tools.jobs.defer(
                session, RETURN_UNREGISTERED, str(record), registration=str(record)
            )

    def _check(self, call: Call, request: DirectRegistrationCreate) -> Answer:
        """The access check at the provider's own door. Whether there is a plan is not known here,
        and not asked."""
        stelsel, person, today = self.tools.stelsel, request.person, local_date(call.now)
        ensure_conditions_known([each.condition for each in request.weighings], stelsel)
        ensure_has_been(request.first_contact_on, call, "/firstContactOn")
        ensure_has_been(request.contribution_told_on, call, "/contributionToldOn")
        ensure_birth_date(person.birth_date, today)
        if person.bsn is not None and not is_bsn(person.bsn):
            detail = "Dit is geen geldig BSN. Kijk de negen cijfers na."
            raise InvalidRequestError(detail, [Fault("/person/bsn", "elfproef", detail)])
        weighed = {each.condition for each in request.weighings if each.considered}
        known = PlanFacts(open=False, age=age_on(person.birth_date, today))
        facts = facts_of({}, known, weighed, stelsel)
        del facts["hasPlan"]
        answer = judged(stelsel, Asked(request.voorziening, PROVIDER, facts), today)
        ensure_direct(answer, stelsel)
        ensure_weighed(answer, weighed)
        ensure_unblocked(blocking(answer, weighed, stelsel))
        self._ensure_cost_told(request, answer, today)
        return answer

    def _ensure_cost_told(
        self, request: DirectRegistrationCreate, answer: Answer, today: date
    ) -> None:
        """Who agrees to the registration knows what it costs (product decision 3)."""
        told, contact = request.contribution_told_on, request.first_contact_on
        if contact is not None:
            ensure_told_since(told, contact, "/contributionToldOn")
        wire = as_answer(answer, self.tools.stelsel, today).model_dump(mode="json", by_alias=True)
        ensure_told(contribution_of(wire), told)

    async def _ensure_own_contract(
        self, call: Call, request: DirectRegistrationCreate, row: DirectRegistrationRow
    ) -> None:
        """The contract is the provider's own and for this voorziening; and the client is new there,
        so that a second try holds no second place."""
        try:
            contract = await self.tools.providers.contract(request.contract_id, call.behalf)
        except NotFoundError as exc:
            raise _not_yours("/contractId") from exc
        ours = contract.organisation_id == row.provider_id
        if not ours or contract.voorziening != request.voorziening:
            raise _not_yours("/contractId")
        assert row.client_index is not None
        async with self.tools.db.transaction() as session:
            repository = RegistrationsRepository(session)
            if await repository.known(row.id) is None:
                await repository.ensure_new(row.contract_id, row.client_index)

    def _row(
        self, call: Call, request: DirectRegistrationCreate, answer: Answer, provider: UUID
    ) -> DirectRegistrationRow:
        seals, today = self.tools.seals(), local_date(call.now)
        row = DirectRegistrationRow(
            id=_id_of(call),
            provider_id=provider,
            contract_id=request.contract_id,
            location_id=request.location_id,
            voorziening=request.voorziening,
            status=DirectRegistrationStatus.REGISTERED,
            client_index=self.tools.db.ring.index(_INDEX, _client(request.person)),
            hours_per_week=request.hours_per_week,
            share_with_buurtteam=request.share_with_buurtteam,
            stelsel=answer.stelsel,
            stelsel_version=answer.version,
            access_check=as_answer(answer, self.tools.stelsel, today).model_dump(
                mode="json", by_alias=True
            ),
            first_contact_on=request.first_contact_on or today,
            contribution_told_on=request.contribution_told_on,
            registered_by=call.principal.subject,
            registered_at=call.now,
            changed_at=call.now,
            last_step=0,
        )
        seals.put(row, "person", request.person.model_dump_json())
        if request.weighings:
            told = request.model_dump_json(include={"weighings"})
            seals.put(row, "weighings", told)
        return row


def _client(person: RegisteredPerson) -> str:
    """Who somebody is for one contract: by BSN, else by name and day of birth."""
    if person.bsn is not None:
        return f"bsn\x1f{person.bsn}"
    names = fold_name(person.surname), fold_name(person.given_names or "")
    return "\x1f".join(("name", *names, person.birth_date.isoformat()))


def _id_of(call: Call) -> UUID:
    """The id of what this request makes: the same each time it is sent with its key, and nothing
    that a caller can choose."""
    assert call.behalf.key is not None, "a request that writes is keyed"
    own = call.principal
    made = f"direct-registration\x1f{own.client}\x1f{own.subject}\x1f{call.behalf.key}"
    return UUID(bytes=call.keyed_hash(made.encode())[:16], version=4)


def _not_yours(pointer: str) -> RuleViolationError:
    return RuleViolationError(_NOT_YOURS, [Fault(pointer, "not-contracted", _NOT_YOURS)])
