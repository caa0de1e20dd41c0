"""Who calls when only a role is named."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from deploy.local.sample.providers import DE_VOORBEELDTUIN
from deploy.local.sample.shapes import Caller, Organisation, Worker
from deploy.local.sample.teams import (
    BUURTTEAM,
    CENTRALE_TOEGANG,
    CLIENTONDERSTEUNING,
    GEMEENTE,
    LIEKE,
    NOOR,
    SANNE,
    STADSDEEL_OOST,
    VEILIG_THUIS,
    subject_of,
)
from shared.vocabulary import Role


def _caller_of(worker: Worker) -> Caller:
    team = worker.team
    return Caller(worker.subject, str(team.organisation.id), str(team.id), team.stadsdeel)


def _caller(number: int, organisation: Organisation, stadsdeel: str | None = None) -> Caller:
    return Caller(subject_of(number), str(organisation.id), stadsdeel=stadsdeel)


def _provider_caller(number: int) -> Caller:
    return Caller(subject_of(number), provider=str(DE_VOORBEELDTUIN.id))


CALLERS: Final[Mapping[Role, Caller]] = MappingProxyType(
    {
        Role.BUURTTEAM_WORKER: _caller_of(NOOR),
        Role.TEAM_LEAD: _caller_of(LIEKE),
        Role.SPECIALIST: _caller(8, STADSDEEL_OOST, "M"),
        Role.OKT_WORKER: _caller_of(SANNE),
        Role.VEILIG_THUIS: _caller(21, VEILIG_THUIS),
        Role.PROVIDER_INTAKE: _provider_caller(31),
        Role.PROVIDER_WORKER: _provider_caller(32),
        Role.PROVIDER_MANAGER: _provider_caller(33),
        Role.CENTRAL_ACCESS: _caller(41, CENTRALE_TOEGANG),
        Role.MUNICIPALITY: _caller(51, GEMEENTE),
        Role.CONTRACT_MANAGER: _caller(52, GEMEENTE),
        Role.SUPERVISOR: _caller(53, GEMEENTE),
        Role.MONITOR: _caller(54, GEMEENTE),
        Role.CLIENT_SUPPORT: _caller(61, CLIENTONDERSTEUNING),
        Role.PRIVACY_OFFICER: _caller(71, BUURTTEAM),
        Role.ADMINISTRATOR: _caller(72, BUURTTEAM),
    }
)
"""Every role that a person can have; `service` is for services, which get their own tokens."""
