"""Transfers: what is refused with a reason, and what somebody may not see and so is not there."""

from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from services.referrals.domain.transfer_frames import BATCH, ensure_batch_moves, rounded
from services.referrals.domain.transfers import (
    ENTRY,
    NOT_TAKEN_OVER,
    UNFINISHED,
    TransferHand,
    TransferNote,
    ensure_entry_moves,
    notes_due,
)
from shared.errors import ConflictError
from shared.vocabulary import Role, ServiceName, TransferBatchStatus, TransferStatus
from tests.referrals.doubles import FakePlans
from tests.referrals.registering import contracted, desk_of, registered
from tests.referrals.steps import accepted, desk, offered, worker
from tests.referrals.test_sealed import stored
from tests.referrals.transferring import (
    AGREED,
    BATCHES,
    DOUBLE,
    ENTRIES,
    HANDED,
    STAY,
    WISHES,
    a_batch,
    an_entry,
    at,
    batched,
    made_of,
    manager,
    move,
    moving,
    now,
)
from tests.support.registry import offer
from tests.support.world import World

TODAY = date(2022, 3, 1)
EVERY_MOVE = sorted(product(TransferStatus, TransferStatus))


@pytest.mark.parametrize(("current", "to"), EVERY_MOVE)
@pytest.mark.parametrize("hand", list(TransferHand))
def test_an_entry_goes_where_the_table_says_and_nowhere_else(
    current: TransferStatus, to: TransferStatus, hand: TransferHand
) -> None:
    if hand in ENTRY.get((current, to), frozenset()):
        ensure_entry_moves(current, to, {hand})
        return
    with pytest.raises(ConflictError, match=f"nu de stand {current.value}"):
        ensure_entry_moves(current, to, {hand})


def test_no_way_leads_out_of_an_end_and_a_no_is_possible_from_everywhere_else() -> None:
    starts = {start for start, _ in ENTRY}

    assert starts == set(UNFINISHED)
    assert {start for start, end in ENTRY if end is TransferStatus.STAYS} == set(UNFINISHED)
    assert {start for start, by in ENTRY.items() if TransferHand.SYSTEM in by} == {
        (start, TransferStatus.WITHDRAWN) for start in NOT_TAKEN_OVER
    }


@pytest.mark.parametrize(("current", "to"), sorted(product(TransferBatchStatus, repeat=2)))
def test_a_batch_ends_once(current: TransferBatchStatus, to: TransferBatchStatus) -> None:
    if to in BATCH[current]:
        ensure_batch_moves(current, to)
        return
    with pytest.raises(ConflictError, match="dat blijft zo"):
        ensure_batch_moves(current, to)


@pytest.mark.rule("AMS-MON-11")
@pytest.mark.parametrize(("count", "told"), [(0, 0), (2, 0), (3, 5), (7, 5), (8, 10), (300, 300)])
def test_numbers_are_rounded_to_five(count: int, told: int) -> None:
    assert rounded(count) == told


@pytest.mark.parametrize(
    ("days", "ends", "over", "note"),
    [
        (29, None, None, None),
        (28, None, None, TransferNote.PHASE_ENDS),
        (28, TODAY, None, None),
        (0, None, None, TransferNote.PHASE_ENDS),
        (-1, None, None, TransferNote.PHASE_OVER),
        (-1, TODAY, None, TransferNote.PHASE_OVER),
        (-1, None, TODAY, None),
    ],
)
def test_of_the_last_day_of_a_phase_is_told_before_it_and_after_it(
    days: int, ends: date | None, over: date | None, note: TransferNote | None
) -> None:
    told = {TransferNote.PHASE_ENDS: ends, TransferNote.PHASE_OVER: over}

    found = notes_due(told, TODAY + timedelta(days=days), TODAY, timedelta(days=28))

    assert found is note


