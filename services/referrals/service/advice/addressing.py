"""To whom a question for advice goes, about whom it is, and whether that may be shared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.referrals.domain.consultations import Given, consent_until
from services.referrals.models import ConsultationRow
from services.referrals.repository.told import SHARING, ToldRepository, sharing_subject
from services.referrals.service.tools import Tools
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.circle import Circle, apply_circle
from shared.db.database import Session
from shared.errors import (
    ConflictError,
    Fault,
    InvalidRequestError,
    NotFoundError,
    UnknownCodeError,
)
from shared.schemas.plans import CircleRead
from shared.stelsel.model import ConsultationTarget, Stelsel
from shared.stelsel.model import UnknownCodeError as UnknownStelselCodeError
from shared.stelsel.routes import consultation_target
from shared.vocabulary import ConsentStatus, Reach, SharingBasis


@dataclass(frozen=True, slots=True)
class About:
    """About whom an identified question is, and on which ground which provider may hear it."""

    plan: UUID
    item: UUID | None
    basis: SharingBasis
    provider: UUID | None

    @property
    def by_consent(self) -> bool:
        """Whether a provider hears of it because the people agreed."""
        return self.provider is not None and self.basis is SharingBasis.CONSENT


@dataclass(frozen=True, slots=True)
class Sharing:
    """What plans says of that, now."""

    circle: CircleRead
    until: date | None


async def sharing_of(tools: Tools, call: Call, about: About) -> Sharing:
    """Ask plans, with the caller's authority, whether this may be asked.

    Raises `NotFoundError` for a plan out of reach, `ConflictError` for a closed one,
    `RuleViolationError` where somebody concerned did not agree to share it with this provider.
    """
    if about.item is None:
        if about.by_consent:
            detail = "Noem het onderdeel van het plan: dan is duidelijk wiens toestemming geldt."
            raise InvalidRequestError(detail, [Fault("/supportItemId", "whose-consent", detail)])
        if not (call.may(Reach.OWN_CIRCLE) or call.may(Reach.OWN_TEAM)):
            raise NotFoundError  # other parties see of a plan only the item that lies with them
        circle = await tools.plans.circle(about.plan, call.behalf)
        persons: list[str] = []
    else:
        basis = await tools.plans.basis(about.plan, about.item, call.behalf)
        circle, persons = basis.circle, [str(person) for person in basis.member_ids]
    if not circle.open:
        raise ConflictError("Dit plan is gesloten. Open een plan voor dit huishouden.")
    if not about.by_consent:
        return Sharing(circle, None)
    found = await tools.plans.consents(about.plan, call.behalf)
    known = [
        Given(str(each.person_id), each.status is ConsentStatus.GIVEN, each.valid_until)
        for each in found.items
        if each.provider_id == about.provider
    ]
    return Sharing(circle, consent_until(persons, known, local_date(call.now)))


async def take_over(
    session: Session, call: Call, about: About | None, sharing: Sharing | None
) -> None:
    """The circle as plans told it now; and nobody took a consent back since plans was asked.

    What says so is held until this transaction ends: who takes it back waits, and then finds the
    question that was asked.
    """
    if about is None or sharing is None:
        return  # about nobody
    read = sharing.circle
    circle = Circle(
        plan_id=read.plan_id,
        household_id=read.household_id,
        team_id=read.team_id,
        open=read.open,
        sequence=read.sequence,
        people=read.circle,
    )
    await apply_circle(session, circle, call.now)
    if about.provider is None or not about.by_consent:
        return
    subject = sharing_subject(about.plan, about.provider)
    state = (await ToldRepository(session).states([(subject, SHARING)]))[subject]
    if state.changed_at >= call.now:
        raise ConflictError("De toestemming is net veranderd. Kijk het na en vraag het opnieuw.")


def about_of(row: ConsultationRow, provider: UUID | None) -> About | None:
    """About whom a kept question is, for this provider; None where it is anonymous."""
    if row.plan_id is None or row.basis is None:
        return None
    return About(row.plan_id, row.support_item_id, row.basis, provider)


def target_of(stelsel: Stelsel, party: str, question: str | None = None) -> ConsultationTarget:
    """The party that is asked; a question that was asked elsewhere first keeps its kind.

    Raises `UnknownCodeError` with the parties, or with the kinds of question of this party.
    """
    try:
        if question is not None:
            return consultation_target(stelsel, party, question)
        targets = {each.code: each for each in stelsel.consultation_targets}
        if party not in targets:
            raise UnknownStelselCodeError("party", targets)
    except UnknownStelselCodeError as exc:
        pointer = "/questionKind" if exc.what == "question" else "/toParty"
        what = "soort vraag" if exc.what == "question" else "partij voor advies"
        raise UnknownCodeError(pointer, what, exc.known) from exc
    return targets[party]


async def ensure_provider(tools: Tools, call: Call, provider: UUID | None) -> None:
    """A provider that is asked is one of the registry: else nobody would ever answer."""
    if provider is None:
        return
    try:
        await tools.providers.organisation(provider, call.behalf)
    except NotFoundError as exc:
        detail = "Deze aanbieder kennen wij niet. Kies er een uit het register."
        fault = Fault("/toProviderId", "unknown-provider", detail)
        raise InvalidRequestError(detail, [fault]) from exc


def ensure_known_codes(stelsel: Stelsel, codes: Mapping[str, str | None]) -> None:
    """Voorzieningen, by JSON pointer, are of this stelsel; else `UnknownCodeError`."""
    known = {item.code for item in stelsel.voorzieningen}
    for pointer, code in codes.items():
        if code is not None and code not in known:
            raise UnknownCodeError(pointer, "voorziening", sorted(known))


def ensure_stadsdeel(stelsel: Stelsel, code: str | None) -> None:
    """A stadsdeel is one of this stelsel; else `UnknownCodeError` with the list."""
    known = [each.code for each in stelsel.areas.stadsdelen]
    if code is not None and code not in known:
        raise UnknownCodeError("/stadsdeel", "stadsdeel", known)
