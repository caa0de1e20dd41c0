"""A contract ends: three people at one provider, on real plans, and nobody falls through."""

import httpx
import pytest

from shared.vocabulary import Role
from tests.contract.operations.of_referrals import Asked
from tests.plans.support import REFERRED, created, household, open_case
from tests.referrals.steps import ATTEMPTS, JUDGEMENT, REFERRALS, do, worker
from tests.referrals.transferring import (
    AGREED,
    BATCHES,
    DOUBLE,
    ENTRIES,
    HANDED,
    STAY,
    an_entry,
    batched,
    end,
    made_of,
    manager,
    move,
)
from tests.support.registry import Offer, two_offers
from tests.support.world import Actor, World


async def helped(world: World, offers: tuple[Offer, Offer], surname: str) -> httpx.Response:
    """Somebody with a plan whom the first provider helps, as it reads it."""
    case = await open_case(world, household(surname=surname, address={"wijk": "ME"}))
    item = await case.item("individual", voorziening=REFERRED)
    said = {"personId": case.main, "answer": "agreed", "how": "Aan tafel"}
    created(await case.worker.post(f"{case.path}/agreements", {"answers": [said]}))
    await world.drain()
    asked = Asked(world, case, item, offers)
    asked.seen = made_of(await case.worker.post(REFERRALS, asked.body()))
    await asked.move("judgements", JUDGEMENT)
    await asked.move("shortlists", asked.shortlist())
    await asked.move("attempts")
    lying = created(await asked.desk().get(ATTEMPTS), 200)["items"]
    new = next(each["id"] for each in lying if each["status"] == "offered")
    seen = await asked.desk().get(f"{ATTEMPTS}/{new}")
    seen = await do(asked.desk(), seen, "acceptances")
    when = {"at": "2022-03-02T09:00:00Z", "place": "De tuin"}
    seen = await do(asked.desk(), seen, "intake-appointments", when)
    return await do(asked.desk(), seen, "starts", {"on": "2022-03-01"})


async def handed_over(world: World, seen: httpx.Response, help_: httpx.Response) -> None:
    """The team takes over, both help for a while, it is handed over, and the old help stops."""
    noor = worker(world)
    for what, body in (("acceptances", {}), ("double-provisions", DOUBLE), ("handovers", HANDED)):
        made_of(await move(noor, seen, what, body))
    desk = world.user(Role.PROVIDER_INTAKE, provider=seen.json()["providerId"])
    path = f"{ATTEMPTS}/{help_.json()['id']}"
    etag = (await desk.get(path)).headers["ETag"]
    made_of(
        await desk.post(f"{path}/stops", {"on": "2022-03-01", "code": "handed_over"}, etag=etag)
    )
    await world.drain()


async def work(world: World) -> set[tuple[str, str, str]]:
    """What lies on the desk of the coordinator, but the evaluations."""
    found = created(await worker(world).get("/plans/v1/work-items"), 200)["items"]
    return {(each["kind"], each["code"], each["aboutId"]) for each in found if each["code"]}


@pytest.mark.rule("AMS-REF-21")
@pytest.mark.rule("AMS-PLN-40")
@pytest.mark.rule("HLM-PLN-12")
@pytest.mark.rule("HLM-PLN-13")
@pytest.mark.rule("AMS-MON-11")
async def test_one_is_finished_here_one_goes_to_the_team_and_one_stays(world: World) -> None:
    offers = await two_offers(world)
    desk = world.user(Role.PROVIDER_INTAKE, provider=str(offers[0].provider))
    people = [await helped(world, offers, name) for name in ("Bloem", "Struik", "Boom")]
    batch = await batched(world, offers[0], reason="not_awarded", deadline="2023-01-01")
    home = f"{BATCHES}/{batch.json()['id']}"
    bodies = [
        an_entry(people[0], canFinishInTime=True, wishes=None),
        *(an_entry(each) for each in people[1:]),
    ]

    entries = [made_of(await desk.post(f"{home}/entries", body)) for body in bodies]
    for seen in entries[1:]:
        made_of(await move(desk, seen, "proposals", AGREED))
    await world.drain()
    asked = {each for each in await work(world) if each[0] == "transfer_step"}
    await handed_over(world, entries[1], people[1])
    early = await end(manager(world), home, "closings")
    made_of(await move(worker(world), entries[2], "stays", STAY))
    closed = made_of(await end(manager(world), home, "closings")).json()["progress"]

    assert asked == {("transfer_step", "proposed", each.json()["id"]) for each in entries[1:]}
    assert early.status_code == 409
    exact = created(await desk.get(home), 200)["progress"]
    told = {"roundedTo": 1, "total": 3, "finishesHere": 1, "handedOver": 1, "stays": 1}
    assert {name: number for name, number in exact.items() if number} == told
    assert (closed["total"], closed["handedOver"], closed["stays"]) == (5, 0, 0)
    await nobody_fell_through(world, desk, entries, people)


async def nobody_fell_through(
    world: World, desk: Actor, entries: list[httpx.Response], people: list[httpx.Response]
) -> None:
    """Who is finished here and who stays are helped; who moved is followed by the coordinator."""
    still = created(await desk.get(ATTEMPTS), 200)["items"]
    assert {each["id"] for each in still} == {people[0].json()["id"], people[2].json()["id"]}
    over = created(await worker(world).get(f"{ENTRIES}/{entries[1].json()['id']}"), 200)
    assert (over["status"], over["helpStoppedOn"]) == ("handed_over", "2022-03-01")
    plan = created(await worker(world).get(f"/plans/v1/plans/{over['planId']}"), 200)
    assert plan["supportItems"][0]["status"] == "stopped"
    assert ("referral_step", "handed_over", over["referralId"]) in await work(world)
