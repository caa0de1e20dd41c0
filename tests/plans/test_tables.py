"""The tables of plans: as the models say, each with its subject, and never an unknown state."""

import pytest

from services.plans.models import PlansRow, metadata
from shared.db.base import About
from shared.db.migrate import check
from shared.vocabulary import ServiceName
from tests.support.postgres import TestServer

ROWS = sorted((mapper.class_ for mapper in PlansRow.registry.mappers), key=lambda row: row.__name__)
OURS = [row for row in ROWS if issubclass(row, PlansRow)]


def test_the_migrations_make_exactly_what_the_models_say(databases: TestServer) -> None:
    check(ServiceName.PLANS, databases.owner_url(ServiceName.PLANS))


@pytest.mark.parametrize("row", OURS)
def test_every_table_names_whose_data_it_holds_and_when_that_changed(row: type[PlansRow]) -> None:
    assert issubclass(row, About)
    columns = row.__table__.columns
    assert row.subject_key in columns
    assert row.changed_column in columns


def test_no_table_is_left_out() -> None:
    assert {row.__tablename__ for row in OURS} == set(metadata.tables)
