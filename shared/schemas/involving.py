"""Wire contract of a party that must be around a request: what it sees, and that it took it up."""

from datetime import date
from uuid import UUID

from shared.schemas.base import Code, Moment, OptionalDate, RequestModel, ResponseModel
from shared.vocabulary import Urgency


class InvolvementItem(ResponseModel):
    """A request in which a party is involved: nobody recognisable, no household (AMS-REF-14).

    `whoToCall` is the subject of who coordinates, else of who asked: the directory of intake has
    their name and telephone. `toldOn`: somebody told this party before.
    """

    referral_id: UUID
    party: str
    voorziening: str
    entry: str
    urgency: Urgency
    first_contact_on: date
    asked_at: Moment
    who_to_call: str
    told_on: OptionalDate
    taken_up_at: Moment | None
    taken_up_by: str | None


class InvolvementReceiptCreate(RequestModel):
    """A party took it up. `party` only for who speaks for several that are involved."""

    party: Code | None = None
