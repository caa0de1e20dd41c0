"""The plan with everything: one statement, hidden by reach inside the SQL, sent as bytes.

The answer is one line for us (version and who is shown, for ETag and audit), a newline, and the
JSON of `PlanView` for the caller. JSON text has no bare newline, so the first one divides them.
"""

# ruff: noqa: S608  (the statement is built of constants only; every value is a parameter)

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from shared.auth.call import Call
from shared.vocabulary import Reach


def _moment(column: str) -> str:
    """A moment as the wire has it: UTC with `Z`."""
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


_CIRCLE: Final = f"""
SELECT coalesce(json_agg(json_build_object(
  'subject', c.subject, 'part', c.part, 'validFrom', {_moment("c.valid_from")},
  'validUntil', {_moment("c.valid_until")}
) ORDER BY c.part <> 'coordinator', c.valid_from, c.subject, c.part), '[]'::json)
FROM circle_members c WHERE c.plan_id = p.id AND c.valid_until IS NULL"""

_MEMBERS: Final = """
SELECT coalesce(json_agg(json_build_object(
  'person', json_build_object(
    'id', s.id, 'givenNames', s.given_names, 'surname', s.surname, 'birthDate', s.birth_date,
    'hasBsn', s.bsn_sealed IS NOT NULL, 'phone', s.phone, 'language', s.language,
    'addressShielded', s.address_shielded,
    'address', CASE WHEN s.address_shielded OR num_nonnulls(s.street, s.house_number,
      s.house_number_addition, s.postcode, s.city, s.wijk) = 0 THEN NULL
      ELSE json_build_object('street', s.street, 'houseNumber', s.house_number,
        'houseNumberAddition', s.house_number_addition, 'postcode', s.postcode,
        'city', s.city, 'wijk', s.wijk) END),
  'role', m.role, 'memberFrom', m.member_from, 'memberUntil', m.member_until
) ORDER BY m.role <> 'main', m.position, m.id), '[]'::json)
FROM household_members m JOIN persons s ON s.id = m.person_id
WHERE m.household_id = p.household_id AND m.member_until IS NULL"""

_HOUSEHOLD: Final = f"""
SELECT json_build_object('id', h.id, 'version', h.version, 'members', ({_MEMBERS}),
  'openPlanId', (SELECT o.id FROM plans o WHERE o.household_id = h.id AND o.status = 'open'))
FROM households h WHERE h.id = p.household_id"""

_GOALS: Final = """
SELECT coalesce(json_agg(json_build_object(
  'id', g.id, 'version', g.version, 'planId', g.plan_id, 'domain', g.domain, 'text', g.text,
  'memberIds', (SELECT coalesce(json_agg(gm.person_id ORDER BY gm.position), '[]'::json)
    FROM goal_members gm WHERE gm.goal_id = g.id),
  'wantedResult', g.wanted_result, 'status', g.status
) ORDER BY g.created_at, g.id), '[]'::json)
FROM goals g WHERE g.plan_id = p.id"""

_SUPPORT: Final = """
SELECT coalesce(json_agg(json_build_object(
  'id', i.id, 'version', i.version, 'planId', i.plan_id,
  'goalIds', (SELECT coalesce(json_agg(sg.goal_id ORDER BY sg.position), '[]'::json)
    FROM support_item_goals sg WHERE sg.support_item_id = i.id),
  'ladderStep', i.ladder_step, 'description', i.description, 'result', i.result,
  'voorziening', i.voorziening, 'status', i.status, 'referralId', i.referral_id,
  'referralStatus', i.referral_status, 'changedOn', i.changed_on
) ORDER BY i.created_at, i.id), '[]'::json)
FROM support_items i WHERE i.plan_id = p.id"""

_AGREEMENTS: Final = """
SELECT coalesce(json_agg(json_build_object(
  'personId', a.person_id, 'answer', a.answer, 'how', a.how, 'on', a.answered_on
) ORDER BY a.person_id), '[]'::json)
FROM (SELECT DISTINCT ON (person_id) person_id, answer, how, answered_on FROM agreements
  WHERE plan_id = p.id ORDER BY person_id, answered_on DESC, recorded_at DESC, id) a"""

_MOMENT: Final = """json_build_object(
  'id', e.id, 'planId', e.plan_id, 'on', e.planned_on, 'held', e.held_at IS NOT NULL)"""

_MOMENTS: Final = f"""
SELECT coalesce(json_agg({_MOMENT} ORDER BY e.planned_on, e.id), '[]'::json)
FROM evaluation_moments e WHERE e.plan_id = p.id"""

_EVALUATIONS: Final = f"""
SELECT coalesce(json_agg(json_build_object(
  'id', v.id, 'planId', v.plan_id, 'heldOn', v.held_on, 'withClient', v.with_client,
  'decisions', (SELECT coalesce(json_agg(json_build_object('supportItemId', d.support_item_id,
      'decision', d.decision, 'motivation', d.motivation) ORDER BY d.position), '[]'::json)
    FROM evaluation_decisions d WHERE d.evaluation_id = v.id),
  'nextMoment', (SELECT {_MOMENT} FROM evaluation_moments e WHERE e.id = v.next_moment_id)
) ORDER BY v.held_at, v.id), '[]'::json)
FROM evaluations v WHERE v.plan_id = p.id"""

