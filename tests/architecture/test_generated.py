"""What is generated under docs/ is up to date, and says the same in every mode."""

import json
from pathlib import Path

import pytest

from shared.vocabulary import ServiceName
from shared.web.combined import combine
from tests.support.world import World
from tools import data_dictionary, openapi, problems, rules
from tools.applications import DOCS, REMAKE, build, services
from tools.generated import differing, everything, main


def test_every_generated_file_is_current() -> None:
    assert differing(everything()) == [], f"renew with: {REMAKE}"


def test_all_four_services_are_generated() -> None:
    assert services() == list(ServiceName)


def test_a_file_that_differs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.generated.ROOT", tmp_path)
    (tmp_path / "same.md").write_text("as it should be")
    (tmp_path / "other.md").write_text("old")

    found = differing(
        {
            tmp_path / "same.md": "as it should be",
            tmp_path / "other.md": "new",
            tmp_path / "gone.md": "x",
        }
    )

    assert found == ["gone.md", "other.md"]


def test_the_check_ends_with_one_and_names_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.generated.everything", lambda: {DOCS / "rules.md": "something else"})

    assert main(["--check"]) == 1
    said = capsys.readouterr().err
    assert "docs/rules.md" in said
    assert REMAKE in said


async def test_a_document_is_the_same_alone_together_and_in_the_docs(world: World) -> None:
    together = combine({name.value: app for name, app in world.apps.items()})
    alone = dict(world.router.apps)
    for service in world.apps:
        path = f"http://{service}.test/{service}/v1/openapi.json"
        first = (await world.http.get(path)).content
        world.router.apps[f"{service}.test"] = together
        second = (await world.http.get(path)).content
        world.router.apps[f"{service}.test"] = alone[f"{service}.test"]

        assert first == second
        assert json.loads(first) == json.loads(openapi.render(service))
        assert json.loads(first) == build(service).openapi()


def test_every_problem_code_is_documented() -> None:
    text = problems.OUTPUT.read_text("utf-8")
    assert len(problems.outcomes()) >= 11
    for kind in problems.outcomes():
        assert f"| `{kind.code}` |" in text
        assert kind.__name__ in problems.meanings()


def test_the_catalogue_is_whole() -> None:
    found = rules.catalogue()
    kinds = [id_.split("-")[0] for id_ in found]
    assert len(found) == 818
    assert (kinds.count("DIS"), kinds.count("OPN")) == (
        sum(id_.startswith("DIS-") for id_ in found),
        sum(id_.startswith("OPN-") for id_ in found),
    )
    assert found["AMS-ROL-04"].status == "firm"
    assert found["AMS-ROL-04"].service == "plans"


@pytest.mark.parametrize("rule", ["AMS-ACC-33", "AMS-ACC-999"])
def test_a_rule_that_is_held_or_unknown_is_not_left_out(
    rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out.toml").write_text(f'"{rule}" = "no reason"')
    monkeypatch.setattr(rules, "LEFT_OUT", tmp_path / "out.toml")
    with pytest.raises(ValueError, match=rule):
        rules.render()


def test_a_mark_in_any_place_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "ROOT", tmp_path)
    monkeypatch.setattr(rules, "TESTS", tmp_path / "tests")
    (tmp_path / "tests" / "scenarios").mkdir(parents=True)
    (tmp_path / "tests" / "test_it.py").write_text(
        'import pytest\nCASES = [pytest.param(1, marks=pytest.mark.rule("OPN-01"))]\n'
        '@pytest.mark.rule("AMS-ROL-01", "AMS-ROL-02")\ndef test_one(): ...\n'
        'class TestTwo:\n    @pytest.mark.rule("DIS-01")\n    def test_it(self): ...\n'
    )
    (tmp_path / "tests" / "scenarios" / "x.csv").write_text("rules\nAMS-ACC-01;Wmo 2.3.3\n")

    assert rules.held() == {
        "OPN-01": ["tests/test_it.py"],
        "AMS-ROL-01": ["tests/test_it.py::test_one"],
        "AMS-ROL-02": ["tests/test_it.py::test_one"],
        "DIS-01": ["tests/test_it.py::TestTwo"],
        "AMS-ACC-01": ["tests/scenarios/x.csv"],
    }


def test_a_column_without_a_class_stops_the_dictionary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = data_dictionary.FIELDS.read_text("utf-8")
    assert '"wijk", ' in text
    (tmp_path / "fields.toml").write_text(text.replace('"wijk", ', "", 1))
    monkeypatch.setattr(data_dictionary, "FIELDS", tmp_path / "fields.toml")

    with pytest.raises(data_dictionary.DataDictionaryError, match=r"\.wijk: no class"):
        data_dictionary.classified()


def test_a_personal_column_without_a_flow_stops_the_dictionary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = data_dictionary.FIELDS.read_text("utf-8")
    (tmp_path / "fields.toml").write_text(text.replace('"sealed:stored_answer"', '"sealed:x"', 1))
    monkeypatch.setattr(data_dictionary, "FIELDS", tmp_path / "fields.toml")

    with pytest.raises(data_dictionary.DataDictionaryError, match=r"answer: sealed needs a flow"):
        data_dictionary.classified()


def test_every_table_with_a_field_of_a_person_names_its_subject_and_its_last_change() -> None:
    classes = data_dictionary.row_classes()
    tables = {(owner, table.name): table for owner, table in data_dictionary.tables()}
    personal = {
        (column.owner, column.table)
        for column in data_dictionary.classified()
        if column.kind in data_dictionary.OF_A_PERSON
    }
    assert personal
    for place in sorted(personal):
        kind = classes[id(tables[place])]
        columns = set(tables[place].columns.keys())
        assert getattr(kind, "subject_key", None) in columns, place
        assert getattr(kind, "changed_column", None) in columns, place
