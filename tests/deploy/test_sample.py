"""The sample: nobody exists, everything is well formed, every role has somebody."""

from uuid import UUID

import pytest
from pydantic import TypeAdapter
from stdnum.nl import bsn

from deploy.local import sample
from shared.schemas.base import AreaCode, Phone, Postcode, Subject
from shared.vocabulary import Role

PERSONS = [person for household in sample.HOUSEHOLDS for person in household.members]
LOCATIONS = [location for provider in sample.PROVIDERS for location in provider.locations]


@pytest.mark.parametrize("number", [person.bsn for person in PERSONS])
def test_a_bsn_is_of_the_test_range_and_passes_the_elfproef(number: str) -> None:
    assert bsn.is_valid(number)
    assert number.startswith("9999")


def test_identities_are_all_different() -> None:
    ids = [team.id for team in sample.TEAMS]
    ids += [provider.id for provider in sample.PROVIDERS]
    ids += [location.id for location in LOCATIONS]
    ids += [household.id for household in sample.HOUSEHOLDS]
    ids += [person.id for person in PERSONS]
    subjects = {worker.subject for worker in sample.WORKERS}

    assert len(set(ids)) == len(ids)
    assert all(identity.version == 4 for identity in ids)
    assert len(subjects) == len(sample.WORKERS)


def test_every_role_of_a_person_has_a_caller() -> None:
    assert set(sample.CALLERS) == set(Role) - {Role.SERVICE}


def test_what_goes_over_the_wire_has_its_form() -> None:
    for household in sample.HOUSEHOLDS:
        TypeAdapter(Postcode).validate_python(household.address.postcode)
        TypeAdapter(AreaCode).validate_python(household.address.wijk)
    for phone in [worker.phone for worker in sample.WORKERS] + [
        p.phone for p in PERSONS if p.phone
    ]:
        TypeAdapter(Phone).validate_python(phone)
    for caller in sample.CALLERS.values():
        for claim in filter(None, (caller.organisation, caller.team, caller.provider)):
            assert UUID(claim)
        TypeAdapter(Subject).validate_python(caller.subject)


def test_one_address_is_shielded() -> None:
    assert [h for h in sample.HOUSEHOLDS if h.address.shielded] == [sample.SCHUILNAAM]
