"""What was told between services: how much arrived, waits, is parked, is lost or came twice."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, TypeAlias

from shared.schemas.events import ATTEMPT_MOVED, CIRCLE_CHANGED, CONTACT_LINKED, REFERRAL_MOVED
from tests.faults.databases import SERVICES, Databases

_SOURCE: Final = "urn:nld:buurtteam:"
_HEARERS: Final[Mapping[str, tuple[str, ...]]] = {
    "intake": ("plans",),
    "plans": ("referrals",),
    "referrals": ("plans",),
    "providers": ("referrals",),
}
_ALL_HEAR: Final = {CIRCLE_CHANGED: ("intake", "referrals"), CONTACT_LINKED: ("referrals",)}
_POLL_SECONDS: Final = 0.1
_PASS_EVERY: Final = 5

_WAITING: Final = """
SELECT id, task_name, status::text AS status, args, lock FROM procrastinate_jobs
WHERE queueing_lock IS NULL AND status IN ('todo', 'doing', 'failed') ORDER BY id
"""
_STEPS: Final = """
SELECT kind, subject_id::text AS subject, count(*) AS number FROM timeline_entries
WHERE kind LIKE 'referral\\_%%' OR kind LIKE 'attempt\\_%%' GROUP BY kind, subject_id
"""
# A worker that is not the newest of its service is a dead one: one process, one worker.
_AGE: Final = """
UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '10 minutes'
WHERE id < (SELECT max(id) FROM procrastinate_workers)
"""
_STALLED: Final = """
SELECT count(*) AS number FROM procrastinate_jobs j
WHERE j.status = 'doing'
  AND j.worker_id IS DISTINCT FROM (SELECT max(id) FROM procrastinate_workers)
"""
_SOONER: Final = """
UPDATE procrastinate_jobs SET scheduled_at = now()
WHERE status = 'todo' AND scheduled_at > now()
"""
_TICK: Final = """
INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status)
VALUES ('default', %(task)s::text, %(task)s::text, '{"timestamp": 0}', 'todo')
ON CONFLICT DO NOTHING
"""
_NOT_TAKEN: Final = """
SELECT id FROM procrastinate_jobs WHERE task_name = 'retry_stalled' AND status = 'todo'
"""

Told: TypeAlias = tuple[str, str, int]
"""Who told it, about which subject, with which number."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where everything stands that was told. `pending` is not lost: it waits for its turn."""

    done: int
    pending: tuple[str, ...]
    dead: tuple[str, ...]
    lost: tuple[str, ...]
    doubled: tuple[str, ...]

    @property
    def line(self) -> str:
        """For the summary."""
        return (
            f"{self.done} effects done, {len(self.pending)} pending, {len(self.dead)} dead, "
            f"{len(self.lost)} lost, {len(self.doubled)} doubled"
        )


