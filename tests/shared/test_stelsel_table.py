"""Holds the pack against the access table of the catalogue (section 4.5), row by row."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from shared.stelsel.load import load_stelsel

ROOT: Final = Path(__file__).parents[2]
CATALOGUE: Final = (ROOT / "docs" / "domain" / "requirements.md").read_text("utf-8")
STELSEL: Final = load_stelsel("amsterdam-2021")

CODES: Final = {
    1: ["ambulante_ondersteuning_buurtteam"],
    2: ["ambulante_ondersteuning"],
    3: ["ambulante_ondersteuning"],
    4: ["ambulante_ondersteuning", "begeleid_individueel_wonen"],
    5: ["dagbesteding_meedoen"],
    6: ["dagbesteding_meewerken"],
    7: ["dagbesteding_arbeidsmatig"],
    8: ["dagbesteding_inloop"],
    9: ["hulp_bij_het_huishouden"],
    10: ["ondersteuning_bij_het_huishouden"],
    11: ["maatschappelijke_opvang", "beschermd_wonen"],
    12: ["maatschappelijke_opvang"],
    13: ["begeleid_individueel_wonen"],
    14: ["opvang_huiselijk_geweld"],
    15: ["logeeropvang"],
    16: ["time_outplek"],
    17: ["sociaal_raadsliedenwerk", "schuldhulp_specialistisch"],
    18: ["aanvullende_inkomensondersteuning", "wpi_traject", "woonurgentie"],
    19: ["sociale_basis"],
    20: ["fact_ggz"],
    21: ["jeugdhulp"],
    22: ["onafhankelijke_clientondersteuning"],
    23: [item.code for item in STELSEL.voorzieningen if item.kind == "referral"],
    24: ["specialistische_woonbegeleiding"],
}
"""Which voorzieningen each row is about."""

ELSEWHERE: Final = {
    "AMS-ACC-15": "the two codes of general day activities, and their texts",
    "AMS-ACC-18": "held by plans: a flag on long participation",
    "AMS-ACC-48": "the text of the voorziening",
    "AMS-ACC-72": "an expectation of demand, no rule of a route",
    "AMS-PLN-23": "the motivated deviation of any strict door",
    "AMS-ROL-38": "an organisation whose work is not divided yet",
}
"""Rules of the table that no cell can hold, with where they are."""


def rows() -> Iterator[tuple[int, str]]:
    """The number and the rules of every row of the table."""
    table = CATALOGUE.partition("### 4.5 Table")[2].partition("### 4.6")[0]
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0].isdigit():
            yield int(cells[0]), cells[-1]


def rules(text: str) -> Iterator[str]:
    """`AMS-ACC-02..06, 71, AMS-ROL-07, 08`: every rule in full."""
    group = ""
    for part in text.split(","):
        found = re.fullmatch(r"(?:([A-Z0-9]+-[A-Z]{3})-)?(\d{2})(?:\.\.(\d{2}))?", part.strip())
        assert found, part
        group = found[1] or group
        for number in range(int(found[2]), int(found[3] or found[2]) + 1):
            yield f"{group}-{number:02}"


@cache
def pack() -> Any:
    """The pack as anybody reads it."""
    return yaml.safe_load((ROOT / "shared/stelsel/packs/amsterdam-2021.yaml").read_text("utf-8"))


def sources_of(code: str) -> set[str]:
    """Every source below a voorziening, and those of the conditions it uses."""
    plain = pack()
    item = next(each for each in plain["voorzieningen"] if each["code"] == code)
    found, used = set(), set()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            found.update(value.get("sources", ()))
            used.add(value.get("code"))
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(item["routes"])
    walk([each for each in plain["conditions"] if each["code"] in used])
    return found


def test_the_table_has_the_rows_this_test_knows() -> None:
    assert [number for number, _ in rows()] == sorted(CODES)


def test_every_voorziening_of_the_table_and_no_other_has_a_row() -> None:
    named = {code for codes in CODES.values() for code in codes}
    team = {"maatschappelijk_werk", "inkomensondersteuning_basis", "clientondersteuning"}
    beside = {"activering", "wlz"}

    assert {item.code for item in STELSEL.voorzieningen} == named | team | beside


@pytest.mark.rule("AMS-ACC-01")
@pytest.mark.parametrize(("number", "text"), list(rows()))
def test_every_rule_of_a_row_stands_in_a_cell_of_its_voorziening(number: int, text: str) -> None:
    wanted = set(rules(text)) - set(ELSEWHERE)
    told = {source for code in CODES[number] for source in sources_of(code)}

    assert wanted <= told, sorted(wanted - told)


def test_what_stands_elsewhere_is_really_in_the_table() -> None:
    told = {rule for _, text in rows() for rule in rules(text)}

    assert set(ELSEWHERE) <= told
