"""Every question a service asks a peer, asked of the real peer, after the story was played."""

import ast
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel

from deploy.local.demo.registry import contract_id
from deploy.local.demo.stage import Stage
from deploy.local.demo.story import play
from deploy.local.sample import HET_PROEFATELIER, MARIA, NOOR
from services.intake import clients as intake
from services.referrals import clients as referrals
from shared.clock import local_date
from shared.errors import NotFoundError
from shared.http.peer import OnBehalf, PeerClient
from shared.schemas.applications import GrantProjectionRequest
from shared.schemas.leading import HouseholdPackageRequest
from shared.schemas.persons import HouseholdCreate, MemberCreate, PersonCreate, PersonSearch
from shared.schemas.plans import PackageRequest
from shared.schemas.providers import MatchSearch, ReservationCreate
from shared.schemas.registrations import RegisteredPerson, RegistrationNotice
from shared.stelsel.model import ACTIONS
from shared.vocabulary import HouseholdRole, Role, ServiceName, SharingBasis
from tests.journey.staging import stage_in
from tests.support.world import World

ROOT: Final = Path(__file__).parents[2]


class Asked:
    """The world after the story, and the peers as each service knows them."""

    def __init__(self, world: World, stage: Stage) -> None:
        self.told = stage.told
        worker = world.token(NOOR.role, subject=NOOR.subject, team=str(NOOR.team.id), stadsdeel="M")
        desk = world.token(
            Role.PROVIDER_INTAKE,
            subject=f"desk-{HET_PROEFATELIER.id}",
            provider=str(HET_PROEFATELIER.id),
        )
        self.worker = OnBehalf(user_token=worker, key=uuid4())
        self.desk = OnBehalf(user_token=desk, key=uuid4())
        self._world = world

    def peer(self, asks: ServiceName, asked: ServiceName) -> PeerClient:
        """A peer with the token of the service that asks."""
        kernel = self._world.kernel(asks)
        url = getattr(kernel.settings, f"{asked}_url")
        return kernel.peer(asked, url)


async def _search(asked: Asked) -> BaseModel:
    client = intake.PlansClient(asked.peer(ServiceName.INTAKE, ServiceName.PLANS))
    found = await client.search_persons(PersonSearch(bsn=MARIA.bsn), asked.worker)
    assert [item.surname for item in found.items] == [MARIA.surname]
    return found


async def _read_household(asked: Asked) -> BaseModel:
    client = intake.PlansClient(asked.peer(ServiceName.INTAKE, ServiceName.PLANS))
    return await client.read_household(UUID(asked.told["household"]), asked.worker)


async def _create_household(asked: Asked) -> BaseModel:
    client = intake.PlansClient(asked.peer(ServiceName.INTAKE, ServiceName.PLANS))
    person = PersonCreate(surname="Nieuw-Bedacht")
    request = HouseholdCreate(members=(MemberCreate(role=HouseholdRole.MAIN, person=person),))
    first = await client.create_household(request, asked.worker)
    again = await client.create_household(request, asked.worker)
    assert first.id == again.id, "the same keyed question makes one household"
    return first


async def _circles_of_intake(asked: Asked) -> BaseModel:
    client = intake.PlansClient(asked.peer(ServiceName.INTAKE, ServiceName.PLANS))
    found = await client.circles(None)
    assert NOOR.subject in {person.subject for item in found.items for person in item.circle}
    return found


async def _circles_of_referrals(asked: Asked) -> BaseModel:
    client = referrals.PlansClient(asked.peer(ServiceName.REFERRALS, ServiceName.PLANS))
    found = await client.circles(None)
    assert asked.told["plan_id"] in {str(item.plan_id) for item in found.items}
    return found


async def _coordination(asked: Asked) -> BaseModel:
    client = intake.ReferralsClient(asked.peer(ServiceName.INTAKE, ServiceName.REFERRALS))
    with pytest.raises(NotFoundError):
        await client.read_coordination("somebody-else", asked.desk)
    return await client.read_coordination(NOOR.subject, asked.desk)


async def _basis(asked: Asked) -> BaseModel:
    client = referrals.PlansClient(asked.peer(ServiceName.REFERRALS, ServiceName.PLANS))
    found = await client.basis(UUID(asked.told["plan_id"]), UUID(asked.told["item"]), asked.worker)
    assert found.coordinator == NOOR.subject
    assert found.circle.sequence > 0
    return found


async def _circle(asked: Asked) -> BaseModel:
    client = referrals.PlansClient(asked.peer(ServiceName.REFERRALS, ServiceName.PLANS))
    found = await client.circle(UUID(asked.told["plan_id"]), asked.worker)
    assert NOOR.subject in {person.subject for person in found.circle}
    return found


