"""A bad pack stops the start with the line and the reason, all faults at once."""

import re
from pathlib import Path
from typing import Final

import pytest
import yaml

from shared.stelsel.load import PackError, available, load_pack, load_stelsel
from shared.stelsel.model import Stelsel, UnknownCodeError

ROOT: Final = Path(__file__).parents[2]
CATALOGUE: Final = ROOT / "docs" / "domain" / "requirements.md"
RULE: Final = re.compile(r"(?:AMS|A12|HLM|AMF)-[A-Z]{3}-\d{2}|(?:DIS|OPN)-\d{2}")

SAMPLES: Final = Path(__file__).parent / "samples"
GOOD: Final = (SAMPLES / "sample-2021.yaml").read_text("utf-8")
FAULTS: Final[dict[str, dict[str, str]]] = {
    each["fault"]: each
    for each in yaml.safe_load((SAMPLES / "stelsel_faults.yaml").read_text("utf-8"))
}


def load(folder: Path, text: str, name: str = "sample-2021") -> Stelsel:
    file = folder / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    return load_pack(file)


def with_change(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def line_of(text: str, part: str) -> int:
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if part in line]
    assert len(lines) == 1, part
    return lines[0]


def test_a_good_sample_loads(tmp_path: Path) -> None:
    stelsel = load(tmp_path, GOOD)

    assert [item.code for item in stelsel.voorzieningen] == ["help", "free"]
    assert stelsel.voorzieningen[0].routes[1].doors[0].judges[0].with_ == ("city",)


def reported_line(text: str, at: str) -> int:
    """The line of a part; `#` takes the last of several, `#-1` the line before."""
    part, _, shift = at.partition("#")
    if "#" not in at:
        return next(n for n, line in enumerate(text.splitlines(), start=1) if part in line)
    lines = [n for n, line in enumerate(text.splitlines(), start=1) if part in line]
    return lines[-1] + int(shift or 0)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_every_fault_stops_the_start_with_its_line(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    text = with_change(fault["old"], fault["new"])

    with pytest.raises(PackError) as found:
        load(tmp_path, text)

    line = reported_line(text, fault["at"])
    told = str(found.value).splitlines()
    assert [each for each in told if each.startswith(f"sample-2021.yaml:{line}: ")], told
    assert [each for each in told if f":{line}: " in each and fault["reason"] in each], told


def test_all_faults_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = GOOD
    for name in ("unknown field", "unknown party leads", "overlap of rows", "ladder out of order"):
        text = text.replace(FAULTS[name]["old"], FAULTS[name]["new"])
    text = text.replace("label: Vol\n", "label: Vol\n    label: Leeg\n")

    with pytest.raises(PackError) as found:
        load(tmp_path, text)

    reasons = [fault.reason for fault in found.value.faults]
    assert len(reasons) == 5
    assert reasons[0] == "motto: unknown field"
    assert reasons[-1] == "duplicate key 'label'"
    lines = [fault.line for fault in found.value.faults]
    assert lines == sorted(lines)
    assert lines[-1] == line_of(text, "label: Leeg")


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "hello"])
def test_a_file_that_is_no_pack_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"sample-2021\.yaml:1: a pack is a mapping"):
        load(tmp_path, text)


@pytest.mark.parametrize("name", available())
def test_every_pack_of_ours_loads(name: str) -> None:
    stelsel = load_stelsel(name)

    assert stelsel.name == name
    assert load_stelsel(name) is stelsel


@pytest.mark.parametrize("name", ["atlantis-2021", "../packs/amsterdam-2021", ""])
def test_an_unknown_stelsel_comes_back_with_the_list(name: str) -> None:
    with pytest.raises(UnknownCodeError) as found:
        load_stelsel(name)

    assert found.value.known == available()
    assert "amsterdam-2021" in available()


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the catalogue is not in docs/domain yet")
@pytest.mark.parametrize("name", available())
def test_every_source_of_a_pack_is_in_the_catalogue(name: str) -> None:
    catalogue = set(re.findall(rf"\*\*({RULE.pattern})\*\*", CATALOGUE.read_text("utf-8")))
    pack = (ROOT / "shared" / "stelsel" / "packs" / f"{name}.yaml").read_text("utf-8")

    assert set(RULE.findall(pack)) <= catalogue


@pytest.mark.parametrize("name", available())
def test_a_pack_is_plain_yaml_for_everybody(name: str) -> None:
    text = (ROOT / "shared" / "stelsel" / "packs" / f"{name}.yaml").read_text("utf-8")

    assert yaml.safe_load(text)["name"] == name
