"""The registry by its API: keeping it, finding in it, holding places."""

from uuid import uuid4

import pytest

from shared.vocabulary import Role
from tests.support.registry import VOORZIENING, offer
from tests.support.world import World


async def test_a_put_makes_reads_and_changes_an_organisation(world: World) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    path = f"/providers/v1/organisations/{uuid4()}"

    made = await administrator.put_new(path, {"name": "Zonnebloem"})
    changed = await administrator.send(
        "PUT", path, {"name": "Zonneroos"}, {"If-Match": made.headers["ETag"]}
    )

    assert made.status_code == 200, made.text
    assert changed.json()["name"] == "Zonneroos"
    assert changed.headers["ETag"] != made.headers["ETag"]
    again = await administrator.put_new(path, {"name": "Nogmaals"})
    assert again.status_code == 412


@pytest.mark.rule("AMS-PRV-42")
async def test_a_match_names_who_fits_and_why_others_do_not(world: World) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    near = await offer(administrator, "Dichtbij", 3, "M")
    far = await offer(administrator, "Ver weg", 3, "N")
    full = await offer(administrator, "Vol", 0, "M")

    answer = await world.user(Role.BUURTTEAM_WORKER).post(
        "/providers/v1/matches/_zoek", {"voorziening": VOORZIENING, "stadsdeel": "M"}
    )

    found = answer.json()
    assert [item["organisationId"] for item in found["items"]] == [str(near.provider)]
    why = {item["organisationId"]: item["whyNot"] for item in found["excluded"]}
    assert why == {str(far.provider): ["area"], str(full.provider): ["room"]}
