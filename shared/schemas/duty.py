"""Wire contract of the hours when everything is closed: who is reachable, and what is handed back.

Somebody on duty reaches one contact at a time, until it is handed back and looked at (design 8).
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.schemas.base import (
    AreaCode,
    Code,
    Line,
    Moment,
    OptionalDate,
    RequestModel,
    ResponseModel,
    Subject,
    Text,
    Version,
)
from shared.vocabulary import InvolvementHow

MeldcodeStep = Annotated[int, Field(ge=1, le=5)]
"""A step of the Meldcode huiselijk geweld en kindermishandeling: signals on paper, ask a colleague
or Veilig Thuis, talk with those involved, weigh, decide [M: from professional memory]."""

RecordedHow = Literal[InvolvementHow.TOLD, InvolvementHow.CONSULTED, InvolvementHow.JOINED]
"""What somebody writes down of another party; that it took something up it says itself."""

DeskPhone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{3,15}$")]
"""The number of a desk; short national numbers too, such as 0800 2000 or 14 020."""


class DutyShiftPut(RequestModel):
    """Somebody answers a desk of a party, from-until; at most seven days.

    `mandated`: may arrange a temporary provision in the name of the college (Wmo 2015 art. 2.3.3).
    """

    party: Code
    team_id: UUID | None = None
    desk_name: Line
    phone: DeskPhone
    subject: Subject
    mandated: bool = False
    starts_at: Moment
    ends_at: Moment


class DutyShiftRead(ResponseModel):
    """A shift of the roster."""

    id: UUID
    version: Version
    party: str
    team_id: UUID | None
    desk_name: str
    phone: str
    subject: str
    mandated: bool
    starts_at: Moment
    ends_at: Moment
    cancelled_at: Moment | None = None


class DutyCancellationCreate(RequestModel):
    """Nobody answers this desk after all, from now on. No field."""


class DutyDesk(ResponseModel):
    """A desk that answers. A provider reads the desk and its telephone, not who sits there."""

    desk_name: str
    phone: str
    until: Moment
    team_id: UUID | None
    subject: str | None
    mandated: bool


class NextDuty(ResponseModel):
    """When a desk of this party answers again."""

    desk_name: str
    starts_at: Moment


class PartyOnDuty(ResponseModel):
    """Another party that answers now."""

    party: str
    label: str
    desks: tuple[DutyDesk, ...]


class DutyRead(ResponseModel):
    """Who of a party is reachable at a moment.

    When nobody is: when the next shift begins, which other parties answer, and what always works.
    `on` is the day in Amsterdam; `working_day` whether offices are open on it.
    """

    party: str
    label: str
    at: Moment
    on: date
    working_day: bool
    reachable: bool
    desks: tuple[DutyDesk, ...]
    next: NextDuty | None
    elsewhere: tuple[PartyOnDuty, ...]
    advice: str


class Owed(ResponseModel):
    """What must still follow after acting at once (Wmo 2015 art. 2.3.3).

    `done` is null where intake cannot know it: the plan and the referral do.
    """

    code: str
    text: str
    due_on: OptionalDate = None
    done: bool | None
    parties: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class InvolvementCreate(RequestModel):
    """Another party was told, asked or came along (AMS-ROL-42, AMS-REF-14).

    With `share` that party gets a contact of its own with the story, and this one stays: say why in
    `reason`. Without it only the fact is written down.
    """

    party: Code
    how: RecordedHow
    meldcode_step: MeldcodeStep | None = None
    at: Moment | None = None
    share: bool = False
    reason: Text | None = None


class InvolvementRead(ResponseModel):
    """That another party is involved; `shared` whether it got the story too."""

    id: UUID
    party: str
    how: InvolvementHow
    meldcode_step: int | None
    at: Moment
    recorded_by: str
    shared: bool
    reason: str | None = None
    receipt: str | None = None


class HandbackCreate(RequestModel):
    """Give what was done out of hours to the team of the area: by its id, or by the wijk."""

    to_team_id: UUID | None = None
    wijk: AreaCode | None = None
    note: Text


class HandbackRead(ResponseModel):
    """Who handed a contact back, when, to which team (none: the queue of the party), and why."""

    id: UUID
    contact_id: UUID
    at: Moment
    by: str
    to_party: str
    to_team_id: UUID | None
    note: str
    readable_until: Moment | None = None


class DutyReviewCreate(RequestModel):
    """Somebody else looked at what was done on duty."""

    remark: Text | None = None


class DutyReviewRead(ResponseModel):
    """What was taken in on duty and must be looked at on the next working day (design 8)."""

    contact_id: UUID
    href: str
    made_by: str
    party: str
    desk_name: str
    taken_in_at: Moment
    handed_back_at: Moment | None
    readable_until: Moment
    review_by: date
    overdue: bool
    reviewed_at: Moment | None
    reviewed_by: str | None
