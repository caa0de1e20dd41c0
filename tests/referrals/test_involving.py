"""Parties that must be around a request hear that there is one, and never about whom it is."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from deploy.local.sample import CALLERS
from services.referrals.domain.involving import party_of, tell_by, to_tell
from services.referrals.domain.judging import cannot_wait
from shared.errors import InvalidRequestError
from shared.stelsel.load import load_stelsel
from shared.vocabulary import Role, Urgency
from tests.plans.support import Case, open_case
from tests.referrals.entering import (
    NAME,
    asked,
    centre,
    entered,
    plan_opened,
    queued,
)
from tests.referrals.steps import ATTEMPTS, REFERRALS, attempt_to, do
from tests.support.world import Actor, World

pytestmark = pytest.mark.anyio

LISTED = "/referrals/v1/involvements"
VIOLENCE = "opvang_huiselijk_geweld"
UNSAFE = {"afterDomesticViolence": True, "unsafeNow": True}
BY_HAND = ["blijf_groep", "gecertificeerde_instelling"]


def thuis(world: World, subject: str | None = None) -> Actor:
    """Somebody of Veilig Thuis."""
    return world.user(Role.VEILIG_THUIS, subject=subject)


async def requested(world: World, **more: Any) -> tuple[Case, httpx.Response]:
    """A worker asks shelter after violence for a household with a plan."""
    case = await open_case(world)
    item = await case.item(voorziening=VIOLENCE)
    await world.drain()
    body = {
        "planId": case.plan["id"],
        "supportItemId": item["id"],
        "voorziening": VIOLENCE,
        "entry": "buurtteam",
        "facts": UNSAFE,
        **more,
    }
    made = await case.worker.post(REFERRALS, body)
    assert made.status_code == 201, made.text
    await world.drain()
    return case, made


async def lying(actor: Actor) -> list[dict[str, Any]]:
    """What lies with the caller's party."""
    found = await actor.get(LISTED)
    assert found.status_code == 200, found.text
    items: list[dict[str, Any]] = found.json()["items"]
    return items


async def take_up(actor: Actor, referral: httpx.Response, **body: str) -> httpx.Response:
    """The caller's party takes a request up."""
    path = f"{REFERRALS}/{referral.json()['id']}/involvement-receipts"
    return await actor.post(path, body)


def involved(seen: httpx.Response, party: str) -> dict[str, Any]:
    """How one party stands on a request."""
    (found,) = [each for each in seen.json()["involved"] if each["party"] == party]
    return dict(found)


@pytest.mark.rule("AMS-ROL-42", "AMS-REF-14", "AMS-ACC-41", "DIS-07")
async def test_a_party_that_must_be_involved_hears_of_it_by_itself(world: World) -> None:
    case, made = await requested(world)

    (line,) = await lying(thuis(world))

    assert line["referralId"] == made.json()["id"]
    assert (line["party"], line["voorziening"], line["entry"]) == (
        "veilig_thuis",
        VIOLENCE,
        "buurtteam",
    )
    assert line["whoToCall"] == case.plan["coordinator"]
    assert (line["toldOn"], line["takenUpAt"]) == (None, None)
    text = str(line)
    ids = (case.household["id"], case.main, case.plan["id"])
    assert not any(secret in text for secret in (*ids, "Bloem", "Anna"))
    assert (await thuis(world).get(f"{REFERRALS}/{line['referralId']}")).status_code == 404


@pytest.mark.rule("AMS-ROL-42", "AMS-REF-14", "AMS-ACC-07")
async def test_that_it_was_taken_up_is_on_the_request_and_the_timeline_once(world: World) -> None:
    case, made = await requested(world)

    first = await take_up(thuis(world), made)
    again = await take_up(thuis(world, "a-colleague"), made)
    await world.drain()

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["takenUpBy"] == CALLERS[Role.VEILIG_THUIS].subject
    assert await lying(thuis(world)) == []
    seen = await case.worker.get(f"{REFERRALS}/{made.json()['id']}")
    found = involved(seen, "veilig_thuis")
    assert (found["duty"], found["how"], found["informedOn"]) == ("must", "taken_up", "2022-03-01")
    assert found["takenUpAt"] is not None
    assert seen.headers["ETag"] != made.headers["ETag"]
    assert (await case.timeline()).count("party_taken_up") == 1


