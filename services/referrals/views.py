"""Read models of referrals: the inbox of a provider, in which PostgreSQL builds the JSON."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.referrals.models import OPEN_ATTEMPT
from shared.db.database import Database

_INBOX: Final = f"""
WITH found AS (
  SELECT id, household_id, version, voorziening, status, urgency, priority, first_contact_on,
         offered_at, location_id, intake_at
  FROM attempts
  WHERE provider_id = :provider AND {OPEN_ATTEMPT}
    AND revoked_at IS NULL
    AND (valid_until IS NULL OR valid_until >= CAST(:today AS date))
    AND (CAST(:after_id AS uuid) IS NULL OR (priority, first_contact_on, id)
         > (CAST(:after_priority AS integer), CAST(:after_day AS date), CAST(:after_id AS uuid)))
  ORDER BY priority, first_contact_on, id
  LIMIT :size + 1
), page AS (
  SELECT * FROM found ORDER BY priority, first_contact_on, id LIMIT :size
), last AS (
  SELECT json_build_array(priority::text, first_contact_on::text, id::text) AS place
  FROM page ORDER BY priority DESC, first_contact_on DESC, id DESC LIMIT 1
)
SELECT json_build_object(
    'last', (SELECT place FROM last WHERE (SELECT count(*) FROM found) > :size),
    'households', coalesce((SELECT json_agg(DISTINCT household_id) FROM page), '[]'::json)
  )::text || chr(10) || coalesce((
    SELECT json_agg(json_build_object(
      'id', id, 'version', version, 'voorziening', voorziening, 'status', status,
      'urgency', urgency, 'firstContactOn', first_contact_on,
      'offeredAt', to_char(offered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'locationId', location_id,
      'intakeAt', to_char(intake_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    ) ORDER BY priority, first_contact_on, id) FROM page)::text, '[]')
"""  # noqa: S608  the only text put in is a constant of models


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the inbox ended."""

    priority: int
    first_contact_on: date
    id: UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose inbox, on which day: what may not be shared any more that day is not in it."""

    provider: UUID | None
    today: date


async def inbox(db: Database, asked: Asked, after: Place | None, size: int) -> tuple[bytes, bytes]:
    """One line for us (where the next page begins, and who is shown), and the items, as JSON.

    One statement over one partial index: open attempts by urgency, then by first contact.
    """
    found = await db.fetch_json(
        _INBOX,
        {
            "provider": asked.provider,
            "today": asked.today,
            "after_priority": None if after is None else after.priority,
            "after_day": None if after is None else after.first_contact_on,
            "after_id": None if after is None else after.id,
            "size": size,
        },
    )
    assert found is not None, "an aggregate answers always"
    head, _, items = found.partition(b"\n")
    return head, items