_TIMELINE: Final = f"""
SELECT coalesce(json_agg(json_build_object(
  'at', {_moment("t.at")}, 'kind', t.kind, 'code', t.code, 'subjectId', t.subject_id,
  'actor', t.actor
) ORDER BY t.at, t.id), '[]'::json)
FROM timeline_entries t WHERE t.plan_id = p.id"""

_ENDING: Final = """
SELECT DISTINCT ON (i.id) i.id, k.kind AS cause, k.day
FROM support_items i CROSS JOIN LATERAL (
  SELECT d.kind, d.day FROM told_days d
  WHERE d.subject = i.referral_id AND d.kind IN ('decision', 'contract', 'placement')
  UNION ALL
  SELECT 'grant', max(d.day) FROM told_days d
  WHERE d.support_item_id = i.id AND d.kind = 'grant'
    AND (d.referral_id IS NULL OR d.referral_id = i.referral_id)
  HAVING bool_and(d.day IS NOT NULL)
) k
WHERE i.plan_id = p.id AND k.day <= CAST(:ends_by AS date)
ORDER BY i.id, k.kind <> 'placement', k.day, k.kind"""
"""The help of a plan that has ended or ends soon: a day on which it really stopped before one that
was known beforehand. Grants follow one another: the last one counts, and one without an end."""

_GAPS: Final = f"""
WITH ending AS ({_ENDING}), open_goals AS (
  SELECT e.id, e.cause, e.day, sg.goal_id, sg.position
  FROM ending e JOIN support_item_goals sg ON sg.support_item_id = e.id
    JOIN goals g ON g.id = sg.goal_id
    JOIN support_items i ON i.id = e.id
  WHERE g.status = 'open' AND i.status IN ('running', 'stopped')
    AND i.referral_status IS DISTINCT FROM 'aftercare'
    AND NOT EXISTS (SELECT 1 FROM support_item_goals og
      JOIN support_items o ON o.id = og.support_item_id
      WHERE og.goal_id = sg.goal_id AND o.id <> e.id
        AND (o.status = 'arranging' OR o.referral_status = 'aftercare'
          OR (o.status = 'running' AND NOT EXISTS (SELECT 1 FROM ending x WHERE x.id = o.id))))
), gaps AS (
  SELECT id, cause, day, json_agg(goal_id ORDER BY position) AS goals
  FROM open_goals GROUP BY id, cause, day
)
SELECT coalesce(json_agg(json_build_object(
  'supportItemId', id, 'goalIds', goals, 'cause', cause, 'from', day
) ORDER BY day, id), '[]'::json) FROM gaps WHERE p.status = 'open'"""
"""A goal that is still open, whose help has ended or ends soon, and for which no other help goes on
or is being arranged. Keeping in touch after help counts as help that goes on (AMS-PLN-27, 32)."""

_COORDINATOR: Final = """
SELECT c.subject FROM circle_members c WHERE c.plan_id = p.id AND c.part = 'coordinator'
ORDER BY c.valid_until DESC NULLS FIRST, c.valid_from DESC LIMIT 1"""

_SEEN: Final = """json_build_object('version', p.version, 'persons', (
  SELECT coalesce(json_agg(m.person_id), '[]'::json) FROM household_members m
  WHERE m.household_id = p.household_id AND m.member_until IS NULL))"""

STATEMENT: Final = f"""
SELECT {_SEEN}::text || E'\\n' || json_build_object(
  'id', p.id, 'version', p.version, 'status', p.status, 'teamId', p.team_id,
  'coordinator', ({_COORDINATOR}), 'regieHolder', p.regie_holder, 'direction', p.direction,
  'problems', p.problems, 'possibilities', p.possibilities,
  'openedAt', {_moment("p.opened_at")}, 'closedAt', {_moment("p.closed_at")},
  'household', ({_HOUSEHOLD}), 'circle', ({_CIRCLE}), 'goals', ({_GOALS}),
  'supportItems', ({_SUPPORT}), 'gaps', ({_GAPS}), 'agreements', ({_AGREEMENTS}),
  'evaluationMoments', ({_MOMENTS}), 'evaluations', ({_EVALUATIONS}), 'timeline', ({_TIMELINE})
)::text
FROM plans p
WHERE p.id = CAST(:plan AS uuid) AND (
  CAST(:any AS boolean)
  OR (CAST(:circle AS boolean) AND EXISTS (SELECT 1 FROM circle_members c
    WHERE c.plan_id = p.id AND c.subject = CAST(:subject AS text) AND c.valid_until IS NULL))
  OR p.team_id = CAST(:team AS uuid))
"""


def parameters(call: Call, plan_id: UUID, ends_by: date) -> Mapping[str, Any]:
    """Which plan, and for whom: principal and reach are parameters of the statement. Help that ends
    after `ends_by` does not end soon."""
    of_team = call.may(Reach.OWN_TEAM)
    return {
        "plan": plan_id,
        "ends_by": ends_by,
        "any": call.may(Reach.ANY),
        "circle": of_team or call.may(Reach.OWN_CIRCLE),
        "subject": call.principal.subject,
        "team": call.principal.team if of_team else None,
    }
