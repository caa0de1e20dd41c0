"""The end state of the four databases: all that was acknowledged, once, and nothing half done."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString, TypeAlias

from services.referrals.domain.lifecycle import IDENTIFIED, OPEN_ATTEMPTS
from shared.vocabulary import AttemptStatus, ReferralStatus, ReservationStatus
from tests.faults.databases import Databases
from tests.faults.ledger import Ledger, Table

Row: TypeAlias = Mapping[str, Any]

_S: Final = ReservationStatus
_IN_USE: Final = {_S.HELD.value, _S.CONFIRMED.value}
_OPEN: Final = {status.value for status in OPEN_ATTEMPTS}
_AGREED: Final = {status.value for status in IDENTIFIED}
_STARTED: Final = AttemptStatus.STARTED.value
_STOPPED: Final = AttemptStatus.STOPPED.value
_DELIVERING: Final = ReferralStatus.DELIVERING.value
_ENDED: Final = ReferralStatus.ENDED.value
_RELEASED: Final = _S.RELEASED.value

# Every table in which an intent of a story leaves a row whose key it was told.
_KEYS: Final[Mapping[Table, LiteralString]] = {
    ("intake", "contacts"): "SELECT id::text AS key FROM contacts",
    ("intake", "clarifications"): "SELECT id::text AS key FROM clarifications",
    ("plans", "households"): "SELECT id::text AS key FROM households",
    ("plans", "persons"): "SELECT id::text AS key FROM persons",
    ("plans", "plans"): "SELECT id::text AS key FROM plans",
    ("plans", "goals"): "SELECT id::text AS key FROM goals",
    ("plans", "support_items"): "SELECT id::text AS key FROM support_items",
    ("plans", "evaluation_moments"): "SELECT id::text AS key FROM evaluation_moments",
    ("plans", "evaluations"): "SELECT id::text AS key FROM evaluations",
    ("referrals", "referrals"): "SELECT id::text AS key FROM referrals",
    ("referrals", "attempts"): "SELECT id::text AS key FROM attempts",
}
# … and those of which it knows how many there are under something it was told.
_CHILDREN: Final[Mapping[Table, LiteralString]] = {
    ("intake", "legal_clocks"): "SELECT contact_id::text AS key FROM legal_clocks",
    ("plans", "household_members"): "SELECT household_id::text AS key FROM household_members",
    ("plans", "circle_members"): "SELECT plan_id::text AS key FROM circle_members",
    ("plans", "agreements"): "SELECT plan_id::text AS key FROM agreements",
    ("plans", "evaluation_decisions"): (
        "SELECT evaluation_id::text AS key FROM evaluation_decisions"
    ),
    ("referrals", "judgements"): "SELECT referral_id::text AS key FROM judgements",
    ("referrals", "weighings"): "SELECT referral_id::text AS key FROM weighings",
    ("referrals", "shortlists"): "SELECT referral_id::text AS key FROM shortlists",
    ("referrals", "shortlist_entries"): "SELECT referral_id::text AS key FROM shortlist_entries",
    ("providers", "reservations"): "SELECT attempt_id::text AS key FROM reservations",
}
_REFERRALS: Final = """
SELECT id::text AS id, status, plan_id::text AS plan_id, support_item_id::text AS support_item_id
FROM referrals
"""
_ATTEMPTS: Final = """
SELECT id::text AS id, referral_id::text AS referral_id, status,
       reservation_id::text AS reservation_id
FROM attempts
"""
_RESERVATIONS: Final = """
SELECT r.id::text AS id, r.attempt_id::text AS attempt_id, r.status, r.year, r.confirmed_at,
       r.capacity_id::text AS capacity_id, c.contract_id::text AS contract_id
FROM reservations r JOIN capacities c ON c.id = r.capacity_id
"""
_STEPS: Final[Mapping[str, LiteralString]] = {
    "referral": (
        "SELECT referral_id::text AS of, previous, status FROM referral_steps ORDER BY id"
    ),
    "attempt": "SELECT attempt_id::text AS of, previous, status FROM attempt_steps ORDER BY id",
}
_GIVEN: Final = """
SELECT r.id::text AS id, coalesce(o.last, 0) AS told,
       (SELECT count(*) FROM referral_steps s WHERE s.referral_id = r.id)
       + (SELECT count(*) FROM attempt_steps s JOIN attempts a ON a.id = s.attempt_id
          WHERE a.referral_id = r.id) AS steps
