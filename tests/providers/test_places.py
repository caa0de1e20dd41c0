"""A bed tonight across providers; a secret location is a place and nothing more (OPN-41)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest

from shared.vocabulary import Role
from tests.support.world import START, Actor, World

PLACES: Final = "/providers/v1/places/_zoek"
SAFE: Final = "opvang_huiselijk_geweld"
SHELTER: Final = "maatschappelijke_opvang"
SECRET: Final = "Huis aan de Geheimgracht"


@dataclass(frozen=True)
class House:
    """A provider with one contract at one location."""

    organisation: UUID
    location: UUID
    capacity: UUID


async def house(
    world: World, name: str, voorziening: str, places: int, **other: dict[str, Any]
) -> House:
    """Register a house with its room."""
    administrator, made, contract = world.user(Role.ADMINISTRATOR), House(*_ids()), uuid4()
    organisation = str(made.organisation)
    for path, body in (
        (f"organisations/{organisation}", {"name": name, "phone": "0200000300"}),
        (
            f"locations/{made.location}",
            {
                "organisationId": organisation,
                "name": f"{name} Oost",
                "wijk": "ME",
                "stadsdeel": "M",
                **other.get("location", {}),
            },
        ),
        (
            f"contracts/{contract}",
            {
                "organisationId": organisation,
                "voorziening": voorziening,
                "validFrom": "2021-01-01",
                **other.get("contract", {}),
            },
        ),
        (
            f"capacities/{made.capacity}",
            {"contractId": str(contract), "locationId": str(made.location), "places": places},
        ),
    ):
        answer = await administrator.put_new(f"/providers/v1/{path}", body)
        assert answer.status_code == 200, answer.text
    return made


def _ids() -> tuple[UUID, UUID, UUID]:
    return uuid4(), uuid4(), uuid4()


async def secret(world: World, **other: dict[str, Any]) -> House:
    """A house of which nobody may know where it is."""
    location = {"name": SECRET, "wijk": "NK", "stadsdeel": "N", "confidential": True}
    return await house(world, "Blijf Voorbeeld", SAFE, 2, location=location, **other)


async def free(actor: Actor, **asked: Any) -> dict[str, Any]:
    """The places that are free."""
    found = await actor.post(PLACES, asked)
    assert found.status_code == 200, found.text
    answer: dict[str, Any] = found.json()
    return answer


async def asks(world: World, **asked: Any) -> httpx.Response:
    """The duty officer asks."""
    return await world.user(Role.CENTRAL_ACCESS).post(PLACES, asked)


@pytest.mark.rule("AMS-PRV-42")
async def test_every_free_bed_is_listed_across_providers_with_how_old_the_news_is(
    world: World,
) -> None:
    await house(world, "Klein", SHELTER, 1)
    await house(world, "Vol", SHELTER, 0)
    await house(world, "Groot", SHELTER, 5)
    await secret(world)
    world.move_to(START + timedelta(days=2))

    found = await free(world.user(Role.CENTRAL_ACCESS), voorzieningen=[SHELTER, SAFE])

    assert [(each["organisationName"], each["placesFree"]) for each in found["items"]] == [
        ("Groot", 5),
        ("Blijf Voorbeeld", 2),
        ("Klein", 1),
    ]
    assert {each["daysOld"] for each in found["items"]} == {2}
    assert {each["phone"] for each in found["items"]} == {"0200000300"}
    assert (found["on"], found["nothingFree"]) == ("2022-03-03", [])


@pytest.mark.rule("A12-PRI-01")
@pytest.mark.rule("OPN-41")
@pytest.mark.parametrize(
    "role",
    [
        Role.CENTRAL_ACCESS,
        Role.BUURTTEAM_WORKER,
        Role.TEAM_LEAD,
        Role.OKT_WORKER,
        Role.VEILIG_THUIS,
    ],
)
async def test_a_secret_location_is_a_place_without_name_or_area_for_everybody(
    world: World, role: Role
) -> None:
    made = await secret(world)

    answer = await world.user(role).post(PLACES, {"voorziening": SAFE})

    (place,) = answer.json()["items"]
    assert (place["label"], place["confidential"]) == ("Een plek", True)
    assert (place["wijk"], place["stadsdeel"]) == (None, None)
    assert place["organisationId"] == str(made.organisation)
    assert (SECRET in answer.text, "NK" in answer.text) == (False, False)


@pytest.mark.rule("A12-PRI-01")
@pytest.mark.parametrize("wijk", ["ME", "NK", "TC"])
async def test_asking_by_wijk_does_not_tell_where_a_secret_location_is(
    world: World, wijk: str
) -> None:
    await secret(world)

    found = await asks(world, voorziening=SAFE, wijk=wijk)

    assert [place["label"] for place in found.json()["items"]] == ["Een plek"]


async def test_an_open_location_is_found_where_its_contract_holds(world: World) -> None:
    await house(world, "Oost", SHELTER, 1, contract={"stadsdelen": ["M"]})

    here = await free(world.user(Role.BUURTTEAM_WORKER), voorziening=SHELTER, wijk="MC")
    there = await free(world.user(Role.BUURTTEAM_WORKER), voorziening=SHELTER, wijk="NK")

    assert [(place["label"], place["wijk"]) for place in here["items"]] == [("Oost Oost", "ME")]
    assert (there["items"], there["nothingFree"]) == ([], [SHELTER])


async def test_it_fits_the_person_without_knowing_who_it_is(world: World) -> None:
    await house(
        world,
        "Gezinnen",
        SHELTER,
        1,
        contract={"targetGroups": ["families"]},
        location={"wheelchairAccessible": True},
    )
    await house(world, "Iedereen", SHELTER, 2)
    worker = world.user(Role.VEILIG_THUIS)

    families = await free(worker, voorziening=SHELTER, targetGroup="families")
    young = await free(worker, voorziening=SHELTER, targetGroup="young_adults")
    wheels = await free(worker, voorziening=SHELTER, wheelchairAccessible=True)

    assert len(families["items"]) == 2
    assert [place["organisationName"] for place in young["items"]] == ["Iedereen"]
    assert [place["organisationName"] for place in wheels["items"]] == ["Gezinnen"]


async def test_room_that_was_announced_counts_on_its_day(world: World) -> None:
    made = await house(world, "Straks", SHELTER, 0)
    path = f"/providers/v1/capacities/{made.capacity}/changes"
    told = await world.user(Role.ADMINISTRATOR).post(path, {"from": "2022-03-05", "places": 3})
    assert told.status_code == 201, told.text

    tonight = (await asks(world, voorziening=SHELTER)).json()
    then = (await asks(world, voorziening=SHELTER, on="2022-03-05")).json()

    assert (tonight["items"], tonight["nothingFree"]) == ([], [SHELTER])
    assert [place["placesFree"] for place in then["items"]] == [3]


async def test_a_suspended_organisation_offers_no_bed(world: World) -> None:
    made = await house(world, "Gestopt", SHELTER, 3)
    manager = world.user(Role.CONTRACT_MANAGER)
    path = f"/providers/v1/organisations/{made.organisation}"
    etag = (await manager.get(path)).headers["ETag"]
    stopped = await manager.post(f"{path}/suspensions", {"reason": "quality"}, etag=etag)
    assert stopped.status_code == 200, stopped.text

    assert (await asks(world, voorziening=SHELTER)).json()["items"] == []


async def test_at_night_the_day_is_that_of_amsterdam(world: World) -> None:
    world.move_to(datetime(2022, 3, 4, 23, 30, tzinfo=UTC))

    assert (await asks(world, voorziening=SHELTER)).json()["on"] == "2022-03-05"


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({}, ""),
        ({"voorziening": SHELTER, "voorzieningen": [SAFE]}, ""),
        ({"voorziening": "hotel"}, "/voorziening"),
        ({"voorzieningen": [SHELTER, "hotel"]}, "/voorzieningen/1"),
        ({"voorziening": SHELTER, "wijk": "ZZ"}, "/wijk"),
        ({"voorziening": SHELTER, "person": "Maria"}, ""),
    ],
)
async def test_a_mistake_is_told_with_its_place(
    world: World, asked: dict[str, Any], pointer: str
) -> None:
    refused = await asks(world, **asked)

    assert refused.status_code == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert not any(word in refused.text for word in ("Maria", "hotel"))


@pytest.mark.parametrize(
    "role", [Role.PROVIDER_INTAKE, Role.SPECIALIST, Role.MUNICIPALITY, Role.CONTRACT_MANAGER]
)
async def test_beds_are_for_who_brings_people_there(world: World, role: Role) -> None:
    answer = await world.user(role).post(PLACES, {"voorziening": SHELTER})

    assert answer.status_code == 403