@pytest.mark.rule("AMS-ROL-42", "AMS-REF-14")
@pytest.mark.parametrize(
    ("more", "due"),
    [({}, "2022-03-04"), ({"facts": {"afterDomesticViolence": True}}, "2022-03-07")],
)
async def test_a_party_for_which_nobody_here_speaks_lies_on_the_coordinators_desk(
    world: World, more: dict[str, Any], due: str
) -> None:
    world.move_to(datetime(2022, 3, 4, 10, tzinfo=UTC))  # a Friday
    case, made = await requested(world, **more)
    work = await case.work("party_to_tell")
    by_hand = await case.worker.get(f"/plans/v1/work-items/{work[0]['id']}")

    ticked = await case.worker.post(
        f"/plans/v1/work-items/{work[0]['id']}/completions", etag=by_hand.headers["ETag"]
    )
    told = {"party": "blijf_groep", "how": "told", "on": "2022-03-04"}
    seen = await do(case.worker, made, "involvements", told)
    await world.drain()

    assert sorted(each["code"] for each in work) == BY_HAND
    assert {(each["aboutId"], each["dueOn"]) for each in work} == {(made.json()["id"], due)}
    assert made.json()["toTell"] == ["gecertificeerde_instelling", "blijf_groep"]
    assert ticked.status_code == 409
    assert seen.json()["toTell"] == ["gecertificeerde_instelling"]
    assert [each["code"] for each in await case.work("party_to_tell")] == BY_HAND[1:]
    assert "party_told" in await case.timeline()


async def test_a_request_that_ends_asks_nobody_to_tell_a_party(world: World) -> None:
    case, made = await requested(world)

    ended = {"code": "withdrawn", "motivation": "Zij is bij haar zus."}
    await do(case.worker, made, "endings", ended)
    await world.drain()

    assert await case.work("party_to_tell") == []
    assert await lying(thuis(world)) == []
    late = await take_up(thuis(world), made)
    assert late.status_code == 409
    assert "niets meer" in late.json()["detail"]


@pytest.mark.rule("AMS-ROL-42", "AMS-ACC-42")
async def test_without_a_plan_who_judges_sees_whom_to_call_and_a_plan_brings_it_to_a_desk(
    world: World,
) -> None:
    okt = world.user(Role.OKT_WORKER)
    who = await entered(world, okt, "okt")
    made = await asked(okt, who, party="okt", voorziening=VIOLENCE, facts={"unsafeNow": True})

    (line,) = await queued(centre(world))
    (theirs,) = await lying(thuis(world))
    worker, plan = await plan_opened(world, who.household)

    assert sorted(line["toTell"]) == sorted(made.json()["toTell"]) == BY_HAND
    assert theirs["whoToCall"] == CALLERS[Role.OKT_WORKER].subject
    assert NAME not in str(theirs)
    work = (await worker.get("/plans/v1/work-items")).json()["items"]
    found = [each["code"] for each in work if each["kind"] == "party_to_tell"]
    assert sorted(found) == BY_HAND
    assert {each["planId"] for each in work} == {str(plan)}


@pytest.mark.rule("AMS-ROL-42")
async def test_the_door_that_brought_it_is_not_asked_to_take_it_up(world: World) -> None:
    who = await entered(world, thuis(world), "veilig_thuis")

    await asked(thuis(world), who, party="veilig_thuis", voorziening=VIOLENCE)

    assert await lying(thuis(world)) == []