async def _consents(asked: Asked) -> BaseModel:
    client = referrals.PlansClient(asked.peer(ServiceName.REFERRALS, ServiceName.PLANS))
    found = await client.consents(UUID(asked.told["plan_id"]), asked.worker)
    with pytest.raises(NotFoundError):
        await client.consents(uuid4(), asked.worker)
    return found


async def _organisation(asked: Asked) -> BaseModel:
    client = referrals.ProvidersClient(asked.peer(ServiceName.REFERRALS, ServiceName.PROVIDERS))
    with pytest.raises(NotFoundError):
        await client.organisation(uuid4(), asked.worker)
    return await client.organisation(HET_PROEFATELIER.id, asked.worker)


async def _package(asked: Asked) -> BaseModel:
    client = referrals.PlansClient(asked.peer(ServiceName.REFERRALS, ServiceName.PLANS))
    request = PackageRequest(
        support_item_id=UUID(asked.told["item"]),
        provider_id=HET_PROEFATELIER.id,
        basis=SharingBasis.CONSENT,
    )
    found = await client.package(UUID(asked.told["plan_id"]), request, asked.worker)
    assert MARIA.surname not in found.need_profile.model_dump_json()
    assert found.identity.persons[0].surname == MARIA.surname
    return found


async def _maria(asked: Asked) -> tuple[UUID, UUID]:
    """The household of the story, and its main member."""
    peer = intake.PlansClient(asked.peer(ServiceName.INTAKE, ServiceName.PLANS))
    found = await peer.read_household(UUID(asked.told["household"]), asked.worker)
    return found.id, found.members[0].person.id


async def _household_basis(asked: Asked) -> BaseModel:
    client = referrals.PlansClient(asked.peer(ServiceName.REFERRALS, ServiceName.PLANS))
    found = await client.household_basis(*(await _maria(asked)), asked.worker)
    assert str(found.open_plan_id) == asked.told["plan_id"]
    assert MARIA.surname not in found.model_dump_json()
    return found


async def _household_package(asked: Asked) -> BaseModel:
    client = referrals.PlansClient(asked.peer(ServiceName.REFERRALS, ServiceName.PLANS))
    household, person = await _maria(asked)
    request = HouseholdPackageRequest(
        person_id=person,
        provider_id=HET_PROEFATELIER.id,
        basis=SharingBasis.LEGAL_TASK,
        need=f"{MARIA.surname} zoekt een plek.",
    )
    found = await client.household_package(household, request, asked.worker)
    assert MARIA.surname not in found.need_profile.model_dump_json()
    assert found.identity.persons[0].surname == MARIA.surname
    return found


async def _grant_projection(asked: Asked) -> BaseModel:
    client = referrals.PlansClient(asked.peer(ServiceName.REFERRALS, ServiceName.PLANS))
    request = GrantProjectionRequest(support_item_id=UUID(asked.told["item"]))
    found = await client.grant_projection(UUID(asked.told["plan_id"]), request, asked.worker)
    assert found.persons[0].surname == MARIA.surname
    assert found.goals
    return found


async def _household_grant_projection(asked: Asked) -> BaseModel:
    client = referrals.PlansClient(asked.peer(ServiceName.REFERRALS, ServiceName.PLANS))
    household, person = await _maria(asked)
    request = GrantProjectionRequest(person_id=person)
    found = await client.household_grant_projection(household, request, asked.worker)
    assert (found.goals, found.persons[0].surname) == ((), MARIA.surname)
    return found


async def _household(asked: Asked) -> BaseModel:
    client = referrals.PlansClient(asked.peer(ServiceName.REFERRALS, ServiceName.PLANS))
    household, person = await _maria(asked)
    with pytest.raises(NotFoundError):
        await client.household(person, asked.worker)
    return await client.household(household, asked.worker)


async def _notice(asked: Asked) -> BaseModel:
    client = referrals.PlansClient(asked.peer(ServiceName.REFERRALS, ServiceName.PLANS))
    assert MARIA.birth_date is not None
    person = RegisteredPerson(surname=MARIA.surname, birth_date=MARIA.birth_date)
    notice = RegistrationNotice(
        registration_id=uuid4(),
        voorziening="hulp_bij_het_huishouden",
        provider_id=HET_PROEFATELIER.id,
        registered_on=MARIA.birth_date,
        person=person,
    )
    nobody = person.model_copy(update={"surname": "Niemand"})
    unknown = notice.model_copy(update={"registration_id": uuid4(), "person": nobody})
    found = await client.notice(notice)
    assert await client.notice(unknown) == found
    return found


