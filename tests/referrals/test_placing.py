"""From judgement to delivery: a shortlist, one provider after another, yes, meet, start, stop."""

from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from services.referrals.domain.judging import parties_of
from services.referrals.domain.placing import Wanted, ensure_contracted
from shared.errors import RuleViolationError
from shared.schemas.base import Page
from shared.schemas.referrals import InboxItem
from shared.stelsel.load import load_stelsel
from shared.vocabulary import Role, ServiceName
from tests.referrals.doubles import BSN, SURNAME, FakePlans
from tests.referrals.steps import (
    ATTEMPTS,
    a_plan,
    a_shortlist,
    accepted,
    admitted,
    attempt_to,
    created,
    desk,
    do,
    offered,
    the_offer,
    worker,
)
from tests.support.registry import Offer, offer, two_offers
from tests.support.world import World

pytestmark = pytest.mark.anyio

NO = {"declinedBy": "provider", "code": "no_capacity"}
WITHDRAWN = {"code": "withdrawn", "motivation": "Zij wil het zelf proberen."}
MEETING = {"at": "2022-03-08T09:00:00Z", "place": "Zonnebloem Oost"}


def _asked(world: World, statement: str) -> list[tuple[object, ...]]:
    address = world.databases.url(ServiceName.REFERRALS)
    with psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1)) as db:
        return db.execute(statement.encode()).fetchall()


def count(world: World, statement: str) -> object:
    """One number from the database."""
    return _asked(world, statement)[0][0]


def rows_of(world: World, *tables: str) -> str:
    """Everything that stands in some tables, as text."""
    return "".join(str(_asked(world, f"SELECT t::text FROM {table} t")) for table in tables)  # noqa: S608


async def taken(world: World, made: Offer) -> int:
    """How many places of an offer are held."""
    path = f"/providers/v1/capacities/{made.capacity}"
    found: int = (await world.user(Role.ADMINISTRATOR).get(path)).json()["taken"]
    return found


def test_a_shortlist_names_exactly_what_is_contracted() -> None:
    provider, contract, place = uuid4(), uuid4(), uuid4()
    offers = [Wanted(provider, contract, place)]

    ensure_contracted([Wanted(provider, contract, place)], offers)
    for other in (Wanted(provider, contract, uuid4()), Wanted(provider, uuid4(), place)):
        with pytest.raises(RuleViolationError):
            ensure_contracted([other], offers)


def test_who_speaks_for_whom_is_data_of_the_stelsel() -> None:
    stelsel = load_stelsel("amsterdam-2021")

    assert parties_of(stelsel, [Role.CENTRAL_ACCESS]) == {"centrale_toegang"}
    assert parties_of(stelsel, [Role.MONITOR]) == frozenset()


