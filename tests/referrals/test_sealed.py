"""What was said about somebody is sealed where it is stored, and read only where it belongs."""

import json
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy
from alembic import command
from psycopg import sql

from deploy.postgres.provision import create_database, drop_database
from shared.db.migrate import config_for, upgrade
from shared.db.sealing import Place, SealError
from shared.vocabulary import ServiceName
from tests.referrals.doubles import FakePlans
from tests.referrals.steps import (
    JUDGEMENT,
    WEIGHINGS,
    a_plan,
    a_shortlist,
    created,
    do,
    worker,
)
from tests.support.postgres import TestServer
from tests.support.registry import two_offers
from tests.support.world import World

WEIGHED = ("durft de tram niet in", "sinds de ruzie met de buren")
JUDGED = "Zonder dit komt zij haar bed niet uit."
DEPARTED = ("Zonder uitzondering raakt zij haar huis kwijt.", "Sanna van de leiding")
AGREED = "bij haar zus in de keuken"
TOLD = (*WEIGHED, JUDGED, *DEPARTED, AGREED)
DEPARTURE = {"rule": "AMS-ACC-13", "motivation": DEPARTED[0], "agreedWith": DEPARTED[1]}


def stored(world: World) -> str:
    """Everything the database of referrals holds, as one text; bytes as what they spell."""
    databases, found = world.databases, []
    with psycopg.connect(
        databases.server.admin_dsn, dbname=databases.name(ServiceName.REFERRALS)
    ) as admin:
        admin.execute("SET bytea_output = 'escape'")
        tables = admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables.fetchall():
            query = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))
            found += [text for (text,) in admin.execute(query).fetchall()]
    return "\n".join(found)


async def told_all(world: World, plans: FakePlans) -> dict[str, object]:
    """A request in which somebody wrote something everywhere where one can."""
    plan = a_plan(plans)
    weighings = [{**WEIGHINGS[1], "outcome": WEIGHED[0], "motivation": WEIGHED[1]}]
    seen = await created(world, plan, weighings=weighings)
    seen = await do(
        worker(world),
        seen,
        "judgements",
        {**JUDGEMENT, "motivation": JUDGED, "deviation": DEPARTURE},
    )
    first, _ = await two_offers(world)
    wanted = a_shortlist(plan, first, how=AGREED)
    found: dict[str, object] = (await do(worker(world), seen, "shortlists", wanted)).json()
    return found


@pytest.mark.rule("AMS-REF-02")
async def test_what_was_weighed_and_judged_is_read_in_the_answer_and_nowhere_in_the_database(
    world: World, plans: FakePlans
) -> None:
    found = await told_all(world, plans)

    text = json.dumps(found)
    kept = stored(world)
    assert [each for each in (*WEIGHED, JUDGED, AGREED) if each not in text] == []
    assert [each for each in TOLD if each in kept] == []
    assert "social_base_considered" in kept, "the same look finds what is not sealed"
    again = await worker(world).get(f"/referrals/v1/referrals/{found['id']}")
    assert again.json() == found


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("weighings", "outcome"),
        ("weighings", "motivation"),
        ("judgements", "motivation"),
        ("shortlists", "how"),
    ],
)
async def test_a_text_that_is_moved_to_another_request_does_not_open(
    world: World, plans: FakePlans, table: str, column: str
) -> None:
    one, other = await told_all(world, plans), await told_all(world, plans)
    world.databases.execute(
        ServiceName.REFERRALS,
        f"UPDATE {table} SET {column} = "  # noqa: S608  names of this test
        f"(SELECT {column} FROM {table} WHERE referral_id = '{one['id']}') "
        f"WHERE referral_id = '{other['id']}'",
    )

    answer = await worker(world).get(f"/referrals/v1/referrals/{other['id']}")
    untouched = await worker(world).get(f"/referrals/v1/referrals/{one['id']}")

    assert answer.status_code == 500
    assert [each for each in TOLD if each in answer.text] == []
    assert untouched.status_code == 200


async def test_what_was_departed_from_and_with_whom_opens_with_the_key(
    world: World, plans: FakePlans
) -> None:
    found = await told_all(world, plans)
    ring = world.kernel(ServiceName.REFERRALS).ring
    query = "SELECT deviation_motivation, deviation_agreed_with FROM judgements"
    address = world.databases.url(ServiceName.REFERRALS)
    with psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1)) as db:
        ((why, who),) = db.execute(query).fetchall()

    opened = [
        ring.open(sealed, Place("judgements", found["id"], column))
        for sealed, column in ((why, "deviation_motivation"), (who, "deviation_agreed_with"))
    ]

    assert opened == list(DEPARTED)
    with pytest.raises(SealError):
        ring.open(why, Place("judgements", found["id"], "deviation_agreed_with"))


def test_in_a_database_that_holds_texts_the_migration_stops_and_they_stay(
    postgres: TestServer,
) -> None:
    name = f"told_{postgres.worker}"
    create_database(postgres.server.admin_dsn, ServiceName.REFERRALS, name)
    url = postgres.server.owner_url(ServiceName.REFERRALS, name)
    try:
        command.upgrade(config_for(ServiceName.REFERRALS, url), "0003")
        with psycopg.connect(
            url.replace("postgresql+psycopg://", "postgresql://", 1), autocommit=True
        ) as owner:
            owner.execute(
                "ALTER TABLE weighings DROP CONSTRAINT fk_weighings_referral_id_referrals"
            )
            owner.execute(
                "INSERT INTO weighings (household_id, changed_at, referral_id, condition,"
                " considered, outcome, motivation, made_by, made_at)"
                " VALUES (%s, now(), %s, 'x', true, 'y', 'z', 'somebody', now())",
                (uuid4(), uuid4()),
            )

            with pytest.raises(sqlalchemy.exc.IntegrityError):
                upgrade(ServiceName.REFERRALS, url)

            assert owner.execute("SELECT outcome, motivation FROM weighings").fetchall() == [
                ("y", "z")
            ]
    finally:
        drop_database(postgres.server.admin_dsn, name)
