"""Every call of one service to another, in the order in which a household's way takes them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

import httpx

from deploy.local.sample import NOOR, YUSUF
from shared.vocabulary import Role
from tests.faults.town import Planned, Town, listed, offered, planned, request_for
from tests.intake.steps import CONTACTS, told
from tests.referrals.steps import ATTEMPTS, REFERRALS
from tests.support.registry import Offer
from tests.support.world import Actor

LISTENS_MS: Final = 500
"""How long an impatient frontend waits for an answer."""


@dataclass(frozen=True)
class Asked:
    """One request of a user for which a service must ask a peer.

    `seen` is what the user sees of the record before and after; `effects` counts what the request
    has made, in every database concerned, and is `once` after it was done.
    """

    name: str
    way: tuple[str, str]
    path: str
    actor: Actor
    request: tuple[str, str, Any]
    seen: Callable[[], Awaitable[object]]
    effects: Callable[[], object]
    once: object
    none: object
    etag: str | None = None
    key: UUID = field(default_factory=uuid4)

    async def send(self, listens_ms: int | None = None) -> httpx.Response:
        """The same request each time: the same key, the same body, what was seen first."""
        headers = {} if listens_ms is None else {"Request-Deadline-Ms": str(listens_ms)}
        method, path, body = self.request
        if method == "POST":
            headers["Idempotency-Key"] = str(self.key)
        if self.etag is not None:
            headers["If-Match"] = self.etag
        return await self.actor.send(method, path, body, headers)


def same(actor: Actor, path: str) -> Callable[[], Awaitable[object]]:
    """What a record or a list looks like now, and its ETag."""

    async def look() -> object:
        answer = await actor.get(path)
        assert answer.status_code == 200, answer.text
        return answer.content, answer.headers.get("ETag")

    return look


async def household(town: Town) -> Asked:
    """Intake has plans make the household of a contact."""
    noor, surname = town.user(Role.BUURTTEAM_WORKER), f"Nieuw {uuid4().hex}"
    brought = await noor.post(CONTACTS, told(wijk="ME"))
    assert brought.status_code == 201, brought.text
    contact = f"{CONTACTS}/{brought.json()['id']}"
    await noor.post(f"{contact}/candidates/_zoek")
    person = {"givenNames": "Anna", "surname": surname, "birthDate": "1988-05-02"}
    linked = "SELECT count(*) FROM contacts WHERE id = %s AND household_id IS NOT NULL"
    persons = "SELECT count(*) FROM persons WHERE surname = %s"
    return Asked(
        name="a household is made",
        way=("intake", "plans"),
        path="/plans/v1/households",
        actor=noor,
        request=(
            "POST",
            f"{contact}/household-links",
            {"members": [{"role": "main", "person": person}]},
        ),
        seen=same(noor, contact),
        effects=lambda: (
            town.number("intake", linked, brought.json()["id"]),
            town.number("plans", persons, surname),
        ),
        once=(1, 1),
        none=(0, 0),
        etag=(await noor.get(contact)).headers["ETag"],
    )


def request(town: Town, case: Planned) -> Asked:
    """Referrals asks plans what a request for this support item rests on."""
    noor = town.user(Role.BUURTTEAM_WORKER)
    made = "SELECT count(*) FROM referrals WHERE plan_id = %s"
    return Asked(
        name="a request is made",
        way=("referrals", "plans"),
        path="/referral-basis",
        actor=noor,
        request=("POST", REFERRALS, request_for(case)),
        seen=same(noor, f"{REFERRALS}?planId={case.plan}"),
        effects=lambda: town.number("referrals", made, case.plan),
        once=1,
        none=0,
    )


def an_offer(town: Town, case: Planned, referral: httpx.Response, made: Offer) -> Asked:
    """Referrals has plans compose what the provider may hear."""
    noor = town.user(Role.BUURTTEAM_WORKER)
    path = f"{REFERRALS}/{referral.json()['id']}"
    attempts = "SELECT count(*) FROM attempts WHERE referral_id = %s"
    shared = "SELECT count(*) FROM disclosures WHERE support_item_id = %s AND provider_id = %s"
    return Asked(
        name="an offer is made",
        way=("referrals", "plans"),
        path="/disclosure-packages",
        actor=noor,
        request=("POST", f"{path}/attempts", {}),
        seen=same(noor, path),
        effects=lambda: (
            town.number("referrals", attempts, referral.json()["id"]),
            town.number("plans", shared, case.item, made.provider),
        ),
        once=(1, 1),
        none=(0, 0),
        etag=referral.headers["ETag"],
    )


def held(town: Town, attempt: str, made: Offer) -> tuple[int, int, int]:
    """Places held for an attempt, places taken there, and those of the contract's year."""
    here = "SELECT count(*) FROM reservations WHERE attempt_id = %s AND status = 'held'"
    taken = "SELECT taken FROM capacities WHERE id = %s"
    year = "SELECT coalesce(sum(taken), 0) FROM contract_years WHERE contract_id = %s"
    return (
        town.number("providers", here, attempt),
        town.number("providers", taken, made.capacity),
        town.number("providers", year, made.contract),
    )


