"""What somebody takes in on duty is in reach for a while, and looked at by somebody else."""

from services.intake.models import ContactRow, DutyContactRow, DutyShiftRow
from services.intake.repository import DutyRepository
from services.intake.service.urgent import end_of_next_working_day
from shared.auth.call import Call
from shared.db.database import Session


async def taken_in(session: Session, call: Call, row: ContactRow) -> DutyShiftRow | None:
    """Keep that a stored contact was taken in during the caller's shift, if it was (design 8).

    Until it is handed back its maker reads it to the end of the working day after the shift.
    """
    duty = DutyRepository(session)
    shift = await duty.shift_of(call.principal.subject, call.now)
    if shift is not None:
        await duty.add(
            DutyContactRow(
                contact_id=row.id,
                shift_id=shift.id,
                subject=call.principal.subject,
                taken_in_at=call.now,
                readable_until=end_of_next_working_day(shift.ends_at),
                changed_at=call.now,
            )
        )
    return shift
