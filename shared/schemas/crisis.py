"""Wire contract of a crisis contact: three fields, and everything that is owed afterwards."""

from uuid import UUID

from shared.schemas.base import AreaCode, Code, Line, Phone, RequestModel, Text
from shared.schemas.duty import Owed
from shared.schemas.intake import ContactReceipt, ToldPerson


class CrisisContactCreate(RequestModel):
    """Somebody needs help now (Wmo 2015 art. 2.3.3): what is the matter, where, on which number.

    The rest may follow. `entry` is only for who speaks for more than one party.
    """

    question: Text
    whereabouts: Line
    phone: Phone | None = None
    children_involved: bool | None = None
    wijk: AreaCode | None = None
    person: ToldPerson | None = None
    entry: Code | None = None
    channel: Code | None = None
    voorziening: Code | None = None


class CrisisReceipt(ContactReceipt):
    """The receipt of a crisis contact, and what must follow with its dates.

    `kept`: it lies with whoever took it in, until it is handed back to a team.
    """

    kept: bool
    duty_shift_id: UUID | None
    owed: tuple[Owed, ...]
