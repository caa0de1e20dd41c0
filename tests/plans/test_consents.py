"""Consent: recorded per person, provider and purpose; revoked only when everything is closed."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.vocabulary import Role
from tests.plans.support import REFERRED, Case, audited, behalf, created, open_case
from tests.plans.telling import tell
from tests.support.world import World

HOW = {"how": "aan de keukentafel"}


async def give(case: Case, **more: Any) -> httpx.Response:
    """Somebody agrees."""
    body = {
        "personId": case.main,
        "providerId": str(uuid4()),
        "purpose": "placing",
        "basis": "consent",
        **HOW,
        **more,
    }
    return await case.worker.post(f"{case.path}/consents", body)


async def revoke(case: Case, consent: httpx.Response) -> httpx.Response:
    """The person takes it back."""
    path = f"/plans/v1/consents/{consent.json()['id']}"
    etag = (await case.worker.get(path)).headers["ETag"]
    return await case.worker.post(f"{path}/revocations", HOW, etag=etag)


async def compose(case: Case, provider: str, basis: str = "consent") -> httpx.Response:
    """What that provider may hear."""
    item = await case.item(voorziening=REFERRED)
    body = {"supportItemId": item["id"], "providerId": provider, "basis": basis}
    return await case.world.http.post(
        f"http://plans.test{case.path}/disclosure-packages",
        json=body,
        headers=behalf(case.world, case.worker.token),
    )


@pytest.mark.rule("OPN-31")
async def test_a_consent_is_recorded_shown_and_bounds_what_is_shared(world: World) -> None:
    case = await open_case(world)

    given = await give(case, validUntil="2022-06-30")

    found = created(given)
    assert (found["status"], found["validUntil"], found["revokedAt"]) == (
        "given",
        "2022-06-30",
        None,
    )
    listed = created(await case.worker.get(f"{case.path}/consents"), 200)["items"]
    assert listed == [found]
    package = created(await compose(case, found["providerId"]), 200)
    assert package["validUntil"] == "2022-06-30"
    assert ("write", "give_consent") in await audited(world, case.main)
    assert "consent_given" in await case.timeline()


@pytest.mark.rule("OPN-31")
async def test_a_revocation_stops_composing_at_once_and_is_done_when_referrals_says_so(
    world: World,
) -> None:
    case = await open_case(world)
    given = await give(case)
    provider = given.json()["providerId"]
    world.router.apps.pop("referrals.test")

    revoking = await revoke(case, given)
    refused = await compose(case, provider)
    consent = given.json()["id"]
    data = {"consentId": consent, "planId": case.plan["id"]}
    before = created(await case.worker.get(f"/plans/v1/consents/{consent}"), 200)
    await tell(world, "nl.wmo.consent.closed", consent, data)

    after = created(await case.worker.get(f"/plans/v1/consents/{consent}"), 200)
    assert (revoking.status_code, revoking.json()["status"]) == (200, "revoking")
    assert (before["status"], before["closedAt"]) == ("revoking", None)
    assert refused.status_code == 409
    assert after["status"] == "revoked"
    assert after["closedAt"] is not None
    kinds = [kind for kind in await case.timeline() if kind.startswith("consent")]
    assert kinds == ["consent_given", "consent_revoking", "consent_revoked"]


async def test_a_closing_that_is_told_of_a_consent_nobody_took_back_changes_nothing(
    world: World,
) -> None:
    case = await open_case(world)
    consent = created(await give(case))["id"]

    data = {"consentId": consent, "planId": case.plan["id"]}
    await tell(world, "nl.wmo.consent.closed", consent, data)

    found = created(await case.worker.get(f"/plans/v1/consents/{consent}"), 200)
    assert found["status"] == "given"


async def test_a_new_consent_after_a_revocation_counts(world: World) -> None:
    case = await open_case(world)
    given = await give(case)
    provider = given.json()["providerId"]
    await revoke(case, given)

    again = await give(case, providerId=provider)

    assert again.status_code == 201
    assert (await compose(case, provider)).status_code == 200


async def test_after_the_last_day_of_a_consent_nothing_is_composed(world: World) -> None:
    case = await open_case(world)
    provider = created(await give(case, validUntil="2022-03-05"))["providerId"]

    world.move_to(datetime(2022, 3, 5, 23, 30, tzinfo=UTC))  # the sixth in Amsterdam

    assert (await compose(case, provider)).status_code == 409
    assert (await compose(case, provider, "legal_task")).status_code == 200
    assert (await compose(case, str(uuid4()))).status_code == 200


@pytest.mark.rule("OPN-31")
async def test_a_consent_whose_last_day_is_over_is_renewed_without_taking_it_back(
    world: World,
) -> None:
    case = await open_case(world)
    old = created(await give(case, validUntil="2022-03-05"))
    provider = old["providerId"]
    world.move_to(datetime(2022, 3, 5, 20, tzinfo=UTC))
    on_its_last_day = await give(case, providerId=provider)
    world.move_to(datetime(2022, 3, 5, 23, 30, tzinfo=UTC))  # the sixth in Amsterdam

    new = created(await give(case, providerId=provider, validUntil="2022-06-30"))

    assert on_its_last_day.status_code == 409
    assert (new["status"], new["validUntil"]) == ("given", "2022-06-30")
    path = f"/plans/v1/consents/{old['id']}"
    seen = await case.worker.get(path)
    found = created(seen, 200)
    assert (found["status"], found["validUntil"], found["revokedAt"]) == (
        "expired",
        "2022-03-05",
        None,
    )
    assert found["closedAt"] is not None
    assert created(await compose(case, provider), 200)["validUntil"] == "2022-06-30"
    kinds = [kind for kind in await case.timeline() if kind.startswith("consent")]
    assert kinds == ["consent_given", "consent_expired", "consent_given"]
    back = await case.worker.post(f"{path}/revocations", HOW, etag=seen.headers["ETag"])
    assert (back.status_code, back.json()["detail"]) == (
        409,
        "Deze toestemming is voorbij. Trek de toestemming in die nu geldt.",
    )


async def test_a_renewal_closes_nothing_for_another_purpose_provider_or_person(
    world: World,
) -> None:
    case = await open_case(world)
    provider = created(await give(case, validUntil="2022-03-05"))["providerId"]
    others = [
        created(await give(case, providerId=provider, purpose="start", validUntil="2022-03-05")),
        created(await give(case, validUntil="2022-03-05")),
    ]
    world.move_to(datetime(2022, 3, 6, 9, tzinfo=UTC))

    created(await give(case, providerId=provider))

    items = (await case.worker.get(f"{case.path}/consents")).json()["items"]
    status = {each["id"]: each["status"] for each in items}
    assert [status[each["id"]] for each in others] == ["given", "given"]
    assert sorted(status.values()) == ["expired", "given", "given", "given"]


async def test_what_cannot_be_right_is_refused(world: World) -> None:
    case = await open_case(world)
    given = await give(case)
    provider = given.json()["providerId"]
    path = f"/plans/v1/consents/{given.json()['id']}"

    answers = {
        "twice": await give(case, providerId=provider),
        "stranger": await give(case, personId=str(uuid4())),
        "past": await give(case, validUntil="2022-02-28"),
        "missing": await case.worker.post(f"{path}/revocations", HOW),
        "stale": await case.worker.post(f"{path}/revocations", HOW, etag='"old"'),
    }
    first, second = await revoke(case, given), await revoke(case, given)

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "twice": 409,
        "stranger": 400,
        "past": 400,
        "missing": 428,
        "stale": 412,
    }
    assert (first.status_code, second.status_code) == (200, 409)


async def test_a_consent_of_another_team_does_not_exist(world: World) -> None:
    case = await open_case(world)
    path = f"/plans/v1/consents/{created(await give(case))['id']}"
    outsider = world.user(Role.BUURTTEAM_WORKER, subject="50b0-noord", team=str(uuid4()))
    nothing = await outsider.get(f"/plans/v1/consents/{uuid4()}")

    answers = [
        await outsider.get(path),
        await outsider.post(f"{path}/revocations", HOW, etag='"x"'),
        await outsider.get(f"{case.path}/consents"),
        await give(Case(world, outsider, case.household, case.plan)),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.content for answer in answers} == {nothing.content}


async def test_a_provider_has_no_way_to_ask_who_agreed(world: World) -> None:
    case = await open_case(world)
    provider = world.user(Role.PROVIDER_MANAGER)

    assert (await provider.get(f"{case.path}/consents")).status_code == 403


async def test_a_consent_is_replayed_with_its_key(world: World) -> None:
    case = await open_case(world)
    key = uuid4()
    body = {"personId": case.main, "providerId": str(uuid4()), "purpose": "placing", **HOW}

    first = await case.worker.post(f"{case.path}/consents", body, key=key)
    second = await case.worker.post(f"{case.path}/consents", body, key=key)

    assert first.json() == second.json()
    assert len((await case.worker.get(f"{case.path}/consents")).json()["items"]) == 1
