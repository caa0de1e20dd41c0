"""What the registry refuses, and what it says would be right."""

from uuid import uuid4

from shared.vocabulary import Role
from tests.providers.steps import capacity
from tests.support.registry import VOORZIENING, offer
from tests.support.world import World

V1 = "/providers/v1"


async def test_a_second_counter_for_a_contract_at_one_place_is_a_conflict(world: World) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    made = await offer(administrator, places=3)
    body = {"contractId": str(made.contract), "locationId": str(made.location), "places": 9}

    second = await administrator.put_new(f"{V1}/capacities/{uuid4()}", body)
    same = await administrator.put_new(f"{V1}/capacities/{made.capacity}", body)

    assert second.status_code == 409
    assert "al geteld" in second.json()["detail"]
    assert same.status_code == 412, "the counter itself is there: read it first"
    assert (await capacity(world, made)).json()["places"] == 3


async def test_a_contract_for_a_voorziening_that_is_not_there_is_refused_with_the_list(
    world: World,
) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    made = await offer(administrator)
    path = f"{V1}/contracts/{made.contract}"
    seen = await administrator.get(path)
    body = {
        "organisationId": str(made.provider),
        "voorziening": "onzin",
        "stadsdelen": ["M"],
        "validFrom": "2021-01-01",
    }

    new = await administrator.put_new(f"{V1}/contracts/{uuid4()}", body)
    changed = await administrator.send("PUT", path, body, {"If-Match": seen.headers["ETag"]})

    for refused in (new, changed):
        assert refused.status_code == 400
        assert refused.json()["type"].endswith("unknown-code")
        assert refused.json()["errors"][0]["pointer"] == "/voorziening"
        assert VOORZIENING in refused.json()["detail"]
        assert "onzin" not in refused.text
    assert (await administrator.get(path)).json() == seen.json()


async def test_an_organisation_is_not_its_own_parent(world: World) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    owner, owned = uuid4(), uuid4()
    path = f"{V1}/organisations/{owned}"
    await administrator.put_new(f"{V1}/organisations/{owner}", {"name": "Moeder"})

    new = await administrator.put_new(path, {"name": "Kring", "parentId": str(owned)})
    right = await administrator.put_new(path, {"name": "Kring", "parentId": str(owner)})
    later = await administrator.send(
        "PUT",
        path,
        {"name": "Kring", "parentId": str(owned)},
        {"If-Match": right.headers["ETag"]},
    )

    for refused in (new, later):
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["pointer"] == "/parentId"
    assert (await administrator.get(path)).json()["parentId"] == str(owner)