@dataclass(frozen=True, slots=True)
class Queues:
    """The outboxes and inboxes of the four services."""

    databases: Databases

    def tick(self, service: str, task: str) -> None:
        """Have a task of the clock done now, as its next turn would."""
        with self.databases.connect(service) as opened:
            opened.execute(_TICK, {"task": task})

    async def awake(self, seconds: float = 30) -> None:
        """Wait until the worker of every service has done something: each of them is at work."""
        for service in SERVICES:
            self.tick(service, "retry_stalled")
        until = monotonic() + seconds
        waiting = set(SERVICES)
        while waiting:
            assert monotonic() < until, f"no worker is at work in {sorted(waiting)}"
            await asyncio.sleep(_POLL_SECONDS)
            waiting = {name for name in waiting if self.databases.rows(name, _NOT_TAKEN)}

    def pass_time(self) -> None:
        """Ten minutes go by for what waits: tries that were put off, workers that are dead.

        Dates are moved in the databases; the services and their worker do what they always do.
        """
        for service in SERVICES:
            with self.databases.connect(service) as opened:
                opened.execute(_AGE)
                opened.execute(_SOONER)
                found = opened.execute(_STALLED).fetchone()
            if found is not None and found["number"]:
                self.tick(service, "retry_stalled")

    async def settle(self, seconds: float = 60, *, patiently: bool = False) -> Standing:
        """Wait until nothing is pending; `patiently` no date is moved and real time passes."""
        until, rounds = monotonic() + seconds, 0
        while True:
            standing = await asyncio.to_thread(self.standing)
            if not standing.pending or monotonic() > until:
                return standing
            rounds += 1
            if not patiently and rounds % _PASS_EVERY == 0:
                await asyncio.to_thread(self.pass_time)
            await asyncio.sleep(_POLL_SECONDS)

    def standing(self) -> Standing:
        """Count it now. Senders are read before receivers, so that nothing is missed between."""
        given, jobs = {}, {}
        for service in SERVICES:
            query = "SELECT subject::text AS subject, last FROM outbox_sequences"
            given[service] = self.databases.rows(service, query)
            jobs[service] = self.databases.rows(service, _WAITING)
        inboxes = {service: self._inbox(service) for service in SERVICES}
        pending = [_name(s, job) for s in SERVICES for job in jobs[s] if job["status"] != "failed"]
        dead = [_name(s, job) for s in SERVICES for job in jobs[s] if job["status"] == "failed"]
        done = sum(1 for rows in inboxes.values() for row in rows if row["applied_at"])
        lost = [*_untold(given, jobs, inboxes), *_unapplied(jobs, inboxes)]
        return Standing(done, tuple(pending), tuple(dead), tuple(lost), tuple(self._doubled()))

    def _inbox(self, service: str) -> list[dict[str, Any]]:
        return self.databases.rows(
            service,
            "SELECT source, id::text AS id, type, subject::text AS subject, sequence, applied_at"
            " FROM inbox",
        )

    def _doubled(self) -> Iterator[str]:
        """More effects than events: each step of a referral is on the timeline of its plan once."""
        steps = {
            (r["kind"], r["subject"]): r["number"] for r in self.databases.rows("plans", _STEPS)
        }
        told: Counter[tuple[str, str]] = Counter()
        query = "SELECT type, data FROM inbox WHERE applied_at IS NOT NULL AND type = ANY(%s)"
        for row in self.databases.rows("plans", query, [[REFERRAL_MOVED, ATTEMPT_MOVED]]):
            what = "referral" if row["type"] == REFERRAL_MOVED else "attempt"
            told[f"{what}_{row['data']['status']}", row["data"][f"{what}Id"]] += 1
        for step in sorted({*steps, *told}):
            if steps.get(step, 0) != told[step]:
                yield f"{step[0]} of {step[1]}: told {told[step]}, in effect {steps.get(step, 0)}"


def _untold(
    given: Mapping[str, list[dict[str, Any]]],
    jobs: Mapping[str, list[dict[str, Any]]],
    inboxes: Mapping[str, list[dict[str, Any]]],
) -> Iterator[str]:
    """Numbers that were given to an event that no hearer has and that nobody will deliver."""
    known: dict[Told, set[str]] = defaultdict(set)
    kinds: dict[Told, str] = {}
    for told, kind, hearer in (*_heard(inboxes), *_to_deliver(jobs)):
        known[told].add(hearer)
        kinds[told] = kind
    numbers = (
        (sender, row["subject"], number)
        for sender, subjects in given.items()
        for row in subjects
        for number in range(1, row["last"] + 1)
    )
    for told in numbers:
        hearers = _ALL_HEAR.get(kinds.get(told, ""), _HEARERS[told[0]])
        for hearer in sorted(set(hearers) - known[told]):
            yield f"{told[0]} told {told[1]} number {told[2]}, {hearer} never hears it"


def _heard(inboxes: Mapping[str, list[dict[str, Any]]]) -> Iterator[tuple[Told, str, str]]:
    for hearer, rows in inboxes.items():
        for row in rows:
            told = (row["source"].removeprefix(_SOURCE), row["subject"], row["sequence"])
            yield told, row["type"], hearer


def _to_deliver(jobs: Mapping[str, list[dict[str, Any]]]) -> Iterator[tuple[Told, str, str]]:
    for sender, waiting in jobs.items():
        for job in waiting:
            if job["task_name"] == "deliver":
                event = json.loads(job["args"]["event"])
                told = (sender, event["subject"], int(event["sequence"]))
                yield told, event["type"], job["args"]["receiver"]


def _unapplied(
    jobs: Mapping[str, list[dict[str, Any]]], inboxes: Mapping[str, list[dict[str, Any]]]
) -> Iterator[str]:
    """Events that were taken in and that nobody will apply."""
    for service, rows in inboxes.items():
        coming = {
            (job["args"]["source"], job["args"]["event_id"])
            for job in jobs[service]
            if job["task_name"] == "apply_event"
        }
        for row in rows:
            if row["applied_at"] is None and (row["source"], row["id"]) not in coming:
                yield f"{service} took in {row['id']} and never applies it"


def _name(service: str, job: Mapping[str, Any]) -> str:
    return f"{service} {job['task_name']} {job['id']} ({job['status']})"