@pytest.mark.rule("AMS-REF-06")
async def test_a_yes_leads_by_an_intake_to_delivery_and_to_its_end(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    actor = desk(world, under.first)

    yes = await accepted(world, under)
    met = await do(
        actor,
        yes,
        "intake-appointments",
        {"at": "2022-03-08T09:00:00Z", "place": "Zonnebloem Oost"},
    )
    begun = await do(actor, met, "starts", {"on": "2022-03-01"})
    ended = await do(actor, begun, "stops", {"on": "2022-03-01", "code": "goal_reached"})

    assert yes.json()["identity"]["persons"][0]["surname"] == SURNAME
    assert met.json()["intakePlace"] == "Zonnebloem Oost"
    assert begun.json()["status"] == "started"
    assert ended.json()["status"] == "stopped"
    seen = (await worker(world).get(under.path())).json()
    assert seen["status"] == "ended"
    await world.drain()
    assert plans.moved("referral") == [
        *("preparing", "judging", "granting", "placing", "delivering", "ended")
    ]
    assert plans.moved("attempt") == [
        *("offered", "accepted", "intake_planned", "started", "stopped")
    ]


@pytest.mark.rule("AMS-ACC-11")
@pytest.mark.rule("AMS-REF-07")
@pytest.mark.rule("AMS-PRV-42")
async def test_a_shortlist_holds_contracted_providers_once_and_a_full_one_may_wait(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans)
    full = await offer(world.user(Role.ADMINISTRATOR), "Vol", 0)
    near, _ = await two_offers(world)
    seen = await admitted(world, plan)
    strange = replace(near, location=uuid4())

    twice = await attempt_to(worker(world), seen, "shortlists", a_shortlist(plan, near, near))
    not_there = await attempt_to(
        worker(world), seen, "shortlists", a_shortlist(plan, full, strange)
    )
    good = await attempt_to(worker(world), seen, "shortlists", a_shortlist(plan, full, near))

    assert twice.status_code == 400
    assert twice.json()["errors"][0]["pointer"] == "/entries/1/providerId"
    assert not_there.status_code == 409
    assert not_there.json()["errors"][0]["pointer"] == "/entries/1"
    assert good.status_code == 201, good.text
    assert [e["providerId"] for e in good.json()["shortlist"]["entries"]] == [
        *(str(full.provider), str(near.provider))
    ]


async def test_a_shortlist_is_agreed_by_somebody_of_the_household(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans)
    first, _ = await two_offers(world)
    seen = await admitted(world, plan)
    body = a_shortlist(plan, first, agreedBy=str(uuid4()))

    answer = await attempt_to(worker(world), seen, "shortlists", body)

    assert answer.status_code == 409
    assert answer.json()["errors"][0]["pointer"] == "/agreedBy"


async def test_providers_are_chosen_after_the_judgement(world: World, plans: FakePlans) -> None:
    plan = a_plan(plans)
    first, _ = await two_offers(world)
    made = await created(world, plan)

    shortlist = await attempt_to(worker(world), made, "shortlists", a_shortlist(plan, first))
    offered_now = await attempt_to(worker(world), made, "attempts")

    assert shortlist.status_code == offered_now.status_code == 409


async def test_an_offer_shows_the_need_and_nobody_and_to_its_own_provider_only(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans, wishes={"days": [2, 4], "language": "nl"})

    seen = await the_offer(world, under.first)
    other = await desk(world, under.second).get(f"{ATTEMPTS}/{seen.json()['id']}")
    nothing = await desk(world, under.second).get(f"{ATTEMPTS}/{uuid4()}")
    without_claim = await world.user(Role.PROVIDER_INTAKE, provider=None).get(ATTEMPTS)

    assert seen.json()["identity"] is None
    assert seen.json()["needProfile"]["goals"] == ["weer onder de mensen komen"]
    assert seen.json()["wishesDays"] == [2, 4]
    assert not [word for word in (SURNAME, BSN, str(under.plan.member)) if word in seen.text]
    assert other.status_code == nothing.status_code == 404
    assert other.content == nothing.content
    assert without_claim.json()["items"] == []


async def test_the_identity_is_sealed_in_the_database_and_gone_when_the_attempt_closes(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)

    before = rows_of(world, "attempts", "shortlist_entries")
    await do(desk(world, under.first), await the_offer(world, under.first), "declines", NO)
    after = rows_of(world, "attempts", "shortlist_entries")

    hidden = [SURNAME, SURNAME.encode().hex(), BSN, BSN.encode().hex()]
    assert not [word for word in hidden if word in before + after]
    assert "weer onder" not in before
    held = "SELECT count(*) FROM attempts WHERE status = 'declined' AND identity IS NOT NULL"
    assert count(world, held) == 0


async def test_a_coded_no_asks_the_next_of_the_list_at_once_with_date_and_urgency_kept(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans, urgency="soon", firstContactOn="2022-02-01")
    seen = await the_offer(world, under.first)
    first = desk(world, under.first)

    no = await do(first, seen, "declines", NO)
    gone = await first.get(f"{ATTEMPTS}/{seen.json()['id']}")
    following = await the_offer(world, under.second)

    assert no.json() == {
        "id": seen.json()["id"],
        "version": 2,
        "status": "declined",
        "code": "no_capacity",
    }
    assert gone.status_code == 404
    assert following.json()["firstContactOn"] == "2022-02-01"
    assert following.json()["urgency"] == "soon"
    assert following.json()["needProfile"] == seen.json()["needProfile"]
    assert (await first.get(ATTEMPTS)).json()["items"] == []
    assert len(plans.packages) == 2  # both were composed at the offer, with the worker's authority


async def test_a_list_that_is_used_up_comes_back_to_the_team_for_a_new_one(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    for made in (under.first, under.second):
        await do(desk(world, made), await the_offer(world, made), "declines", NO)
    seen = await worker(world).get(under.path())
    third = await offer(world.user(Role.ADMINISTRATOR), "Derde", 1)

    again = await attempt_to(
        worker(world), seen, "shortlists", a_shortlist(under.plan, third, under.first)
    )
    new = await do(worker(world), seen, "shortlists", a_shortlist(under.plan, third))
    await do(worker(world), new, "attempts")

    assert seen.json()["status"] == "no_provider_left"
    assert seen.json()["steps"][-1]["code"] == "no_capacity"
    assert again.status_code == 409
    assert again.json()["errors"][0]["pointer"] == "/entries/1/providerId"
    assert new.json()["status"] == "placing"
    assert (await the_offer(world, third)).json()["status"] == "offered"


async def test_a_no_that_asks_for_other_help_goes_back_to_the_coordinator(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    body = {"declinedBy": "provider", "code": "heavier_support_needed"}

    await do(desk(world, under.first), await the_offer(world, under.first), "declines", body)

    seen = (await worker(world).get(under.path())).json()
    assert seen["status"] == "placing"
    assert [(a["status"], a["code"]) for a in seen["attempts"]] == [
        ("declined", "heavier_support_needed")
    ]
    assert (await desk(world, under.second).get(ATTEMPTS)).json()["items"] == []


async def test_a_new_list_made_while_a_provider_thinks_is_ready_for_its_no(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    third = await offer(world.user(Role.ADMINISTRATOR), "Derde", 1)
    await do(worker(world), under.referral, "shortlists", a_shortlist(under.plan, third))

    await do(desk(world, under.first), await the_offer(world, under.first), "declines", NO)

    assert (await the_offer(world, third)).json()["status"] == "offered"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"declinedBy": "provider", "code": "onzin"}, "/code"),
        ({"declinedBy": "provider", "code": "person_withdraws"}, "/code"),
        ({"declinedBy": "centre", "code": "no_place_in_city"}, "/declinedBy"),
    ],
)
async def test_a_no_has_a_code_of_whose_no_it_is(
    world: World, plans: FakePlans, body: dict[str, str], pointer: str
) -> None:
    under = await offered(world, plans)
    seen = await the_offer(world, under.first)

    answer = await attempt_to(desk(world, under.first), seen, "declines", body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_yes_holds_a_place_and_a_later_no_gives_it_back(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    yes = await accepted(world, under)
    held = await taken(world, under.first)
    body = {"declinedBy": "provider", "code": "no_fit_after_intake"}

    await do(desk(world, under.first), yes, "declines", body)
    await world.drain()

    assert held == 1
    assert await taken(world, under.first) == 0
    assert (await the_offer(world, under.second)).json()["status"] == "offered"


async def test_without_room_a_yes_is_refused_and_nobody_is_disclosed(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    contract = f"/providers/v1/capacities/{under.first.capacity}"
    manager = world.user(Role.ADMINISTRATOR)
    now = await manager.get(contract)
    body = {
        "contractId": str(under.first.contract),
        "locationId": str(under.first.location),
        "places": 0,
    }
    await manager.send("PUT", contract, body, {"If-Match": now.headers["ETag"]})
    seen = await the_offer(world, under.first)

    answer = await attempt_to(desk(world, under.first), seen, "acceptances")

    assert answer.status_code == 409
    assert SURNAME not in answer.text
    assert (await the_offer(world, under.first)).json()["status"] == "offered"


async def test_the_identity_is_shown_from_the_yes_on_until_the_end_and_each_look_is_recorded(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    actor = desk(world, under.first)
    yes = await accepted(world, under)
    path = f"{ATTEMPTS}/{yes.json()['id']}"
    shown = await actor.get(path)
    await do(worker(world), await worker(world).get(under.path()), "endings", WITHDRAWN)

    gone = await actor.get(path)
    assert shown.json()["identity"]["persons"][0]["bsn"] == BSN
    assert gone.status_code == 404
    records = await world.user(Role.PRIVACY_OFFICER).get(
        f"/referrals/v1/audit-records?subjectId={under.plan.member}"
    )
    acts = [(each["operation"], each["act"]) for each in records.json()["items"]]
    assert ("accept_attempt", "disclose") in acts
    assert ("read_attempt", "read") in acts


async def test_a_stored_yes_is_not_told_again_after_the_request_ended(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    actor, key = desk(world, under.first), uuid4()
    seen = await the_offer(world, under.first)
    await do(actor, seen, "acceptances", key=key)
    before = await attempt_to(actor, seen, "acceptances", key=key)
    await do(worker(world), await worker(world).get(under.path()), "endings", WITHDRAWN)

    after = await attempt_to(actor, seen, "acceptances", key=key)

    assert SURNAME in before.text
    assert after.status_code == 404


async def test_ending_cancels_the_open_offer_and_gives_its_place_back(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    await accepted(world, under)
    seen = await worker(world).get(under.path())

    ended = await do(worker(world), seen, "endings", WITHDRAWN)
    await world.drain()

    assert ended.json()["status"] == "withdrawn"
    assert [each["status"] for each in ended.json()["attempts"]] == ["cancelled"]
    assert await taken(world, under.first) == 0
    assert count(world, "SELECT count(*) FROM shortlist_entries WHERE identity IS NOT NULL") == 0


@pytest.mark.parametrize(
    ("code", "status"),
    [
        *(("withdrawn", 201), ("no_longer_needed", 201), ("moved_out", 201), ("deceased", 201)),
        *(("redirected", 201), ("not_admitted", 400), ("ended", 400)),
    ],
)
async def test_a_request_ends_with_a_code_of_the_team(
    world: World, plans: FakePlans, code: str, status: int
) -> None:
    made = await created(world, a_plan(plans))

    answer = await attempt_to(worker(world), made, "endings", {**WITHDRAWN, "code": code})

    assert answer.status_code == status, answer.text


async def test_delivery_is_stopped_not_ended_and_begins_after_an_intake(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    actor = desk(world, under.first)
    yes = await accepted(world, under)
    early = await attempt_to(actor, yes, "starts", {"on": "2022-03-01"})
    met = await do(actor, yes, "intake-appointments", MEETING)
    future = await attempt_to(actor, met, "starts", {"on": "2022-03-02"})
    begun = await do(actor, met, "starts", {"on": "2022-02-28"})
    before = await attempt_to(actor, begun, "stops", {"on": "2022-02-27", "code": "goal_reached"})

    ended = await attempt_to(
        worker(world), await worker(world).get(under.path()), "endings", WITHDRAWN
    )

    assert [early.status_code, future.status_code, before.status_code] == [409, 400, 400]
    assert ended.status_code == 409


async def test_an_appointment_that_failed_is_planned_again(world: World, plans: FakePlans) -> None:
    under = await offered(world, plans)
    actor = desk(world, under.first)
    met = await do(actor, await accepted(world, under), "intake-appointments", MEETING)

    again = await do(
        actor, met, "intake-appointments", {**MEETING, "at": "2022-03-15T10:00:00+01:00"}
    )

    assert again.json()["intakeAt"] == "2022-03-15T09:00:00Z"
    assert again.json()["status"] == "intake_planned"


async def test_every_change_of_an_attempt_needs_its_latest_version_and_a_key(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    actor = desk(world, under.first)
    path = f"{ATTEMPTS}/{(await the_offer(world, under.first)).json()['id']}"

    for what, body in (
        ("declines", NO),
        ("acceptances", {}),
        ("intake-appointments", MEETING),
        ("starts", {"on": "2022-03-01"}),
        ("stops", {"on": "2022-03-01", "code": "goal_reached"}),
    ):
        missing = await actor.post(f"{path}/{what}", body)
        stale = await actor.post(f"{path}/{what}", body, etag='"oud"')
        unkeyed = await actor.http.post(
            f"http://referrals.test{path}/{what}",
            json=body,
            headers={"Authorization": f"Bearer {actor.token}", "If-Match": '"oud"'},
        )
        assert [missing.status_code, stale.status_code, unkeyed.status_code] == [428, 412, 400]
    assert await taken(world, under.first) == 0


async def test_the_inbox_is_sorted_by_urgency_and_first_contact_and_has_pages(
    world: World, plans: FakePlans
) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=9)
    wanted = []
    for urgency, day in (
        ("normal", "2022-01-01"),
        ("crisis", "2022-02-02"),
        ("normal", "2021-12-01"),
        ("soon", "2022-02-01"),
        ("crisis", "2022-02-01"),
    ):
        plan = a_plan(plans)
        seen = await admitted(world, plan, urgency=urgency, firstContactOn=day)
        seen = await do(worker(world), seen, "shortlists", a_shortlist(plan, made))
        await do(worker(world), seen, "attempts")
        wanted.append(({"crisis": 0, "soon": 1, "normal": 2}[urgency], day))

    found, path = [], f"{ATTEMPTS}?pageSize=2"
    while path:
        answer = await desk(world, made).get(path)
        page = Page[InboxItem].model_validate_json(answer.content)
        found += [(item.urgency.value, item.first_contact_on.isoformat()) for item in page.items]
        path = "" if page.next is None else f"{ATTEMPTS}?pageSize=2&cursor={page.next}"
    forged = await desk(world, made).get(f"{ATTEMPTS}?pageSize=2&cursor=AAAA")

    order = {"crisis": 0, "soon": 1, "normal": 2}
    assert [(order[urgency], day) for urgency, day in found] == sorted(wanted)
    assert forged.status_code == 400


async def test_a_provider_knows_the_coordinators_it_works_with_now_and_no_others(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    path = f"/referrals/v1/coordinations/{under.plan.coordinator}"
    at_the_offer = await desk(world, under.first).get(path)
    await accepted(world, under)
    before = await desk(world, under.first).get(path)
    stranger = await desk(world, under.second).get(path)
    of_others = await desk(world, under.first).get("/referrals/v1/coordinations/iemand-anders")

    await do(worker(world), await worker(world).get(under.path()), "endings", WITHDRAWN)
    after = await desk(world, under.first).get(path)

    assert before.json() == {"coordinator": under.plan.coordinator, "attempts": 1}
    assert stranger.status_code == after.status_code == of_others.status_code == 404
    assert at_the_offer.status_code == 404, "nobody is known yet, and neither who coordinates"
    assert at_the_offer.content == stranger.content == after.content == of_others.content


async def test_each_offer_is_recorded_as_a_disclosure_about_the_household(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    await do(desk(world, under.first), await the_offer(world, under.first), "declines", NO)

    records = await world.user(Role.PRIVACY_OFFICER).get(
        f"/referrals/v1/audit-records?subjectId={under.plan.household}"
    )

    told = [each["operation"] for each in records.json()["items"] if each["act"] == "disclose"]
    assert sorted(told) == ["decline_attempt", "offer_next"]


async def test_when_the_registry_is_away_a_yes_changes_nothing(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    seen = await the_offer(world, under.first)
    del world.router.apps["providers.test"]

    answer = await attempt_to(desk(world, under.first), seen, "acceptances")

    assert answer.status_code == 503
    assert (await the_offer(world, under.first)).json()["version"] == seen.json()["version"]
