"""Open work of somebody and of the team, by due date: one statement, one page, sent as bytes.

The answer is one line for us (where the next page begins, and who is shown, for the audit), a
newline, and the JSON of the items for the caller.
"""

# ruff: noqa: S608  (the statement is built of constants only; every value is a parameter)

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from shared.auth.call import Call
from shared.errors import InvalidRequestError
from shared.vocabulary import Reach

_CREATED: Final = """to_char(w.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""

STATEMENT: Final = f"""
WITH found AS MATERIALIZED (
  SELECT w.*, p.household_id, row_number() OVER (ORDER BY w.due_on, w.id) AS number
  FROM work_items w LEFT JOIN plans p ON p.id = w.plan_id
  WHERE w.done_at IS NULL
    AND ((CAST(:own AS boolean) AND w.owner = CAST(:subject AS text))
      OR w.team_id = CAST(:team AS uuid))
    AND (CAST(:after_day AS date) IS NULL
      OR (w.due_on, w.id) > (CAST(:after_day AS date), CAST(:after_id AS uuid)))
  ORDER BY w.due_on, w.id LIMIT CAST(:size AS integer) + 1
), shown AS (SELECT * FROM found WHERE number <= CAST(:size AS integer))
SELECT json_build_object(
  'last', (SELECT json_build_array(w.due_on, w.id) FROM shown w
    WHERE w.number = CAST(:size AS integer)
      AND EXISTS (SELECT 1 FROM found f WHERE f.number > CAST(:size AS integer))),
  'households', (SELECT coalesce(json_agg(DISTINCT w.household_id::text), '[]'::json)
    FROM shown w WHERE w.household_id IS NOT NULL),
  'contacts', (SELECT coalesce(json_agg(DISTINCT w.about_id::text), '[]'::json)
    FROM shown w WHERE w.plan_id IS NULL)
)::text || E'\\n' || (SELECT coalesce(json_agg(json_build_object(
  'id', w.id, 'version', w.version, 'kind', w.kind, 'planId', w.plan_id, 'aboutId', w.about_id,
  'code', w.code, 'owner', w.owner, 'teamId', w.team_id, 'dueOn', w.due_on, 'doneAt', NULL,
  'createdAt', {_CREATED}
) ORDER BY w.number), '[]'::json)::text FROM shown w)
"""


def parameters(call: Call, size: int, after: Sequence[str] | None) -> Mapping[str, Any]:
    """Whose work, and from where: principal and reach are parameters of the statement."""
    of_team = call.may(Reach.OWN_TEAM)
    day, last = _place(after)
    return {
        "own": of_team or call.may(Reach.OWN),
        "subject": call.principal.subject,
        "team": call.principal.team if of_team else None,
        "after_day": day,
        "after_id": last,
        "size": size,
    }


def _place(after: Sequence[str] | None) -> tuple[date | None, UUID | None]:
    if after is None:
        return None, None
    try:
        day, last = after
        return date.fromisoformat(day), UUID(last)
    except ValueError as exc:
        raise InvalidRequestError("Deze cursor klopt niet. Begin opnieuw zonder cursor.") from exc
