"""A stand-in for plans that a test fills: which plans there are, who is around them, who is who."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.registry import VOORZIENING

SURNAME = "Testema"
BSN = "999900006"


@dataclass
class Plan:
    """One plan with one support item, as its circle and its members make it."""

    coordinator: str
    team: str | None
    id: UUID = field(default_factory=uuid4)
    household: UUID = field(default_factory=uuid4)
    item: UUID = field(default_factory=uuid4)
    member: UUID = field(default_factory=uuid4)
    voorziening: str = VOORZIENING
    age: int | None = 60
    open: bool = True
    agreed: bool = True
    sequence: int = 1
    item_status: str = "proposed"

    def circle(self) -> dict[str, Any]:
        """The circle as plans tells it."""
        person = {
            "subject": self.coordinator,
            "part": "coordinator",
            "validFrom": "2022-01-01T00:00:00Z",
        }
        return {
            "planId": str(self.id),
            "householdId": str(self.household),
            "teamId": self.team,
            "open": self.open,
            "circle": [person],
        }

    def basis(self) -> dict[str, Any]:
        """What referrals is told before it leads anybody anywhere."""
        return {
            "planId": str(self.id),
            "version": 1,
            "open": self.open,
            "agreed": self.agreed,
            "coordinator": self.coordinator,
            "circle": {**self.circle(), "sequence": self.sequence},
            "supportItemId": str(self.item),
            "supportItemStatus": self.item_status,
            "voorziening": self.voorziening,
            "memberIds": [str(self.member)],
            "stadsdeel": "M",
            "wijk": "ME",
            "age": self.age,
        }

    def package(self, provider: str | None, party: str | None = None) -> dict[str, Any]:
        """Both stages for one provider, or one party."""
        return {
            "planId": str(self.id),
            "supportItemId": str(self.item),
            "providerId": provider,
            "party": party,
            "composedAt": "2022-03-01T08:00:00Z",
            "needProfile": {
                "goals": ["weer onder de mensen komen"],
                "ageBand": "60-69",
                "stadsdeel": "M",
                "wijk": "ME",
                "language": "nl",
                "householdSize": 1,
            },
            "identity": {
                "persons": [
                    {
                        "personId": str(self.member),
                        "givenNames": "Maria",
                        "surname": SURNAME,
                        "birthDate": "1961-03-14",
                        "bsn": BSN,
                        "phone": None,
                        "address": None,
                        "addressShielded": True,
                    }
                ],
                "coordinator": self.coordinator,
                "result": "elke week een dag eruit",
            },
        }


@dataclass
class FakePlans:
    """Plans as its peer knows it; shows a plan to its coordinator and to its team's lead only."""

    plans: dict[str, Plan] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    packages: list[dict[str, Any]] = field(default_factory=list)
    consents: list[dict[str, Any]] = field(default_factory=list)

    def add(self, plan: Plan) -> Plan:
        """A plan that exists."""
        self.plans[str(plan.id)] = plan
        return plan

    def moved(self, kind: str) -> list[str]:
        """The states that were told, in order."""
        return [e["data"]["status"] for e in self.events if e["type"] == f"nl.wmo.{kind}.moved"]

    def app(self) -> Starlette:
        """The stand-in as an application."""
        return Starlette(
            routes=[
                Route("/plans/v1/plans/{plan}/referral-basis", self._basis),
                Route(
                    "/plans/v1/plans/{plan}/disclosure-packages", self._package, methods=["POST"]
                ),
                Route("/plans/v1/plans/{plan}/circle", self._circle),
                Route("/plans/v1/plans/{plan}/consents", self._consents),
                Route("/plans/v1/events", self._event, methods=["POST"]),
            ]
        )

    def _seen(self, request: Request) -> Plan | None:
        plan = self.plans.get(request.path_params["plan"])
        claims = _claims(request.headers.get("buurtteam-user-token", "..."))
        if plan is None:
            return None
        leads = claims.get("roles") == ["team_lead"] and claims.get("team") == plan.team
        return plan if claims.get("sub") == plan.coordinator or leads else None

    async def _basis(self, request: Request) -> Response:
        plan = self._seen(request)
        if plan is None or request.query_params.get("supportItemId") != str(plan.item):
            return _missing()
        return JSONResponse(plan.basis())

    async def _circle(self, request: Request) -> Response:
        plan = self._seen(request)
        if plan is None:
            return _missing()
        return JSONResponse({**plan.circle(), "sequence": plan.sequence})

    async def _consents(self, request: Request) -> Response:
        plan = self._seen(request)
        if plan is None:
            return _missing()
        return JSONResponse({"items": [e for e in self.consents if e["planId"] == str(plan.id)]})

    def agree(self, plan: Plan, provider: str, **changes: Any) -> None:
        """The member of a plan agrees that a provider hears of this."""
        consent = {
            "id": str(uuid4()),
            "version": 1,
            "planId": str(plan.id),
            "personId": str(plan.member),
            "providerId": provider,
            "purpose": "advies",
            "basis": "consent",
            "validUntil": None,
            "how": "aan tafel",
            "status": "given",
            "givenAt": "2022-03-01T07:00:00Z",
            "revokedAt": None,
            "closedAt": None,
            **changes,
        }
        self.consents.append(consent)

    async def _package(self, request: Request) -> Response:
        plan = self._seen(request)
        if plan is None:
            return _missing()
        body = await request.json()
        self.packages.append(body)
        return JSONResponse(plan.package(body.get("providerId"), body.get("party")), 201)

    async def _event(self, request: Request) -> Response:
        event = await request.json()
        self.events.append(event)
        return JSONResponse({"id": event["id"], "status": "stored"}, 202)


def _missing() -> Response:
    return JSONResponse({"title": "Niet gevonden", "status": 404}, 404)


def _claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    if not body:
        return {}
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found