async def acceptance(town: Town, made: Offer) -> Asked:
    """Referrals holds a place at providers before it discloses who it is."""
    desk = town.desk(made)
    [attempt] = [item["id"] for item in (await desk.get(ATTEMPTS)).json()["items"]]
    accepted = "SELECT count(*) FROM attempts WHERE id = %s AND status = 'accepted'"
    return Asked(
        name="an offer is accepted",
        way=("referrals", "providers"),
        path="/providers/v1/reservations",
        actor=desk,
        request=("POST", f"{ATTEMPTS}/{attempt}/acceptances", {}),
        seen=same(desk, f"{ATTEMPTS}/{attempt}"),
        effects=lambda: (
            town.number("referrals", accepted, attempt),
            *held(town, attempt, made),
        ),
        once=(1, 1, 1, 1),
        none=(0, 0, 0, 0),
        etag=(await desk.get(f"{ATTEMPTS}/{attempt}")).headers["ETag"],
    )


def coordinator(town: Town, made: Offer) -> Asked:
    """Intake asks referrals whether this provider works with this coordinator."""
    desk = town.desk(made)
    return Asked(
        name="a coordinator is looked up",
        way=("intake", "referrals"),
        path=f"/coordinations/{NOOR.subject}",
        actor=desk,
        request=("GET", f"/intake/v1/workers/{NOOR.subject}", None),
        seen=same(desk, ATTEMPTS),
        effects=lambda: None,
        once=None,
        none=None,
    )


async def register_workers(town: Town) -> None:
    """Noor and Yusuf, in the directory of intake."""
    administrator = town.user(Role.ADMINISTRATOR)
    for worker in (NOOR, YUSUF):
        body = {
            "name": worker.name,
            "teamId": str(worker.team.id),
            "role": worker.role.value,
            "phone": worker.phone,
            "workingDays": [1, 2, 3, 4],
        }
        made = await administrator.put_new(f"/intake/v1/workers/{worker.subject}", body)
        assert made.status_code == 200, made.text


async def accepted(town: Town) -> tuple[Offer, str]:
    """An attempt that a provider said yes to, and who that is."""
    _, _, made = await offered(town)
    answer = await (await acceptance(town, made)).send()
    assert answer.is_success, answer.text
    return made, answer.json()["id"]


async def on_the_way(town: Town) -> AsyncIterator[Asked]:
    """Each request in turn; the next one needs that this one was done."""
    yield await household(town)
    noor = town.user(Role.BUURTTEAM_WORKER)
    case = await planned(town)
    requested = request(town, case)
    yield requested
    judged, made = await listed(town, case, await _made(noor, case))
    yield an_offer(town, case, judged, made)
    yield await acceptance(town, made)
    yield coordinator(town, made)


async def _made(noor: Actor, case: Planned) -> httpx.Response:
    """The request that was made, as it is now."""
    [found] = (await noor.get(f"{REFERRALS}?planId={case.plan}")).json()["items"]
    answer = await noor.get(f"{REFERRALS}/{found['id']}")
    assert answer.status_code == 200, answer.text
    return answer
