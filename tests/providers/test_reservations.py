"""Places are held once, given back once, and never sold twice."""

import asyncio
from uuid import uuid4

import httpx

from shared.vocabulary import Role
from tests.support.registry import Offer, offer
from tests.support.world import Actor, World


def _body(made: Offer, attempt: object = None) -> dict[str, str]:
    return {
        "attemptId": str(attempt or uuid4()),
        "contractId": str(made.contract),
        "locationId": str(made.location),
    }


def _desk(world: World, made: Offer) -> Actor:
    return world.user(Role.PROVIDER_INTAKE, provider=str(made.provider))


async def _taken(world: World, made: Offer) -> int:
    reader = world.user(Role.ADMINISTRATOR)
    return int((await reader.get(f"/providers/v1/capacities/{made.capacity}")).json()["taken"])


async def test_asking_again_for_one_attempt_answers_the_place_already_held(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=1)
    body = _body(made)

    first = await _desk(world, made).post("/providers/v1/reservations", body)
    again = await _desk(world, made).post("/providers/v1/reservations", body)

    assert (first.status_code, again.status_code) == (201, 201), again.text
    assert first.json()["id"] == again.json()["id"]
    assert await _taken(world, made) == 1


async def test_a_full_location_says_so_and_nothing_changes(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=1)
    await _desk(world, made).post("/providers/v1/reservations", _body(made))

    refused = await _desk(world, made).post("/providers/v1/reservations", _body(made))

    assert refused.status_code == 409
    assert refused.json()["detail"] == "Hier is nu geen plaats vrij."
    assert await _taken(world, made) == 1


async def test_a_place_given_back_twice_counts_once(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=2)
    desk = _desk(world, made)
    held = (await desk.post("/providers/v1/reservations", _body(made))).json()["id"]
    await desk.post("/providers/v1/reservations", _body(made))

    for _ in range(2):
        answer = await desk.post(
            f"/providers/v1/reservations/{held}/releases", {"reason": "declined"}
        )
        assert answer.json()["status"] == "released"

    assert await _taken(world, made) == 1


async def test_another_provider_cannot_hold_or_give_back_a_place(world: World) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    made, other = await offer(administrator, "Eerste"), await offer(administrator, "Tweede")
    held = (await _desk(world, made).post("/providers/v1/reservations", _body(made))).json()["id"]
    stranger = _desk(world, other)

    answers = [
        await stranger.post("/providers/v1/reservations", _body(made)),
        await stranger.post(f"/providers/v1/reservations/{held}/releases", {"reason": "declined"}),
        await stranger.post(
            f"/providers/v1/reservations/{uuid4()}/releases", {"reason": "declined"}
        ),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1, "what is not yours does not exist"


async def test_of_two_who_make_one_organisation_at_once_one_is_told_it_exists(
    world: World,
) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    path = f"/providers/v1/organisations/{uuid4()}"

    answers = await asyncio.gather(
        *(administrator.put_new(path, {"name": f"Nummer {number}"}) for number in range(2))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def _return(world: World, attempt: str) -> httpx.Response:
    """The referrals service says that an attempt ended without a yes."""
    token = world.service_token("referrals", "providers")
    body = {"attemptId": attempt, "reason": "declined"}
    return await Actor(world.http, token).post("/providers/v1/place-returns", body)


async def test_what_was_held_for_an_attempt_and_never_heard_of_is_given_back(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=2)
    held = (await _desk(world, made).post("/providers/v1/reservations", _body(made))).json()
    await _desk(world, made).post("/providers/v1/reservations", _body(made))

    answers = [await _return(world, attempt) for attempt in (held["attemptId"],) * 2]
    nothing = await _return(world, str(uuid4()))

    assert [each.json()["returned"] for each in (*answers, nothing)] == [True, False, False]
    assert await _taken(world, made) == 1


async def test_a_place_that_help_uses_is_not_given_back_by_its_attempt(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=1)
    held = (await _desk(world, made).post("/providers/v1/reservations", _body(made))).json()
    begun = f"/providers/v1/reservations/{held['id']}/confirmations"
    await _desk(world, made).post(begun, {"on": "2022-03-01"})

    answer = await _return(world, held["attemptId"])

    assert (answer.json()["returned"], await _taken(world, made)) == (False, 1)


async def test_a_provider_gives_back_by_the_reservation_only(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=1)
    held = (await _desk(world, made).post("/providers/v1/reservations", _body(made))).json()
    body = {"attemptId": held["attemptId"], "reason": "declined"}

    refused = await _desk(world, made).post("/providers/v1/place-returns", body)

    assert (refused.status_code, await _taken(world, made)) == (403, 1)
