"""Reading consultations, by whose they are; and earlier advice, without persons."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.referrals.models import ConsultationRow
from services.referrals.repository.consultations import (
    ConsultationsRepository,
    Place,
    Sought,
    Wanted,
    Whose,
)
from services.referrals.service.advice.addressing import ensure_known_codes
from services.referrals.service.advice.consulting import (
    audit_consultation,
    consultation_answer,
    consultation_read,
)
from services.referrals.service.tools import CONSULTING, Seals, Tools
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.errors import NotFoundError, UnknownCodeError
from shared.schemas.base import Page
from shared.schemas.consultations import ConsultationRead, ConsultationSearch, EarlierAdvice
from shared.vocabulary import ConsultationLevel

__all__ = ["Consultations", "Wanted", "Whose"]

_LAST_OFFSET: Final = 100_000


@dataclass(frozen=True, slots=True)
class Consultations:
    """Use cases that change nothing but the record of who looked."""

    tools: Tools

    async def read(self, call: Call, record: UUID) -> ConsultationRead:
        """One consultation with every step."""
        async with self.tools.db.transaction() as session:
            repository = ConsultationsRepository(session)
            seen = await repository.consultation(self.tools.viewer(call), record)
            await audit_consultation(session, call, Act.READ, seen.row)
            return await consultation_answer(session, call, seen, self.tools)

    async def list_all(
        self, call: Call, wanted: Wanted, size: int, cursor: str | None
    ) -> Page[ConsultationRead]:
        """What the caller asked or was asked, or what was asked about a plan; oldest first."""
        query = f"consultations/{wanted.plan}/{wanted.status}/{wanted.whose}/{size}"
        after = call.place(query, cursor, _place)
        async with self.tools.db.transaction() as session:
            repository = ConsultationsRepository(session)
            found = await repository.consultations(self.tools.viewer(call), wanted, after, size)
            shown = found[:size]
            steps = await repository.steps([each.row.id for each in shown])
            about = [
                About(SubjectKind.HOUSEHOLD, each.row.household_id)
                for each in shown
                if each.row.household_id is not None
            ]
            await record(session, call, Act.READ, CONSULTING, about)
        more = None
        if len(found) > size:
            last = shown[-1].row
            place = [last.asked_on.isoformat(), last.created_at.isoformat(), str(last.id)]
            more = call.cursor(query, place)
        seals = self.tools.seals()
        items = tuple(consultation_read(call, each, steps, seals) for each in shown)
        return Page(items=items, next=more)

    async def search(self, call: Call, request: ConsultationSearch) -> Page[EarlierAdvice]:
        """Earlier advice by kind of question. Nothing in it points at a person, and its place in
        the list is only a number."""
        self._ensure_known(request)
        query = f"advice/{request.question_kind}/{request.voorziening}/{request.to_party}"
        place = call.place(query, request.cursor, _offset) or 0
        sought = Sought(
            request.question_kind, request.voorziening, request.to_party, place, request.page_size
        )
        async with self.tools.db.transaction() as session:
            found = await ConsultationsRepository(session).earlier_advice(sought)
        shown = found[: request.page_size]
        more = None
        if len(found) > request.page_size:
            more = call.cursor(query, [str(place + request.page_size)])
        return Page(items=tuple(_earlier(each, self.tools.seals()) for each in shown), next=more)

    async def can_reach(self, call: Call, kind: str, record: UUID) -> bool:
        """Whether this caller may still see what an earlier answer was about."""
        del kind
        async with self.tools.db.transaction() as session:
            try:
                await ConsultationsRepository(session).consultation(self.tools.viewer(call), record)
            except NotFoundError:
                return False
        return True

    def _ensure_known(self, request: ConsultationSearch) -> None:
        stelsel = self.tools.stelsel
        ensure_known_codes(stelsel, {"/voorziening": request.voorziening})
        kinds = [each.code for each in stelsel.consultation_questions]
        if request.question_kind is not None and request.question_kind not in kinds:
            raise UnknownCodeError("/questionKind", "soort vraag", kinds)
        parties = [each.code for each in stelsel.consultation_targets]
        if request.to_party is not None and request.to_party not in parties:
            raise UnknownCodeError("/toParty", "partij voor advies", parties)


def _earlier(row: ConsultationRow, seals: Seals) -> EarlierAdvice:
    """Of an identified question the kind only: no text, no voorziening that narrows it down."""
    assert row.advised_on is not None, "advice was given"
    shown = row.level is ConsultationLevel.ANONYMOUS
    return EarlierAdvice(
        question_kind=row.question_kind,
        voorziening=row.voorziening if shown else None,
        to_party=row.to_party,
        form=row.form,
        advised_in=f"{row.advised_on:%Y-%m}",
        outcome=row.status,
        question=seals.text(row, "question") if shown else None,
        advice=seals.get(row, "advice") if shown else None,
        voorzieningen=tuple(row.voorzieningen) if shown else (),
    )


def _place(asked_on: str, created_at: str, consultation: str) -> Place:
    return (
        date.fromisoformat(asked_on),
        datetime.fromisoformat(created_at),
        UUID(consultation),
    )


def _offset(number: str) -> int:
    return min(int(number), _LAST_OFFSET)
