"""Independent client support asks a decision for somebody, objects, and sees nothing else."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from shared.schemas.events import CONTACT_LINKED
from shared.vocabulary import Role
from tests.intake.steps import CONTACTS, act, bring, redirect, search, take_up
from tests.plans.support import audited, behalf, open_case
from tests.plans.telling import tell as tell_plans
from tests.referrals.deciding import (
    APPLICATIONS,
    GRANTS,
    NO,
    OBJECTIONS,
    YES,
    a_case,
    grantor,
    referred,
)
from tests.referrals.deciding import act as decide
from tests.referrals.steps import JUDGEMENT, REFERRALS, do
from tests.referrals.supporting import OTHER, asked, brought, helped, link, receipt, support
from tests.referrals.telling import tell
from tests.support.world import World

pytestmark = pytest.mark.anyio

HIDDEN = ("planId", "supportItemId", "referralId", "advice", "projection", "grantId")


@pytest.mark.rule("AMS-ROL-36")
async def test_client_support_asks_a_decision_for_who_authorised_it(world: World) -> None:
    case, _ = await a_case(world)
    who = await helped(world, case)

    made = await asked(world, who)

    read = await support(world).get(f"{APPLICATIONS}/{made.json()['id']}")
    for answer in (made, read):
        assert {answer.json()[name] for name in HIDDEN} == {None}
        assert not any(word in answer.text for word in ("Bloem", "1988", "onder de mensen"))
    assert [term["dueOn"] for term in read.json()["terms"]] == ["2022-03-15"]
    assert (read.json()["decidedByParty"], read.json()["status"]) == ("gemeente", "received")
    decides = await grantor(world).get(f"{APPLICATIONS}/{made.json()['id']}")
    assert decides.json()["projection"]["persons"][0]["personId"] == case.main
    assert decides.json()["projection"]["goals"] == []
    assert ("disclose", "compose_household_grant_projection") in await audited(world, case.main)
    assert "application_received" in await case.timeline()
    coordinator = await case.worker.get(f"{APPLICATIONS}/{made.json()['id']}")
    assert coordinator.json()["planId"] == case.plan["id"]


@pytest.mark.rule("AMS-ROL-36", "AMS-REF-09")
async def test_a_no_is_objected_to_and_a_yes_opens_the_request_nobody_named(world: World) -> None:
    case, item = await a_case(world)
    no = await refused(world, case, item)
    who = await helped(world, case)
    made = await asked(world, who)
    path = f"{APPLICATIONS}/{made.json()['id']}"
    tied = await grantor(world).get(path)
    await decide(grantor(world), tied, "decisions", NO)

    told = await support(world).get(path)
    lodged = await decide(support(world), told, "objections", {"grounds": "Niet gehoord."})
    mine = await support(world).get(f"{OBJECTIONS}/{lodged.json()['id']}")
    seen = await grantor(world).get(f"{OBJECTIONS}/{lodged.json()['id']}")
    upheld = {"outcome": "upheld", "reasons": "Er is niet geluisterd."}
    await decide(grantor(world), seen, "outcomes", upheld, OBJECTIONS)
    await decide(grantor(world), await grantor(world).get(path), "decisions", YES)
    await world.drain()

    assert tied.json()["referralId"] == no
    assert tied.json()["supportItemId"] == item["id"]
    assert "kan het voor u doen" in told.json()["decision"]["howToObject"]
    assert mine.json()["grounds"] == "Niet gehoord."
    referral = await case.worker.get(f"{REFERRALS}/{no}")
    assert [step["status"] for step in referral.json()["steps"]][-2:] == ["not_admitted", "placing"]
    after = await support(world).get(path)
    assert (after.json()["status"], after.json()["grantId"]) == ("granted", None)
    grant = (await grantor(world).get(path)).json()["grantId"]
    assert (await support(world).get(f"{GRANTS}/{grant}")).status_code == 403


async def refused(world: World, case: Any, item: dict[str, Any]) -> str:
    """A request on the plan that the team said no to; its id."""
    body = {
        "planId": case.plan["id"],
        "supportItemId": item["id"],
        "voorziening": item["voorziening"],
        "entry": "buurtteam",
    }
    seen = await case.worker.post(REFERRALS, body)
    assert seen.status_code == 201, seen.text
    await do(case.worker, seen, "judgements", {**JUDGEMENT, "admitted": False})
    await world.drain()
    return str(seen.json()["id"])


@pytest.mark.rule("AMS-REF-09")
async def test_what_is_asked_before_there_is_a_request_is_what_it_waits_for(world: World) -> None:
    case = await open_case(world)
    await world.drain()
    who = await helped(world, case)
    made = await asked(world, who, form="pgb")
    item = await case.item(voorziening="dagbesteding_meedoen")

    judged = await referred(case, item, "pgb")

    seen = await grantor(world).get(f"{APPLICATIONS}/{made.json()['id']}")
    assert judged.json()["status"] == "granting"
    assert seen.json()["referralId"] == judged.json()["id"]
    await decide(grantor(world), seen, "decisions", YES)
    referral = await case.worker.get(f"{REFERRALS}/{judged.json()['id']}")
    assert referral.json()["status"] == "delivering"


async def test_a_yes_opens_a_request_that_was_made_and_refused_since(world: World) -> None:
    case = await open_case(world)
    await world.drain()
    made = await asked(world, await helped(world, case))
    item = await case.item(voorziening="dagbesteding_meedoen")
    no = await refused(world, case, item)
    seen = await grantor(world).get(f"{APPLICATIONS}/{made.json()['id']}")

    await decide(grantor(world), seen, "decisions", YES)

    referral = await case.worker.get(f"{REFERRALS}/{no}")
    assert (seen.json()["referralId"], referral.json()["status"]) == (no, "placing")
    await world.drain()
    assert "granted" in [work["code"] for work in await case.work("application_step")]


async def test_a_hidden_change_does_not_exist_for_client_support(world: World) -> None:
    case, item = await a_case(world)
    made = await asked(world, await helped(world, case), form="pgb")
    path = f"{APPLICATIONS}/{made.json()['id']}"
    before = await support(world).get(path)
    whole = await grantor(world).get(path)

    await referred(case, item, "pgb")

    after = await support(world).get(path)
    told = await grantor(world).get(path)
    assert (before.content, before.headers["ETag"]) == (after.content, after.headers["ETag"])
    assert told.json()["referralId"] is not None
    assert told.headers["ETag"] != whole.headers["ETag"]
    gone = await decide(support(world), before, "withdrawals", {"reason": "Toch niet."})
    assert gone.json()["status"] == "withdrawn"


async def test_without_authorisation_nothing_opens_and_nothing_shows(world: World) -> None:
    case, _ = await a_case(world)
    who = await helped(world, case, authorised=False)
    body = {**who.application(), "householdId": case.household["id"], "personId": case.main}

    refusal = await support(world).post(APPLICATIONS, body)
    nowhere = await support(world).post(APPLICATIONS, {**body, "householdId": str(uuid4())})

    assert (who.receipt.json()["householdId"], who.receipt.json()["personId"]) == (None, None)
    assert (refusal.status_code, nowhere.status_code) == (404, 404)
    assert refusal.content == nowhere.content


async def test_before_the_contact_is_linked_the_receipt_names_nobody(world: World) -> None:
    contact = await brought(world)

    found = await receipt(world, contact)

    assert (found.status_code, found.json()["householdId"]) == (200, None)


async def test_a_colleague_of_client_support_reaches_nothing_of_it(world: World) -> None:
    case, _ = await a_case(world)
    who = await helped(world, case)
    made = await asked(world, who)
    colleague = support(world, OTHER)
    path = f"{APPLICATIONS}/{made.json()['id']}"
    etag = (await support(world).get(path)).headers["ETag"]

    answers = [
        await receipt(world, who.contact, OTHER),
        await colleague.get(path),
        await colleague.post(f"{path}/withdrawals", {}, etag=etag),
        await colleague.post(f"{path}/objections", {"grounds": "x"}, etag=etag),
        await colleague.post(APPLICATIONS, who.application(voorziening="beschermd_wonen")),
    ]

    missing = await colleague.get(f"{APPLICATIONS}/{uuid4()}")
    assert {answer.status_code for answer in answers} == {404}
    assert answers[1].content == missing.content
    assert (await colleague.get(APPLICATIONS)).json() == {"items": [], "next": None}


async def test_two_who_help_one_person_each_follow_what_they_asked_themselves(
    world: World,
) -> None:
    case, _ = await a_case(world)
    made = await asked(world, await helped(world, case))
    second = await helped(world, case, subject=OTHER)

    seen = await support(world, OTHER).get(f"{APPLICATIONS}/{made.json()['id']}")
    again = await support(world, OTHER).post(APPLICATIONS, second.application())

    assert (second.person, seen.status_code) == (case.main, 404)
    assert (await support(world, OTHER).get(APPLICATIONS)).json()["items"] == []
    assert again.status_code == 409  # of this question a decision is awaited


async def test_it_reaches_that_one_person_and_no_other_of_the_household(world: World) -> None:
    child = {"role": "child", "person": {"givenNames": "Bo", "surname": "Bloem"}}
    main = {"role": "main", "person": {"surname": "Bloem", "birthDate": "1988-05-02"}}
    case = await open_case(world, {"members": [main, child]})
    await world.drain()
    who = await helped(world, case)
    other = str(case.household["members"][1]["person"]["id"])

    answer = await support(world).post(APPLICATIONS, who.application(personId=other))

    assert answer.status_code == 404


async def test_it_lists_its_own_applications_decided_ones_too_and_no_plan_opens_them(
    world: World,
) -> None:
    case, _ = await a_case(world)
    made = await asked(world, await helped(world, case))
    stranger, _ = await a_case(world)
    theirs = await stranger.worker.post(
        APPLICATIONS,
        {
            "planId": stranger.plan["id"],
            "personId": stranger.main,
            "voorziening": "dagbesteding_meedoen",
            "reason": "Een ander.",
        },
    )
    seen = await grantor(world).get(f"{APPLICATIONS}/{made.json()['id']}")
    await decide(grantor(world), seen, "decisions", NO)

    listed = await support(world).get(APPLICATIONS)
    by_plan = await support(world).get(f"{APPLICATIONS}?planId={case.plan['id']}")

    assert [line["id"] for line in listed.json()["items"]] == [made.json()["id"]]
    assert theirs.json()["id"] not in listed.text
    assert by_plan.json()["items"] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("planId", OTHER), ("referralId", OTHER), ("advice", "Geef het.")],
)
async def test_what_it_cannot_know_is_refused_with_what_would_be_right(
    world: World, field: str, value: str
) -> None:
    body = {
        "householdId": str(uuid4()),
        "personId": str(uuid4()),
        "voorziening": "dagbesteding_meedoen",
        "reason": "x",
        field: value,
    }

    answer = await support(world).post(APPLICATIONS, body)

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"/{field}"]
    assert "Laat het weg" in answer.json()["detail"]


async def test_nothing_else_of_the_household_opens(world: World) -> None:
    case, item = await a_case(world)
    who = await helped(world, case)
    helper = support(world)
    home = f"/plans/v1/households/{who.household}"
    paths = (
        f"{CONTACTS}/{who.contact}",
        home,
        f"{home}/referral-basis?personId={who.person}",
        case.path,
        f"{case.path}/referral-basis?supportItemId={item['id']}",
        f"{REFERRALS}?householdId={who.household}",
        f"{GRANTS}?planId={case.plan['id']}",
    )

    answers = [await helper.get(path) for path in paths]
    direct = await helper.post(f"{home}/grant-projections", {"personId": who.person})
    of_plan = await world.http.post(
        f"http://plans.test{case.path}/grant-projections",
        json={"personId": who.person},
        headers=behalf(world, helper.token),
    )

    assert {answer.status_code for answer in answers} == {403}
    assert (direct.status_code, of_plan.status_code) == (403, 403)


async def test_a_contact_that_was_linked_wrongly_closes_what_it_opened(world: World) -> None:
    right, _ = await a_case(world)
    wrong, _ = await a_case(world)
    who = await helped(world, wrong)
    made = await asked(world, who)
    path = f"{APPLICATIONS}/{made.json()['id']}"

    await link(world, who.contact, right)

    assert (await receipt(world, who.contact)).json()["householdId"] == right.household["id"]
    gone = await support(world).get(path)
    again = await support(world).post(APPLICATIONS, who.application(voorziening="beschermd_wonen"))
    assert (gone.status_code, again.status_code) == (404, 404)
    assert (await grantor(world).get(path)).status_code == 200


async def test_where_it_was_carried_over_the_new_door_links_it_and_the_helper_goes_along(
    world: World,
) -> None:
    case, _ = await a_case(world)
    contact = await brought(world)
    worker = world.user(Role.BUURTTEAM_WORKER)
    assert (await take_up(worker, contact)).status_code == 200
    sent = await redirect(worker, contact, "centrale_toegang")
    carried = sent.json()["carriedTo"]
    access = world.user(Role.CENTRAL_ACCESS)
    assert (await take_up(access, carried)).status_code == 200
    assert (await search(access, carried)).status_code == 200
    body = {"householdId": case.household["id"], "personId": case.main}
    linked = await act(access, carried, "household-links", body)
    assert linked.status_code == 200, linked.text
    await world.drain()

    found = await receipt(world, contact)

    assert (found.json()["householdId"], found.json()["status"]) == (
        case.household["id"],
        "redirected",
    )


async def test_it_lasts_as_long_as_the_legal_terms_and_no_longer(world: World) -> None:
    case, _ = await a_case(world)
    who = await helped(world, case)
    world.move_to(datetime(2022, 7, 18, 8, tzinfo=UTC))  # twenty weeks are over tomorrow
    made = await asked(world, who)
    path = f"{APPLICATIONS}/{made.json()['id']}"
    world.move_to(datetime(2022, 7, 20, 8, tzinfo=UTC))

    late = await support(world).post(APPLICATIONS, who.application(voorziening="beschermd_wonen"))
    still = await support(world).get(path)
    await decide(grantor(world), await grantor(world).get(path), "decisions", NO)
    world.move_to(datetime(2022, 10, 11, 8, tzinfo=UTC))
    in_term = await support(world).get(path)
    world.move_to(datetime(2022, 10, 14, 8, tzinfo=UTC))
    over = await support(world).get(path)

    assert late.status_code == 404
    assert [a.status_code for a in (still, in_term, over)] == [200, 200, 404]


async def test_only_client_support_says_that_a_person_authorised_it(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    told = {"entry": "buurtteam", "channel": "phone", "question": "x", "authorisedByPerson": True}

    answer = await worker.post(CONTACTS, told)

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/authorisedByPerson"]
    plain = await bring(worker, authorisedByPerson=False)
    assert (await worker.get(f"{CONTACTS}/{plain}")).json()["authorisedByPerson"] is False


async def test_a_worker_who_links_it_gets_no_reach_by_the_news(world: World) -> None:
    case = await open_case(world)
    await world.drain()
    stranger = world.user(Role.BUURTTEAM_WORKER, subject="stranger", team=str(uuid4()))
    contact = str(uuid4())
    data = {
        "contactId": contact,
        "householdId": case.household["id"],
        "personId": case.main,
        "helper": "a-helper",
        "party": "buurtteam",
        "linkedBy": "stranger",
    }
    await tell(world, CONTACT_LINKED, contact, data)
    await tell_plans(world, CONTACT_LINKED, contact, data)

    path = f"/plans/v1/households/{case.household['id']}/referral-basis?personId={case.main}"
    assert (await stranger.get(path)).status_code == 404
