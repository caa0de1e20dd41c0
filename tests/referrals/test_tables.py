"""The tables of referrals: as the models say."""

from shared.db.migrate import check
from shared.vocabulary import ServiceName
from tests.support.postgres import TestServer


def test_the_migrations_make_exactly_what_the_models_say(databases: TestServer) -> None:
    check(ServiceName.REFERRALS, databases.owner_url(ServiceName.REFERRALS))