async def _contract(asked: Asked) -> BaseModel:
    client = referrals.ProvidersClient(asked.peer(ServiceName.REFERRALS, ServiceName.PROVIDERS))
    with pytest.raises(NotFoundError):
        await client.contract(uuid4(), asked.desk)
    return await client.contract(_reservation().contract_id, asked.desk)


async def _matches(asked: Asked) -> BaseModel:
    client = referrals.ProvidersClient(asked.peer(ServiceName.REFERRALS, ServiceName.PROVIDERS))
    found = await client.matches(MatchSearch(voorziening="dagbesteding_meedoen"), asked.worker)
    assert found.items
    return found


async def _reserve(asked: Asked) -> BaseModel:
    client = referrals.ProvidersClient(asked.peer(ServiceName.REFERRALS, ServiceName.PROVIDERS))
    return await client.reserve(_reservation(), asked.desk)


async def _release(asked: Asked) -> BaseModel | None:
    client = referrals.ProvidersClient(asked.peer(ServiceName.REFERRALS, ServiceName.PROVIDERS))
    held = await client.reserve(_reservation(), OnBehalf(asked.desk.user_token, key=uuid4()))
    await client.release(held.id, "withdrawn")
    return held


async def _return_place(asked: Asked) -> BaseModel | None:
    client = referrals.ProvidersClient(asked.peer(ServiceName.REFERRALS, ServiceName.PROVIDERS))
    held = await client.reserve(_reservation(), OnBehalf(asked.desk.user_token, key=uuid4()))
    await client.return_place(held.attempt_id, "declined")
    return held


async def _confirm(asked: Asked) -> BaseModel | None:
    client = referrals.ProvidersClient(asked.peer(ServiceName.REFERRALS, ServiceName.PROVIDERS))
    held = await client.reserve(_reservation(), OnBehalf(asked.desk.user_token, key=uuid4()))
    await client.confirm(held.id, local_date(held.held_at))
    return held


def _reservation() -> ReservationCreate:
    return ReservationCreate(
        attempt_id=uuid4(),
        contract_id=contract_id(HET_PROEFATELIER, "dagbesteding_meedoen"),
        location_id=HET_PROEFATELIER.locations[0].id,
    )


QUESTIONS: Final[dict[str, Callable[[Asked], Awaitable[BaseModel | None]]]] = {
    "intake.PlansClient.search_persons": _search,
    "intake.PlansClient.read_household": _read_household,
    "intake.PlansClient.create_household": _create_household,
    "intake.PlansClient.circles": _circles_of_intake,
    "intake.ReferralsClient.read_coordination": _coordination,
    "referrals.PlansClient.basis": _basis,
    "referrals.PlansClient.package": _package,
    "referrals.PlansClient.circle": _circle,
    "referrals.PlansClient.consents": _consents,
    "referrals.PlansClient.household_basis": _household_basis,
    "referrals.PlansClient.household_package": _household_package,
    "referrals.PlansClient.grant_projection": _grant_projection,
    "referrals.PlansClient.household_grant_projection": _household_grant_projection,
    "referrals.PlansClient.household": _household,
    "referrals.PlansClient.circles": _circles_of_referrals,
    "referrals.PlansClient.notice": _notice,
    "referrals.ProvidersClient.matches": _matches,
    "referrals.ProvidersClient.organisation": _organisation,
    "referrals.ProvidersClient.contract": _contract,
    "referrals.ProvidersClient.reserve": _reserve,
    "referrals.ProvidersClient.release": _release,
    "referrals.ProvidersClient.return_place": _return_place,
    "referrals.ProvidersClient.confirm": _confirm,
}


def _methods() -> set[str]:
    found = set()
    for file in sorted(ROOT.glob("services/*/clients.py")):
        for kind in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(kind, ast.ClassDef):
                found |= {
                    f"{file.parent.name}.{kind.name}.{method.name}"
                    for method in kind.body
                    if isinstance(method, ast.AsyncFunctionDef) and method.name[0] != "_"
                }
    return found


def test_every_question_has_its_test() -> None:
    assert set(QUESTIONS) == _methods()


async def test_the_real_peer_answers_every_question(world: World) -> None:
    stage = stage_in(world)
    await play(stage)
    asked = Asked(world, stage)

    answers = {name: await question(asked) for name, question in QUESTIONS.items()}

    assert all(answer is not None for answer in answers.values())


async def test_every_next_action_can_be_called(world: World) -> None:
    served = set()
    for service, app in world.apps.items():
        for path, item in app.openapi()["paths"].items():
            plain = path.replace("_", "").lower()
            served |= {(method.upper(), f"/{service}/v1{plain}") for method in item}
    for action in ACTIONS.values():
        path = action.href.partition("?")[0].lower()
        assert (action.method, path) in served, action.code
