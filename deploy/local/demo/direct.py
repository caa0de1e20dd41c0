"""The direct track: a provider registers its own client, and learns nothing about anybody."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from deploy.local.demo.placing import desk_of
from deploy.local.demo.registry import contract_id
from deploy.local.demo.stage import Actor, Stage, must
from deploy.local.sample import DE_PAUZE, HET_PROEFATELIER, MARIA, NOOR, SCHOON_VERZONNEN, Provider

REGISTRATIONS: Final = "/referrals/v1/direct-registrations"
_HOUSEHOLD_HELP: Final = "hulp_bij_het_huishouden"
_RESPITE: Final = "logeeropvang"
DIRECT: Final = (_HOUSEHOLD_HELP, _RESPITE)
"""What a provider may register its own client for."""
_MARIA: Final = {
    "givenNames": MARIA.given_names,
    "surname": MARIA.surname,
    "birthDate": MARIA.birth_date.isoformat(),
    "bsn": MARIA.bsn,
}
_STRANGER: Final = {"givenNames": "Truus", "surname": "Bedenksel", "birthDate": "1941-08-19"}
_RELIEF: Final = {
    "condition": "relieves_carer",
    "considered": True,
    "outcome": "Twee weekenden per maand",
    "motivation": "Haar dochter zorgt voor haar en slaapt dan door.",
}


async def registered_directly(stage: Stage) -> None:
    """Hbh and logeeropvang without the team, where the route allows it (AMS-ACC-23, 43)."""
    stage.chapter("Registered by the provider itself")
    cleaning, respite = desk_of(stage, SCHOON_VERZONNEN), desk_of(stage, DE_PAUZE)
    known = await _register(cleaning, SCHOON_VERZONNEN, _HOUSEHOLD_HELP, _MARIA)
    unknown = await _register(cleaning, SCHOON_VERZONNEN, _HOUSEHOLD_HELP, _STRANGER)
    must(_same(known) == _same(unknown), "the answer does not say who is known anywhere")
    wider = [step for step in known["nextSteps"] if step["href"] == "/intake/v1/contacts"]
    must(wider, "a wider question has its own way to the team")
    stay = await _register(respite, DE_PAUZE, _RESPITE, _STRANGER, weighings=[_RELIEF])
    await _only_where_the_route_allows_it(stage)
    noor = stage.as_worker(NOOR)
    must(
        await noor.status("GET", f"{REGISTRATIONS}/{known['id']}") == HTTPStatus.FORBIDDEN,
        "the team does not see what a client arranged without it",
    )
    stage.move_clock(datetime(2022, 4, 12, 9, tzinfo=UTC))
    for desk, made in ((cleaning, known), (respite, stay)):
        path = made["href"]
        begun = await desk.move(path, f"{path}/starts", {"on": "2022-04-12"})
        must(begun.body["status"] == "started", "help began")
    stage.told["registered"] = [made["href"] for made in (known, unknown, stay)]
    stage.tell(
        f"{SCHOON_VERZONNEN.name} registers Maria and somebody unknown: the same answer. "
        f"{DE_PAUZE.name} registers a guest who came by herself, with the relief of her carer "
        "weighed. Wider questions go to the buurtteam."
    )


async def _register(
    desk: Actor, provider: Provider, voorziening: str, person: dict[str, str], **more: Any
) -> dict[str, Any]:
    made = await desk.post(
        REGISTRATIONS,
        {
            "voorziening": voorziening,
            "contractId": str(contract_id(provider, voorziening)),
            "locationId": str(provider.locations[0].id),
            "person": person,
            "clientAgreed": True,
            "contributionToldOn": "2022-03-01",
            **more,
        },
    )
    must(made.status == HTTPStatus.ACCEPTED, "a registration is accepted")
    body: dict[str, Any] = made.body
    return body


def _same(receipt: dict[str, Any]) -> str:
    """What a receipt says beside its own id and moment."""
    own = receipt["id"]
    shown = {name: value for name, value in receipt.items() if name != "registeredAt"}
    return str(shown).replace(own, "")


async def _only_where_the_route_allows_it(stage: Stage) -> None:
    studio = desk_of(stage, HET_PROEFATELIER)
    voorziening = "dagbesteding_meedoen"
    refused = await studio.send(
        "POST",
        REGISTRATIONS,
        {
            "voorziening": voorziening,
            "contractId": str(contract_id(HET_PROEFATELIER, voorziening)),
            "locationId": str(HET_PROEFATELIER.locations[0].id),
            "person": _STRANGER,
            "clientAgreed": True,
            "contributionToldOn": "2022-03-01",
        },
    )
    must(refused.status_code == HTTPStatus.CONFLICT, "dagbesteding has no direct track")
    must("carry_contact_over" in refused.text, "and the question is carried over, not refused")
