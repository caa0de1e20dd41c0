"""What lies with a party because it must be around a request, or was asked to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    String,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert

from services.referrals.domain.involving import MUST
from services.referrals.domain.lifecycle import CLOSED_REQUESTS
from services.referrals.models import InvolvementRow, ReferralRow
from services.referrals.repository.reach import Viewer
from shared.db.database import Session
from shared.errors import NotFoundError
from shared.vocabulary import InvolvementHow, Reach, Urgency

_JOINED = (InvolvementHow.TAKEN_UP, InvolvementHow.JOINED)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a page of the list ended."""

    rank: int
    first_contact_on: date
    id: UUID
    party: str


@dataclass(frozen=True, slots=True)
class Lying:
    """One request as it lies with one party."""

    rank: int
    party: str
    referral: ReferralRow


class InvolvingRepository:
    """Requests by the parties that are involved in them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def lying(self, viewer: Viewer, after: Spot | None, size: int) -> list[Lying]:
        """What no party of the caller took up or joined yet: who is not safe first, then by urgency
        and the first contact; one page and one row more."""
        row, party = ReferralRow, _party(viewer)
        rank = _rank()
        query = select(rank, party, row).where(
            _involved(viewer, party),
            row.status.not_in(CLOSED_REQUESTS),
            ~_recorded(party, _JOINED),
        )
        place = (rank, row.first_contact_on, row.id, party)
        if after is not None:
            spot = (after.rank, after.first_contact_on, after.id, after.party)
            query = query.where(tuple_(*place) > tuple_(*(literal(each) for each in spot)))
        found = await self._session.execute(query.order_by(*place).limit(size + 1))
        return [Lying(*each) for each in found]

    async def of_referral(self, viewer: Viewer, record: UUID) -> tuple[ReferralRow, list[str]]:
        """A request in which a party of the caller is involved, and which; else `NotFoundError`."""
        row, party = ReferralRow, _party(viewer)
        query = select(row, party).where(row.id == record, _involved(viewer, party))
        found = (await self._session.execute(query.order_by(party))).all()
        if not found:
            raise NotFoundError
        return found[0][0], [each[1] for each in found]

    async def take_up(self, row: InvolvementRow) -> bool:
        """Write down that a party took it up; False where it did so before."""
        kind = InvolvementRow
        values = {
            "household_id": row.household_id,
            "changed_at": row.changed_at,
            "referral_id": row.referral_id,
            "party": row.party,
            "how": row.how,
            "informed_on": row.informed_on,
            "recorded_by": row.recorded_by,
            "recorded_at": row.recorded_at,
        }
        statement = insert(kind).values(values).on_conflict_do_nothing().returning(kind.id)
        return await self._session.scalar(statement) is not None

    async def held(self, record: UUID) -> ReferralRow:
        """A request, held against other writers; parties that take it up beside are let by."""
        query = select(ReferralRow).where(ReferralRow.id == record).with_for_update(key_share=True)
        return (await self._session.scalars(query.execution_options(populate_existing=True))).one()

    async def told(self, referrals: Sequence[UUID]) -> Sequence[InvolvementRow]:
        """What was recorded of parties around these requests, in order."""
        row = InvolvementRow
        query = select(row).where(row.referral_id.in_(referrals)).order_by(row.id)
        return list(await self._session.scalars(query))


def _party(viewer: Viewer) -> ColumnElement[str]:
    """The parties of the caller, one a row: the teams have their desks around the plans."""
    parties = sorted(set(viewer.parties) - {viewer.front_party})
    return func.unnest(literal(parties, ARRAY(String))).column_valued("party")


def _involved(viewer: Viewer, party: ColumnElement[str]) -> ColumnElement[bool]:
    """This party must be around it by the check; or may be, and somebody told or asked it."""
    if not viewer.call.may(Reach.OWN):
        return false()
    involve = ReferralRow.access_check["involve"]
    must = involve.contains(
        func.jsonb_build_array(func.jsonb_build_object("party", party, "duty", MUST))
    )
    may = involve.contains(func.jsonb_build_array(func.jsonb_build_object("party", party)))
    return and_(ReferralRow.entry != party, or_(must, and_(may, _recorded(party))))


def _recorded(
    party: ColumnElement[str], hows: Sequence[InvolvementHow] = tuple(InvolvementHow)
) -> ColumnElement[bool]:
    row = InvolvementRow
    told = and_(row.referral_id == ReferralRow.id, row.party == party, row.how.in_(hows))
    return exists(select(row.id).where(told))


def _rank() -> ColumnElement[int]:
    row = ReferralRow
    at_once = or_(row.urgency == Urgency.CRISIS, row.facts["unsafeNow"].astext == "true")
    return case((at_once, 0), (row.urgency == Urgency.SOON, 1), else_=2)
