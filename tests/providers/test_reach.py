"""A provider counts and holds its own places only; nobody else's can be taken over."""

from uuid import uuid4

from shared.vocabulary import Role
from tests.support.registry import Offer, offer
from tests.support.world import Actor, World

CAPACITIES = "/providers/v1/capacities"
RESERVATIONS = "/providers/v1/reservations"


def _manager(world: World, made: Offer) -> Actor:
    return world.user(Role.PROVIDER_MANAGER, provider=str(made.provider))


def _counter(made: Offer, location: Offer | None = None, places: int = 1) -> dict[str, object]:
    where = (location or made).location
    return {"contractId": str(made.contract), "locationId": str(where), "places": places}


async def test_a_provider_cannot_take_over_the_counter_of_another_with_its_own_contract(
    world: World,
) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    victim, thief = await offer(administrator, "Eerste"), await offer(administrator, "Tweede")
    path = f"{CAPACITIES}/{victim.capacity}"
    seen = await _manager(world, thief).get(path)

    stolen = await _manager(world, thief).send(
        "PUT", path, _counter(thief), {"If-Match": seen.headers["ETag"]}
    )

    assert stolen.status_code == 404
    assert (await administrator.get(path)).json() == seen.json()


async def test_a_provider_cannot_state_room_at_the_place_of_another(world: World) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    mine, other = await offer(administrator, "Eerste"), await offer(administrator, "Tweede")

    made = await _manager(world, mine).put_new(
        f"{CAPACITIES}/{uuid4()}", _counter(mine, location=other)
    )

    assert made.status_code == 404


async def test_a_counter_keeps_its_contract_also_for_who_keeps_the_registry(world: World) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    first, second = await offer(administrator, "Eerste"), await offer(administrator, "Tweede")
    path = f"{CAPACITIES}/{first.capacity}"
    seen = await administrator.get(path)

    moved = await administrator.send(
        "PUT", path, _counter(second), {"If-Match": seen.headers["ETag"]}
    )

    assert moved.status_code == 409
    assert (await administrator.get(path)).json() == seen.json()


async def test_a_provider_states_its_own_room(world: World) -> None:
    mine = await offer(world.user(Role.ADMINISTRATOR))
    path = f"{CAPACITIES}/{mine.capacity}"
    seen = await _manager(world, mine).get(path)

    stated = await _manager(world, mine).send(
        "PUT", path, _counter(mine, places=9), {"If-Match": seen.headers["ETag"]}
    )

    assert stated.status_code == 200, stated.text
    assert stated.json()["places"] == 9


async def test_a_place_held_elsewhere_for_an_attempt_is_not_answered_to_another_provider(
    world: World,
) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    first, second = await offer(administrator, "Eerste"), await offer(administrator, "Tweede")
    attempt = str(uuid4())
    held = await _manager(world, first).post(
        RESERVATIONS,
        {"attemptId": attempt, **_without_places(first)},
    )

    asked = await _manager(world, second).post(
        RESERVATIONS,
        {"attemptId": attempt, **_without_places(second)},
    )

    assert asked.status_code == 409
    assert held.json()["id"] not in asked.text
    counter = await administrator.get(f"{CAPACITIES}/{second.capacity}")
    assert counter.json()["taken"] == 0


async def test_a_worker_cannot_give_back_the_place_of_any_provider(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR))
    manager = _manager(world, made)
    body = {"attemptId": str(uuid4()), **_without_places(made)}
    held = (await manager.post(RESERVATIONS, body)).json()["id"]

    for role in (Role.BUURTTEAM_WORKER, Role.TEAM_LEAD, Role.OKT_WORKER):
        path = f"{RESERVATIONS}/{held}/releases"
        assert (await world.user(role).post(path, {"reason": "declined"})).status_code == 403

    counter = await manager.get(f"{CAPACITIES}/{made.capacity}")
    assert counter.json()["taken"] == 1


async def test_a_replay_ends_with_the_reach_of_who_went_to_work_for_another_provider(
    world: World,
) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    first, second = await offer(administrator, "Eerste"), await offer(administrator, "Tweede")
    key, body = uuid4(), {"attemptId": str(uuid4()), **_without_places(first)}
    held = await _manager(world, first).post(RESERVATIONS, body, key=key)

    again = await _manager(world, first).post(RESERVATIONS, body, key=key)
    moved_on = await _manager(world, second).post(RESERVATIONS, body, key=key)

    assert (held.status_code, again.status_code, moved_on.status_code) == (201, 201, 404)
    assert again.content == held.content


def _without_places(made: Offer) -> dict[str, str]:
    return {"contractId": str(made.contract), "locationId": str(made.location)}


async def test_a_contract_that_ends_before_it_begins_is_a_mistake_with_its_place(
    world: World,
) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    made = await offer(administrator)
    body = {
        "organisationId": str(made.provider),
        "voorziening": "dagbesteding_meedoen",
        "stadsdelen": ["M"],
        "validFrom": "2022-01-01",
        "validUntil": "2021-12-31",
    }

    refused = await administrator.put_new(f"/providers/v1/contracts/{uuid4()}", body)

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/validUntil"
