"""What a service still has to deliver and to apply: how much, how old, how much is parked."""

from typing import Final

from pydantic import BaseModel, ConfigDict

from shared.db.database import Database

# One statement over the jobs that are left: those that succeeded are deleted.
_BACKLOG: Final = """
WITH job AS (
  SELECT j.task_name, j.status::text AS status, j.args ->> 'receiver' AS receiver,
         extract(epoch FROM now() - (
           SELECT min(e.at) FROM procrastinate_events e
           WHERE e.job_id = j.id AND e.type = 'deferred'
         )) AS age
  FROM procrastinate_jobs j
  WHERE j.queueing_lock IS NULL AND j.status IN ('todo', 'doing', 'failed')
), delivery AS (
  SELECT receiver, count(*) AS waiting, max(age) AS oldest FROM job
  WHERE task_name = 'deliver' AND status <> 'failed' GROUP BY receiver
), dead AS (
  SELECT task_name, count(*) AS number FROM job WHERE status = 'failed' GROUP BY task_name
)
SELECT json_build_object(
  'deliveries', coalesce((SELECT json_object_agg(receiver,
      json_build_object('waiting', waiting, 'oldest_seconds', oldest)) FROM delivery), '{}'),
  'dead', coalesce((SELECT json_object_agg(task_name, number) FROM dead), '{}'),
  'inbox', (SELECT json_build_object(
      'waiting', count(*), 'oldest_seconds', coalesce(max(age), 0)) FROM job
    WHERE task_name = 'apply_event'))::text
"""


class Waiting(BaseModel):
    """How many wait, and how long the oldest has waited, in seconds."""

    model_config = ConfigDict(frozen=True)

    waiting: int = 0
    oldest_seconds: float = 0.0


class Backlog(BaseModel):
    """What waits to be delivered per receiver, what was received and not applied, what is parked.

    What is parked in the inbox is received and not applied too, so it counts in both.
    """

    model_config = ConfigDict(frozen=True)

    deliveries: dict[str, Waiting]
    dead: dict[str, int]
    inbox: Waiting


async def read_backlog(db: Database) -> Backlog:
    """One question to the own database; `PeerUnavailableError` when it does not answer."""
    found = await db.fetch_json(_BACKLOG, {})
    assert found is not None
    return Backlog.model_validate_json(found)
