"""Small stand-ins for the peers of intake, where a test decides what the peer knows."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def problem(status: int, detail: str) -> Response:
    """A refusal as a peer gives it."""
    body = {"type": "urn:problem:x", "title": "x", "status": status, "detail": detail}
    return JSONResponse(body, status, media_type="application/problem+json")


def person(identity: UUID, surname: str = "Testema") -> dict[str, Any]:
    """A person of the register."""
    return {
        "id": str(identity),
        "givenNames": "Maria",
        "surname": surname,
        "birthDate": "1961-03-14",
        "hasBsn": True,
        "phone": None,
        "address": None,
        "addressShielded": False,
        "language": None,
    }


@dataclass
class FakePlans:
    """The register of plans: what it holds, what was asked of it, what it was told."""

    matches: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    households: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    made: dict[str, UUID] = field(default_factory=dict)
    searches: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[tuple[str | None, str | None]] = field(default_factory=list)

    def known(self, *roles: str, plan: UUID | None = None) -> tuple[UUID, UUID]:
        """A household that this caller reaches, and its main member."""
        household, members = uuid4(), [uuid4() for _ in roles]
        self.households[household] = {
            "id": str(household),
            "version": 1,
            "members": [
                {"person": person(one), "role": role, "memberFrom": "2022-03-01"}
                for one, role in zip(members, roles, strict=True)
            ],
            "openPlanId": None if plan is None else str(plan),
        }
        return household, members[roles.index("main")]

    def match(self, way: str, one: UUID, household: UUID | None = None) -> None:
        """A person whom a search in this way finds."""
        found = {
            "personId": str(one),
            "givenNames": "Maria",
            "surname": "Testema",
            "birthDate": "1961-03-14",
            "householdId": None if household is None else str(household),
            "householdRole": None if household is None else "main",
            "hasOpenPlan": False,
            "coordinator": None,
        }
        self.matches.setdefault(way, []).append(found)

    def app(self) -> Starlette:
        """The stand-in as an application."""
        return Starlette(
            routes=[
                Route("/plans/v1/persons/_zoek", self._search, methods=["POST"]),
                Route("/plans/v1/households", self._create, methods=["POST"]),
                Route("/plans/v1/households/{household}", self._read),
                Route("/plans/v1/events", self._event, methods=["POST"]),
            ]
        )

    async def _search(self, request: Request) -> Response:
        asked = await request.json()
        self.searches.append(asked)
        self.tokens.append(
            (request.headers.get("authorization"), request.headers.get("buurtteam-user-token"))
        )
        way = "bsn" if "bsn" in asked else "surname" if "surname" in asked else "postcode"
        return JSONResponse({"items": self.matches.get(way, []), "truncated": False})

    async def _create(self, request: Request) -> Response:
        asked, key = await request.json(), request.headers["idempotency-key"]
        if key not in self.made:
            household, _ = self.known(*[member["role"] for member in asked["members"]])
            self.made[key] = household
        return JSONResponse(self.households[self.made[key]], 201)

    async def _read(self, request: Request) -> Response:
        found = self.households.get(UUID(request.path_params["household"]))
        return problem(404, "Dit bestaat niet.") if found is None else JSONResponse(found)

    async def _event(self, request: Request) -> Response:
        event = await request.json()
        self.events.append(event)
        return JSONResponse({"id": event["id"], "status": "stored"}, 202)


@dataclass
class FakeReferrals:
    """Which coordinators a provider works with."""

    coordinators: set[str] = field(default_factory=set)

    def app(self) -> Starlette:
        """The stand-in as an application."""
        return Starlette(routes=[Route("/referrals/v1/coordinations/{subject}", self._read)])

    async def _read(self, request: Request) -> Response:
        subject = request.path_params["subject"]
        if subject not in self.coordinators:
            return problem(404, "Dit bestaat niet.")
        return JSONResponse({"coordinator": subject, "attempts": 1})
