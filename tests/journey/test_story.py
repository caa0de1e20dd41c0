"""The story of the demonstration, played through the four services in one process."""

from http import HTTPStatus
from typing import Any

import pytest

from deploy.local.demo.placing import desk_of
from deploy.local.demo.stage import Stage
from deploy.local.demo.story import play
from deploy.local.sample import DE_PAUZE, NOOR, SCHOON_VERZONNEN
from tests.journey.staging import stage_in
from tests.support.world import World

LOOKED = {
    ("referrals", "list_queue", "read", "central_access"),
    ("referrals", "advise_consultation", "write", "central_access"),
    ("referrals", "take_up_service_request", "disclose", "specialist"),
    ("referrals", "accept_attempt", "disclose", "provider_intake"),
    ("plans", "compose_package", "disclose", "buurtteam_worker"),
}
"""Some of who must be named when a household asks who looked at its file."""


@pytest.mark.rule("AMS-INT-02")
@pytest.mark.rule("AMS-INT-10")
@pytest.mark.rule("AMS-PLN-01")
@pytest.mark.rule("AMS-PLN-10")
@pytest.mark.rule("AMS-PLN-12")
@pytest.mark.rule("AMS-ROL-07")
@pytest.mark.rule("AMS-ACC-13")
@pytest.mark.rule("AMS-ACC-23")
@pytest.mark.rule("AMS-ACC-33")
@pytest.mark.rule("AMS-ACC-34")
@pytest.mark.rule("AMS-ACC-43")
@pytest.mark.rule("AMS-ACC-45")
@pytest.mark.rule("AMS-REF-08")
async def test_a_household_is_helped_from_first_question_to_evaluated_support(
    world: World,
) -> None:
    stage = stage_in(world)

    rows = await play(stage)

    assert set(rows) >= LOOKED
    assert {service for service, *_ in rows} == {"intake", "plans", "referrals"}
    view = (await stage.as_worker(NOOR).get(stage.told["plan"])).body
    assert view["coordinator"] == NOOR.subject
    found = {item["id"]: item["status"] for item in view["supportItems"]}
    names = ("cafe", "debts", "item", "respite", "living")
    assert [found[stage.told[name]] for name in names] == [
        *("stopped", "stopped", "running", "running", "running")
    ]
    registered = [(await _registration(stage, path))["status"] for path in stage.told["registered"]]
    assert registered == ["started", "registered", "started"]


async def _registration(stage: Stage, path: str) -> dict[str, Any]:
    """A direct registration, as the provider sees it that made it."""
    for provider in (SCHOON_VERZONNEN, DE_PAUZE):
        found = await desk_of(stage, provider).send("GET", path)
        if found.status_code == HTTPStatus.OK:
            body: dict[str, Any] = found.json()
            return body
    pytest.fail("no provider has this registration")