def _phase(**changes: Any) -> dict[str, Any]:
    return {"name": "nu", "startsOn": "2022-03-01", "endsOn": "2022-04-30", **changes}


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"reason": "zomaar"}, "/reason", "unknown-code"),
        ({"phases": [_phase(), _phase()]}, "/phases/1/name", "twice"),
        ({"phases": [_phase(endsOn="2022-02-28")]}, "/phases/0/endsOn", "ends-before-begin"),
        ({"phases": [_phase(endsOn="2022-07-01")]}, "/phases/0/endsOn", "after-deadline"),
        ({"phases": [_phase(startsOn="0001-01-01")]}, "/phases/0/startsOn", "too-far"),
        ({"phases": []}, "/phases", None),
        ({"deadline": "2022-02-28"}, "/deadline", "in-past"),
        ({"deadline": "9999-12-31"}, "/deadline", "too-far"),
        ({"doubleProvisionDays": -1}, "/doubleProvisionDays", None),
        ({"providerId": str(uuid4())}, "/providerId", "unknown"),
        ({"agreements": "Bel mevrouw Bloem eerst."}, "/agreements", "name-of-person"),
        ({"agreements": "BSN 999900006 gaat eerst."}, "/agreements", "citizen-number"),
        ({"phases": [_phase(name="mevrouw Bloem")]}, "/phases/0/name", "name-of-person"),
    ],
)
async def test_a_frame_that_does_not_fit_or_points_at_a_person_is_not_made(
    world: World, plans: FakePlans, changes: dict[str, Any], pointer: str, code: str | None
) -> None:
    del plans
    made = await offer(world.user(Role.ADMINISTRATOR))

    answer = await manager(world).post(BATCHES, a_batch(made, **changes))

    assert answer.status_code == 400, answer.text
    faults = {each["pointer"]: each["code"] for each in answer.json()["errors"]}
    assert pointer in faults
    assert code in {None, faults[pointer]}
    assert "Bloem" not in answer.text
    assert (await manager(world).get(BATCHES)).json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"phase": "derde groep"}, 400, "/phase"),
        ({"attemptId": None}, 400, "/attemptId"),
        ({"directRegistrationId": str(uuid4())}, 400, "/attemptId"),
        ({"canFinishInTime": True}, 400, "/wishes"),
        ({"preferredHandoverOn": "2042-03-01"}, 400, "/preferredHandoverOn"),
        ({"attemptId": str(uuid4())}, 404, None),
    ],
)
async def test_what_cannot_be_listed_is_refused_and_nothing_is_kept(
    world: World, plans: FakePlans, changes: dict[str, Any], status: int, pointer: str | None
) -> None:
    moved = await moving(world, plans)

    answer = await moved.add(**changes)

    assert answer.status_code == status, answer.text
    if pointer is not None:
        assert pointer in {each["pointer"] for each in answer.json()["errors"]}
    assert await moved.progress() == {"roundedTo": 1}


async def test_an_unknown_phase_is_told_which_there_are(world: World, plans: FakePlans) -> None:
    moved = await moving(world, plans)

    answer = await moved.add(phase="derde groep")

    assert "eerste groep" in answer.text
    assert "tweede groep" in answer.text


