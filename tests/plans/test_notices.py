"""A client of a provider agreed that the coordinator hears: who it is about is never answered."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.vocabulary import Role
from tests.plans.support import BSN, Case, audited, household, open_case
from tests.support.world import World

NOTICES = "http://plans.test/plans/v1/registration-notices"
HELP = "hulp_bij_het_huishouden"
BORN = "1988-05-02"


async def told(world: World, person: dict[str, Any], notice: str | None = None) -> httpx.Response:
    """Referrals tells of somebody."""
    body = {
        "registrationId": notice or str(uuid4()),
        "voorziening": HELP,
        "providerId": str(uuid4()),
        "registeredOn": "2022-03-01",
        "person": person,
    }
    headers = {
        "Authorization": f"Bearer {world.service_token('referrals', 'plans')}",
        "Idempotency-Key": str(uuid4()),
    }
    answer = await world.http.post(NOTICES, json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    return answer


async def desk(case: Case) -> list[str]:
    """What lies on the coordinator's desk about this."""
    return [item["code"] for item in await case.work("direct_registration")]


@pytest.mark.rule("OPN-11")
@pytest.mark.parametrize(
    "person",
    [
        {"surname": "Anders", "birthDate": "1990-01-01", "bsn": BSN},
        {"surname": "BLÖEM", "birthDate": BORN},
        {"surname": "Bloem", "birthDate": BORN, "bsn": BSN},
    ],
)
async def test_the_coordinator_of_the_one_person_it_is_hears_it(
    world: World, person: dict[str, Any]
) -> None:
    case = await open_case(world, household(bsn=BSN))

    await told(world, person)

    assert await desk(case) == [HELP]
    assert (await case.timeline())[-1] == "direct_registration"
    assert ("write", "hear_registration") in await audited(world, case.main)


@pytest.mark.parametrize(
    "person",
    [
        {"surname": "Bloem", "birthDate": "1988-05-03"},
        {"surname": "Bloe", "birthDate": BORN},
        {"surname": "Bloem", "birthDate": BORN, "bsn": "999990457"},
        {"surname": "Niemand", "birthDate": BORN},
    ],
)
async def test_somebody_else_is_not_taken_for_a_client_and_the_answer_is_the_same(
    world: World, person: dict[str, Any]
) -> None:
    case = await open_case(world, household(bsn=BSN))

    somebody = await told(world, person)
    client = await told(world, {"surname": "Bloem", "birthDate": BORN, "bsn": BSN})

    assert (somebody.content, sorted(somebody.headers)) == (client.content, sorted(client.headers))
    assert await desk(case) == [HELP]


async def test_of_two_with_the_same_name_and_day_nobody_hears(world: World) -> None:
    cases = [await open_case(world, household()) for _ in range(2)]

    await told(world, {"surname": "Bloem", "birthDate": BORN})

    assert [await desk(case) for case in cases] == [[], []]


async def test_told_again_it_is_heard_once_also_after_it_was_done(world: World) -> None:
    case, notice = await open_case(world, household(bsn=BSN)), str(uuid4())
    person = {"surname": "Bloem", "birthDate": BORN, "bsn": BSN}
    await told(world, person, notice)
    item = (await case.work("direct_registration"))[0]
    path = f"/plans/v1/work-items/{item['id']}"
    seen = await case.worker.get(path)
    await case.worker.post(f"{path}/completions", etag=seen.headers["ETag"])

    await told(world, person, notice)

    assert await desk(case) == []
    assert (await case.timeline()).count("direct_registration") == 1


@pytest.mark.parametrize("role", [Role.PROVIDER_INTAKE, Role.BUURTTEAM_WORKER, Role.ADMINISTRATOR])
async def test_nobody_but_a_service_tells(world: World, role: Role) -> None:
    actor = world.user(role)

    answer = await actor.post("/plans/v1/registration-notices", {"person": {"surname": "Bloem"}})

    assert answer.status_code == 403
