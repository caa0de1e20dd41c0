"""Read models of referrals, in which PostgreSQL builds the JSON: a provider's inbox, and the queue
of a party that judges or places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.referrals.models import NOT_TAKEN_BACK, OPEN_ATTEMPT
from shared.db.database import Database

INBOX: Final = f"""
WITH found AS (
  SELECT id, household_id, version, voorziening, status, urgency, priority, first_contact_on,
         offered_at, location_id, intake_at
  FROM attempts
  WHERE provider_id = :provider AND {OPEN_ATTEMPT}
    AND revoked_at IS NULL AND {NOT_TAKEN_BACK}
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
        INBOX,
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


QUEUE: Final = """
WITH mine AS (
  SELECT r.id, r.household_id, r.version, r.status, r.voorziening, r.entry, r.urgency, r.plan_id,
         r.first_contact_on, r.coordinator,
         coalesce(r.facts ->> 'unsafeNow' = 'true', false) AS unsafe,
         coalesce(r.facts ->> 'nightShelterNeededTonight' = 'true', false) AS tonight,
         CASE WHEN r.facts ->> 'unsafeNow' = 'true'
                OR r.facts ->> 'nightShelterNeededTonight' = 'true' THEN 0 ELSE 1 END AS rank,
         r.access_check -> 'involve' AS involve,
         CASE WHEN jsonb_typeof(r.judged_check) = 'object' THEN r.judged_check
              ELSE r.access_check END AS checked
  FROM referrals r
  WHERE (r.judge_party = ANY(CAST(:parties AS text[])) AND r.status IN ('preparing', 'judging'))
     OR (r.placing_party = ANY(CAST(:parties AS text[]))
         AND r.status IN ('placing', 'no_provider_left'))
), found AS (
  SELECT * FROM mine
  WHERE CAST(:after_id AS uuid) IS NULL OR (rank, first_contact_on, id)
      > (CAST(:after_rank AS integer), CAST(:after_day AS date), CAST(:after_id AS uuid))
  ORDER BY rank, first_contact_on, id
  LIMIT :size + 1
), page AS (
  SELECT * FROM found ORDER BY rank, first_contact_on, id LIMIT :size
), last AS (
  SELECT json_build_array(rank::text, first_contact_on::text, id::text) AS place
  FROM page ORDER BY rank DESC, first_contact_on DESC, id DESC LIMIT 1
)
SELECT json_build_object(
    'last', (SELECT place FROM last WHERE (SELECT count(*) FROM found) > :size),
    'households', coalesce((SELECT json_agg(DISTINCT household_id) FROM page), '[]'::json)
  )::text || chr(10) || coalesce((
    SELECT json_agg(json_build_object(
      'id', id, 'version', version, 'status', status, 'voorziening', voorziening,
      'entry', entry, 'urgency', urgency, 'unsafeNow', unsafe,
      'nightShelterNeededTonight', tonight, 'firstContactOn', first_contact_on,
      'waitingDays', CAST(:today AS date) - first_contact_on,
      'hasPlan', plan_id IS NOT NULL,
      'coordinator', coalesce((
        SELECT c.subject FROM plan_circle c
        WHERE c.plan_id = page.plan_id AND c.part = 'coordinator'
          AND c.valid_from <= CAST(:now AS timestamptz)
          AND (c.valid_until IS NULL OR c.valid_until > CAST(:now AS timestamptz))
        LIMIT 1), CASE WHEN plan_id IS NOT NULL THEN coordinator END),
      'missing', coalesce((
        SELECT json_agg(one.condition ->> 'code' ORDER BY one.number)
        FROM jsonb_array_elements(checked -> 'conditions')
             WITH ORDINALITY AS one(condition, number)
        WHERE one.condition ->> 'kind' <> 'consult'
          AND NOT one.condition ->> 'code' = ANY(CAST(:afterwards AS text[]))
          AND coalesce(one.condition ->> 'met', 'false') <> 'true'
          AND NOT EXISTS (
            SELECT 1 FROM weighings w
            WHERE w.referral_id = page.id AND w.considered
              AND w.condition = one.condition ->> 'code')), '[]'::json),
      'consulted', EXISTS (
        SELECT 1 FROM consultations k
        WHERE k.plan_id = page.plan_id AND k.to_party = ANY(CAST(:parties AS text[]))
          AND k.advised_on IS NOT NULL),
      'toTell', coalesce((
        SELECT json_agg(one.duty ->> 'party' ORDER BY one.number)
        FROM jsonb_array_elements(involve) WITH ORDINALITY AS one(duty, number)
        WHERE one.duty ->> 'duty' = 'must'
          AND NOT one.duty ->> 'party' = ANY(CAST(:reached AS text[]))
          AND NOT EXISTS (
            SELECT 1 FROM involvements i
            WHERE i.referral_id = page.id AND i.party = one.duty ->> 'party')), '[]'::json),
      'validUntil', (SELECT j.valid_until FROM judgements j WHERE j.referral_id = page.id
                     ORDER BY j.round DESC LIMIT 1)
    ) ORDER BY rank, first_contact_on, id) FROM page)::text, '[]')
"""


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """Where a page of the queue ended."""

    rank: int
    first_contact_on: date
    id: UUID


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whose queue, what follows an urgent step only, which parties hear of it by themselves, and
    the moment by which is counted."""

    parties: Sequence[str]
    afterwards: Sequence[str]
    reached: Sequence[str]
    now: datetime
    today: date


async def queue(
    db: Database, asked: Waiting, after: QueuePlace | None, size: int
) -> tuple[bytes, bytes]:
    """One line for us, and the items as JSON: safety first, then age of the first contact."""
    found = await db.fetch_json(
        QUEUE,
        {
            "parties": list(asked.parties),
            "afterwards": list(asked.afterwards),
            "reached": list(asked.reached),
            "now": asked.now,
            "today": asked.today,
            "after_rank": None if after is None else after.rank,
            "after_day": None if after is None else after.first_contact_on,
            "after_id": None if after is None else after.id,
            "size": size,
        },
    )
    assert found is not None, "an aggregate answers always"
    head, _, items = found.partition(b"\n")
    return head, items