async def test_a_party_that_may_join_sees_it_once_somebody_asked_it(world: World) -> None:
    item = {"voorziening": "dagbesteding_arbeidsmatig", "facts": {}, "entry": "buurtteam"}
    case = await open_case(world)
    support = await case.item(voorziening=item["voorziening"])
    await world.drain()
    body = {**item, "planId": case.plan["id"], "supportItemId": support["id"]}
    made = await case.worker.post(REFERRALS, body)
    assert made.status_code == 201, made.text
    municipality = world.user(Role.MUNICIPALITY)
    before, early = await lying(municipality), await take_up(municipality, made)

    told = {"party": "wpi", "how": "consulted", "on": "2022-03-01"}
    await do(case.worker, made, "involvements", told)
    (line,) = await lying(municipality)
    taken = await take_up(municipality, made)

    assert (before, early.status_code) == ([], 404)
    assert (line["party"], line["toldOn"]) == ("wpi", "2022-03-01")
    assert taken.json()["takenUpAt"] is not None
    assert await lying(municipality) == []


async def test_to_a_party_without_a_part_in_it_there_is_no_such_request(world: World) -> None:
    _, made = await requested(world)
    others = [world.user(role) for role in (Role.OKT_WORKER, Role.SPECIALIST, Role.MUNICIPALITY)]
    nowhere = httpx.Response(200, json={"id": "50b00000-0000-4000-8000-00000000ffff"})

    for other in others:
        real, missing = await take_up(other, made), await take_up(other, nowhere)
        assert await lying(other) == []
        assert (real.status_code, real.content) == (404, missing.content)


async def test_a_provider_never_sees_who_is_involved(world: World) -> None:
    desk = world.user(Role.PROVIDER_INTAKE)
    _, made = await requested(world)

    answers = [await desk.get(LISTED), await take_up(desk, made)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "veilig_thuis" not in (await desk.get(ATTEMPTS)).text


async def test_that_a_party_took_it_up_is_for_that_party_to_say(world: World) -> None:
    case, made = await requested(world)

    told = {"party": "veilig_thuis", "how": "taken_up", "on": "2022-03-01"}
    answer = await attempt_to(case.worker, made, "involvements", told)

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/how"]


async def test_who_is_not_safe_comes_first_page_by_page(world: World) -> None:
    later = {"afterDomesticViolence": True}
    plain = [(await requested(world, facts=later))[1].json()["id"] for _ in range(2)]
    soon = (await requested(world, facts=later, urgency="soon"))[1].json()["id"]
    unsafe = (await requested(world))[1].json()["id"]
    seen: list[str] = []
    cursor: str | None = ""

    while cursor is not None:
        page = (await thuis(world).get(f"{LISTED}?pageSize=1{cursor}")).json()
        seen += [line["referralId"] for line in page["items"]]
        cursor = None if page["next"] is None else f"&cursor={page['next']}"

    assert seen == [unsafe, soon, *sorted(plain)]


def test_whom_to_call_and_until_when() -> None:
    involve = [
        {"party": "a", "duty": "must"},
        {"party": "b", "duty": "must"},
        {"party": "c", "duty": "may"},
        {"party": "d", "duty": "must"},
    ]
    friday = datetime(2022, 3, 4, tzinfo=UTC).date()

    assert to_tell(involve, {"b"}, {"d"}) == ("a",)
    assert tell_by(friday, at_once=True) == friday
    assert tell_by(friday, at_once=False).isoformat() == "2022-03-07"


@pytest.mark.parametrize(
    ("urgency", "facts", "now"),
    [
        (Urgency.CRISIS, {}, True),
        (Urgency.SOON, {"unsafeNow": False}, False),
        (Urgency.NORMAL, {"nightShelterNeededTonight": True}, True),
        (Urgency.NORMAL, {"urgent": True}, True),
    ],
)
def test_the_stelsel_says_what_cannot_wait(
    urgency: Urgency,
    facts: dict[str, bool],
    now: bool,  # noqa: FBT001
) -> None:
    assert cannot_wait(urgency, facts, load_stelsel("amsterdam-2021")) is now


def test_who_speaks_for_several_says_for_which() -> None:
    assert party_of(None, ["a"]) == "a"
    assert party_of("b", ["a", "b"]) == "b"
    for named, mine in ((None, ["a", "b"]), ("c", ["a"])):
        with pytest.raises(InvalidRequestError):
            party_of(named, mine)
