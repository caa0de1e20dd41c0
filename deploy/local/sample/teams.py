"""Organisations, teams and their workers."""

from typing import Final
from uuid import UUID

from deploy.local.sample.shapes import Organisation, Team, Worker
from shared.vocabulary import Role


def _organisation(number: int, name: str) -> Organisation:
    return Organisation(UUID(f"04600000-0000-4000-8000-{number:012d}"), name)


BUURTTEAM: Final = _organisation(1, "Buurtteam Amsterdam")
OKT: Final = _organisation(2, "Ouder- en Kindteams Amsterdam")
VEILIG_THUIS: Final = _organisation(3, "Veilig Thuis")
CENTRALE_TOEGANG: Final = _organisation(4, "Centrale toegang")
GEMEENTE: Final = _organisation(5, "Gemeente Amsterdam")
STADSDEEL_OOST: Final = _organisation(6, "Stadsdeel Oost")
CLIENTONDERSTEUNING: Final = _organisation(7, "Onafhankelijke cliëntondersteuning")


def _team(number: int, name: str, by: Organisation, stadsdeel: str, areas: str) -> Team:
    identity = UUID(f"7ea00000-0000-4000-8000-{number:012d}")
    return Team(identity, name, by, stadsdeel, tuple(areas.split()))


DAPPERBUURT: Final = _team(1, "Buurtteam Amsterdam Oost Dapperbuurt", BUURTTEAM, "M", "ME MC")
VOLEWIJCK: Final = _team(2, "Buurtteam Amsterdam Noord Volewijck", BUURTTEAM, "N", "NK NL")
BIJLMER: Final = _team(3, "Buurtteam Amsterdam Zuidoost Bijlmer-Centrum", BUURTTEAM, "T", "TC TD")
OKT_OOST: Final = _team(4, "Ouder- en Kindteam Oost Dapperbuurt", OKT, "M", "ME MC MF")
TEAMS: Final = (DAPPERBUURT, VOLEWIJCK, BIJLMER, OKT_OOST)

_WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")


def subject_of(number: int) -> str:
    return f"50b00000-0000-4000-8000-{number:012d}"


NOOR: Final = Worker(
    subject_of(1),
    "Noor Voorbeeld",
    Role.BUURTTEAM_WORKER,
    DAPPERBUURT,
    "0200000001",
    _WEEK[:4],
    ("geld", "wonen"),
    ("nl", "en"),
)
YUSUF: Final = Worker(
    subject_of(2),
    "Yusuf Fictief",
    Role.BUURTTEAM_WORKER,
    DAPPERBUURT,
    "0200000002",
    ("monday", "tuesday", "thursday", "friday"),
    ("werk",),
    ("nl", "tr"),
)
LIEKE: Final = Worker(
    subject_of(3), "Lieke Verzonnen", Role.TEAM_LEAD, DAPPERBUURT, "0200000003", _WEEK
)
RAVI: Final = Worker(
    subject_of(4), "Ravi Denkbeeldig", Role.BUURTTEAM_WORKER, VOLEWIJCK, "0200000004", _WEEK
)
HANNA: Final = Worker(
    subject_of(5), "Hanna Bedacht", Role.TEAM_LEAD, VOLEWIJCK, "0200000005", _WEEK[1:]
)
IMAN: Final = Worker(
    subject_of(6),
    "Iman Proefpersoon",
    Role.BUURTTEAM_WORKER,
    BIJLMER,
    "0200000006",
    _WEEK[:3],
    ("gezondheid",),
    ("nl", "ar"),
)
SANNE: Final = Worker(
    subject_of(7),
    "Sanne Oefening",
    Role.OKT_WORKER,
    OKT_OOST,
    "0200000007",
    _WEEK[:4],
    ("opvoeden",),
)
TEUN: Final = Worker(
    subject_of(8), "Teun Modelman", Role.SPECIALIST, DAPPERBUURT, "0200000008", _WEEK, ("schulden",)
)
WORKERS: Final = (NOOR, YUSUF, LIEKE, RAVI, HANNA, IMAN, SANNE, TEUN)