FROM referrals r LEFT JOIN outbox_sequences o ON o.subject = r.id
"""
_PROGRESS: Final[Mapping[str, LiteralString]] = {
    "referral": "SELECT referral_id::text AS id, status FROM referral_progress",
    "attempt": "SELECT attempt_id::text AS id, status FROM attempt_progress",
}
_ROOMS: Final = """
SELECT id::text AS id, taken FROM capacities
"""
_YEARS: Final = """
SELECT contract_id::text AS id, year, taken FROM contract_years
"""
_ITEMS: Final = """
SELECT id::text AS id, referral_id::text AS referral_id, referral_status FROM support_items
"""
_CIRCLES: Final = """
SELECT p.id::text AS id, p.circle_sequence AS sequence,
       (SELECT count(*) FROM circle_members m WHERE m.plan_id = p.id) AS people
FROM plans p
"""
_KNOWN_CIRCLES: Final = """
SELECT s.plan_id::text AS id, s.sequence,
       (SELECT count(*) FROM plan_circle c WHERE c.plan_id = s.plan_id) AS people
FROM plan_circle_state s
"""
_CONCLUDED: Final = """
SELECT id::text AS id FROM contacts WHERE plan_id IS NOT NULL AND status = 'concluded'
"""
_CONCLUSIONS: Final = """
SELECT subject_id::text AS id FROM timeline_entries WHERE kind = 'contact_concluded'
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be: of which kind, and what."""

    kind: str
    what: str


def findings(databases: Databases, ledger: Ledger) -> list[Finding]:
    """Everything that is wrong, by the databases themselves; empty when all is well."""
    referrals = databases.rows("referrals", _REFERRALS)
    attempts = databases.rows("referrals", _ATTEMPTS)
    reservations = databases.rows("providers", _RESERVATIONS)
    return [
        *_acknowledged(databases, ledger),
        *_requests(referrals, attempts),
        *_steps(databases, referrals, "referral"),
        *_steps(databases, attempts, "attempt"),
        *_told(databases),
        *_places(attempts, reservations),
        *_counters(databases, reservations),
        *_plans(databases, referrals, attempts),
        *_circles(databases),
        *_contacts(databases),
    ]


def _acknowledged(databases: Databases, ledger: Ledger) -> Iterator[Finding]:
    for table, query in _KEYS.items():
        there = Counter(row["key"] for row in databases.rows(table[0], query))
        yield from _compared(table, Counter(ledger.rows[table]), there)
    for table, query in _CHILDREN.items():
        there = Counter(row["key"] for row in databases.rows(table[0], query))
        told = Counter({key: n for (of, key), n in ledger.children.items() if of == table})
        yield from _compared(table, told, there)


def _compared(table: Table, told: Counter[str], there: Counter[str]) -> Iterator[Finding]:
    name = ".".join(table)
    for key in sorted({*told, *there}):
        if told[key] > there[key]:
            yield Finding("missing", f"{name} {key}: told {told[key]}, there {there[key]}")
        if there[key] > told[key]:
            yield Finding("extra", f"{name} {key}: told {told[key]}, there {there[key]}")


def _requests(referrals: Sequence[Row], attempts: Sequence[Row]) -> Iterator[Finding]:
    """A request is delivering exactly while an attempt is, and has ended when that has stopped."""
    of: dict[str, list[str]] = defaultdict(list)
    for attempt in attempts:
        of[attempt["referral_id"]].append(attempt["status"])
    for row in referrals:
        started, stopped = of[row["id"]].count(_STARTED), of[row["id"]].count(_STOPPED)
        delivering, ended = row["status"] == _DELIVERING, row["status"] == _ENDED
        if delivering != (started == 1) or ended != (stopped == 1):
            what = f"request {row['id']} is {row['status']}, its attempts {of[row['id']]}"
            yield Finding("half done", what)


def _steps(databases: Databases, rows: Sequence[Row], what: str) -> Iterator[Finding]:
    """Each state was reached by a chain of steps without a gap."""
    chains: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for step in databases.rows("referrals", _STEPS[what]):
        chains[step["of"]].append(step)
    for row in rows:
        last = None
        for step in chains[row["id"]]:
            if step["previous"] != last:
                yield Finding("half done", f"{what} {row['id']}: no step from {last}")
            last = step["status"]
        if last != row["status"]:
            yield Finding("half done", f"{what} {row['id']} is {row['status']}, its steps: {last}")


def _told(databases: Databases) -> Iterator[Finding]:
    """Each step was told: it has a number of its own among the events of its request."""
    for row in databases.rows("referrals", _GIVEN):
        if row["told"] < row["steps"]:
            what = f"request {row['id']}: {row['steps']} steps, {row['told']} events"
            yield Finding("untold", what)


def _places(attempts: Sequence[Row], reservations: Sequence[Row]) -> Iterator[Finding]:
    """A place is in use exactly for an attempt that is under way, and knows it."""
    known = {row["id"]: row for row in attempts}
    using = {row["attempt_id"]: row for row in reservations if row["status"] in _IN_USE}
    for place in using.values():
        whose = known.get(place["attempt_id"])
        if whose is None or whose["status"] not in _OPEN:
            status = "not there" if whose is None else whose["status"]
            yield Finding("leaked", f"place {place['id']} is in use, its attempt is {status}")
        elif whose["reservation_id"] != place["id"]:
            yield Finding("leaked", f"attempt {whose['id']} does not know place {place['id']}")
    for attempt in attempts:
        held = using.get(attempt["id"])
        if attempt["status"] in _AGREED and held is None:
            yield Finding("half done", f"attempt {attempt['id']} goes on without a place")
        if attempt["status"] == _STARTED and held and held["status"] != _S.CONFIRMED.value:
            yield Finding("half done", f"help began, place {held['id']} is not confirmed")


def _counters(databases: Databases, reservations: Sequence[Row]) -> Iterator[Finding]:
    """Counters say what their rows say. Help that began stays counted in its year."""
    rooms = Counter(row["capacity_id"] for row in reservations if row["status"] in _IN_USE)
    years = Counter(
        (row["contract_id"], row["year"])
        for row in reservations
        if row["status"] in _IN_USE or (row["confirmed_at"] and row["status"] == _RELEASED)
    )
    for row in databases.rows("providers", _ROOMS):
        if row["taken"] != rooms[row["id"]]:
            what = f"room {row['id']} counts {row['taken']}, {rooms[row['id']]} are in use"
            yield Finding("miscounted", what)
    for row in databases.rows("providers", _YEARS):
        counted = years[row["id"], row["year"]]
        if row["taken"] != counted:
            what = f"contract {row['id']} counts {row['taken']} in {row['year']}, given: {counted}"
            yield Finding("miscounted", what)


def _plans(
    databases: Databases, referrals: Sequence[Row], attempts: Sequence[Row]
) -> Iterator[Finding]:
    """The plan knows each request and attempt as it is, and its support item follows."""
    for what, rows in (("referral", referrals), ("attempt", attempts)):
        known = {row["id"]: row["status"] for row in databases.rows("plans", _PROGRESS[what])}
        for row in rows:
            if known.get(row["id"]) != row["status"]:
                told = f"{what} {row['id']} is {row['status']}, plans knows {known.get(row['id'])}"
                yield Finding("half done", told)
    items = {row["id"]: row for row in databases.rows("plans", _ITEMS)}
    for row in referrals:
        item = items.get(row["support_item_id"])
        if item is None or item["referral_status"] != row["status"]:
            yield Finding("half done", f"support item of {row['id']} does not follow it")


def _circles(databases: Databases) -> Iterator[Finding]:
    """Both projections know the circle of every plan as it is."""
    for row in databases.rows("plans", _CIRCLES):
        for service in ("intake", "referrals"):
            query = f"{_KNOWN_CIRCLES} WHERE s.plan_id = %s"
            if databases.rows(service, query, [row["id"]]) != [row]:
                yield Finding("half done", f"{service} does not know the circle of {row['id']}")


def _contacts(databases: Databases) -> Iterator[Finding]:
    """A contact that ended in a plan is on its timeline once."""
    noted = Counter(row["id"] for row in databases.rows("plans", _CONCLUSIONS))
    for row in databases.rows("intake", _CONCLUDED):
        if noted[row["id"]] != 1:
            what = f"contact {row['id']} is {noted[row['id']]} times on the timeline"
            yield Finding("half done", what)