async def test_help_that_did_not_start_does_not_move(world: World, plans: FakePlans) -> None:
    under = await offered(world, plans)
    seen = await accepted(world, under)
    made = await contracted(world)
    one = await registered(world, made)
    homes = [f"{BATCHES}/{(await batched(world, of)).json()['id']}" for of in (under.first, made)]

    answers = [
        await desk(world, under.first).post(f"{homes[0]}/entries", an_entry(seen)),
        await desk_of(world, made).post(f"{homes[1]}/entries", an_entry(one)),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert {answer.json()["errors"][0]["code"] for answer in answers} == {"not-started"}


async def test_who_is_on_a_list_is_not_put_on_another(world: World, plans: FakePlans) -> None:
    moved = await moving(world, plans)
    await moved.listed()
    other = await batched(world, moved.made)

    path = f"{BATCHES}/{other.json()['id']}/entries"
    answers = [await moved.add(), await moved.desk.post(path, an_entry(moved.help))]

    assert [answer.status_code for answer in answers] == [409, 409]


@pytest.mark.parametrize(
    ("what", "body", "refusal"),
    [
        ("double-provisions", {**DOUBLE, "endsOn": "2022-03-15"}, (409, "longer-than-agreed")),
        ("double-provisions", {**DOUBLE, "endsOn": "2022-02-28"}, (400, "ends-before-begin")),
        ("double-provisions", {**DOUBLE, "startsOn": "2022-02-28"}, (400, "before-start")),
        ("double-provisions", {**DOUBLE, "endsOn": "2042-03-01"}, (400, "too-far")),
        ("handovers", {**HANDED, "on": "2022-02-28"}, (400, "before-start")),
        ("handovers", {**HANDED, "on": "2022-03-02"}, (400, "in-future")),
        ("handovers", {**HANDED, "on": "1901-03-02"}, (400, "too-long-ago")),
    ],
)
async def test_days_that_cannot_be_are_refused_and_nothing_changes(
    world: World, plans: FakePlans, what: str, body: dict[str, Any], refusal: tuple[int, str]
) -> None:
    moved = await moving(world, plans)
    seen = await moved.accepted()
    before = await now(worker(world), seen)

    answer = await move(worker(world), seen, what, body)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == refusal
    assert await now(worker(world), seen) == before


async def test_help_is_not_handed_over_before_both_help(world: World, plans: FakePlans) -> None:
    moved = await moving(world, plans)
    seen = await moved.accepted()
    later = {"startsOn": "2022-03-08", "endsOn": "2022-03-14"}
    made_of(await move(worker(world), seen, "double-provisions", later))

    answer = await move(worker(world), seen, "handovers", HANDED)

    assert answer.json()["errors"][0]["code"] == "before-start"
    assert (await now(worker(world), seen))["status"] == "double"


async def test_where_nothing_double_was_agreed_there_is_none(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans, doubleProvisionDays=0)
    seen = await moved.accepted()
    one_day = {"startsOn": "2022-03-01", "endsOn": "2022-03-01"}

    answer = await move(worker(world), seen, "double-provisions", one_day)

    assert answer.json()["errors"][0]["code"] == "longer-than-agreed"


@pytest.mark.rule("AMS-PLN-40")
async def test_without_agreement_of_the_person_nothing_is_proposed(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans)
    seen = await moved.listed(agreedByPerson=False)

    answers = [
        await move(moved.desk, seen, "proposals", {"agreedByPerson": False}),
        await move(moved.desk, seen, "proposals", {}),
        await move(worker(world), seen, "acceptances", {}),
        await move(moved.desk, seen, "proposals", {**AGREED, "contactId": str(uuid4())}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 409, 400]
    assert (await now(moved.desk, seen))["status"] == "listed"


async def test_what_each_may_not_do_is_forbidden(world: World, plans: FakePlans) -> None:
    moved = await moving(world, plans)
    seen = await moved.proposed()
    noor = worker(world)
    made_by_provider = await moved.desk.post(BATCHES, a_batch(moved.made))

    answers = [
        made_by_provider,
        await noor.post(BATCHES, a_batch(moved.made)),
        await noor.get(moved.home),
        await noor.post(f"{moved.home}/entries", an_entry(moved.help)),
        await manager(world).post(f"{moved.home}/entries", an_entry(moved.help)),
        await moved.desk.post(f"{at(seen)}/acceptances", {}, etag='"x"'),
        await noor.post(f"{at(seen)}/proposals", AGREED, etag='"x"'),
    ]

    assert {answer.status_code for answer in answers} == {403}


async def test_of_others_nothing_is_there(world: World, plans: FakePlans) -> None:
    moved = await moving(world, plans)
    seen = await moved.proposed()
    other = await offer(world.user(Role.ADMINISTRATOR), "Ander")
    stranger = world.user(Role.BUURTTEAM_WORKER, subject="50b0-stranger")
    lead = world.user(Role.TEAM_LEAD, team=str(uuid4()))
    elsewhere = desk(world, other)
    home = f"{BATCHES}/{(await batched(world, other)).json()['id']}"

    hidden = [await actor.get(at(seen)) for actor in (stranger, lead, elsewhere)]
    nothing = await stranger.get(f"{ENTRIES}/{uuid4()}")
    acts = [
        await stranger.post(f"{at(seen)}/acceptances", {}, etag='"x"'),
        await lead.post(f"{at(seen)}/stays", STAY, etag='"x"'),
        await elsewhere.post(f"{at(seen)}/stays", STAY, etag='"x"'),
        await elsewhere.get(moved.home),
        await elsewhere.post(f"{moved.home}/entries", an_entry(moved.help)),
        await elsewhere.post(f"{home}/entries", an_entry(moved.help)),
        await moved.desk.post(f"{home}/entries", an_entry(moved.help)),
    ]

    assert {answer.content for answer in hidden} == {nothing.content}
    assert {answer.status_code for answer in (*hidden, *acts)} == {404}
    for actor in (stranger, lead, elsewhere):
        assert (await actor.get(ENTRIES)).json() == {"items": [], "next": None}
    assert [each["id"] for each in (await elsewhere.get(BATCHES)).json()["items"]] == [home[-36:]]


async def test_the_lead_of_the_team_takes_over_too(world: World, plans: FakePlans) -> None:
    moved = await moving(world, plans)
    seen = await moved.proposed()

    answer = await move(world.user(Role.TEAM_LEAD, team=moved.plan.team), seen, "acceptances", {})

    assert answer.status_code == 201, answer.text


async def test_who_plans_does_not_know_in_the_circle_any_more_changes_nothing(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans)
    seen = await moved.proposed()
    moved.plan.coordinator = "50b0-somebody-else"

    answer = await move(worker(world), seen, "acceptances", {})

    assert answer.status_code == 404
    assert (await now(moved.desk, seen))["status"] == "proposed"


async def test_pages_go_on_where_they_ended(world: World, plans: FakePlans) -> None:
    moved = await moving(world, plans)
    for _ in range(2):
        seen = await moved.listed()
        made_of(await move(moved.desk, seen, "stays", STAY))
        await batched(world, moved.made)

    for actor, path in ((moved.desk, ENTRIES), (moved.desk, BATCHES), (worker(world), ENTRIES)):
        whole = (await actor.get(path)).json()["items"]
        first = (await actor.get(f"{path}?pageSize=1")).json()
        rest = (await actor.get(f"{path}?pageSize=1&cursor={first['next']}")).json()
        assert [*first["items"], *rest["items"]] == whole[:2]


async def test_what_the_person_wishes_is_sealed_and_every_look_is_on_record(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans)
    seen = await moved.listed()
    made_of(await move(moved.desk, seen, "stays", STAY))
    await worker(world).get(ENTRIES)

    officer = world.user(Role.PRIVACY_OFFICER)
    records = await officer.get(
        f"/referrals/v1/audit-records?subjectId={moved.plan.household}&pageSize=100"
    )
    operations = {(each["act"], each["operation"]) for each in records.json()["items"]}
    assert {
        ("write", "add_transfer_entry"),
        ("read", "read_transfer_entry"),
        ("write", "record_stay"),
        ("read", "list_transfer_entries"),
    } <= operations
    found = stored(world)
    assert seen.json()["id"] in found
    assert [text for text in (WISHES, STAY["reason"]) if text in found] == []


async def test_a_provider_lists_only_what_it_may_still_read(world: World, plans: FakePlans) -> None:
    moved = await moving(world, plans)
    revoke = "UPDATE attempts SET revoked_at = now(), identity = NULL"
    world.databases.execute(ServiceName.REFERRALS, revoke)

    answer = await moved.add()

    assert answer.status_code == 404


async def test_help_without_a_plan_stays_on_the_list(world: World, plans: FakePlans) -> None:
    moved = await moving(world, plans)
    seen = await moved.listed()
    loose = "UPDATE referrals SET plan_id = NULL, support_item_id = NULL, need = '', person_id = id"
    world.databases.execute(ServiceName.REFERRALS, loose)

    answer = await move(moved.desk, seen, "proposals", AGREED)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "no-plan-yet")
    assert (await now(moved.desk, seen))["status"] == "listed"
