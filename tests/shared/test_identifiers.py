"""Identifiers: names as they are searched, the elfproef, keys derived and ids made."""

from uuid import uuid4

import pytest

from shared.identifiers import derived_key, fold_name, is_bsn, new_id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("van den Berg-Öztürk", "Berg Ozturk"),
        ("'t Hooft", "hooft"),
        ("van 't Hek", "HEK"),
        ("de la Cruz", "cruz"),
        ("Dijkstra", "DYKSTRA"),
        ("Kuĳper", "Kuijper"),
        ("Sørensen", "Sorensen"),
        ("Wałęsa", "walesa"),
        ("Weiß", "Weiss"),
        ("Çelik", "celik"),
        ("Y\u0131ld\u0131z", "YILDIZ"),
        ("  El   Amrani ", "amrani"),
        ("Müller", "Mu\u0308ller"),
    ],
)
def test_names_that_are_searched_as_one(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


def test_a_name_that_is_only_a_particle_stays() -> None:
    assert fold_name("De") == "de"
    assert fold_name("van der") == "der"


@pytest.mark.parametrize("name", ["Иванов", "محمد", "王"])
def test_another_alphabet_is_not_lost(name: str) -> None:
    assert fold_name(name)


def test_different_names_stay_different() -> None:
    names = ["Berg", "Bergen", "Vanden", "Visser", "de Vries", "Jansen", "Janssen"]
    assert len({fold_name(name) for name in names}) == len(names)


@pytest.mark.parametrize("number", ["999990342", "999900006", "123456782"])
def test_a_number_that_passes_the_elfproef(number: str) -> None:
    assert is_bsn(number)


@pytest.mark.parametrize(
    "number",
    [
        *("111222334", "000000000", "12345678", "1234567820", "1112.22.333", " 23456782"),
        *("12345678a", "", "\uff19\uff19\uff19\uff19\uff19\uff10\uff13\uff14\uff12", "-99990342"),
    ],
)
def test_a_number_that_does_not(number: str) -> None:
    assert not is_bsn(number)


def test_a_wrong_digit_is_always_seen() -> None:
    for place in range(9):
        for digit in "0123456789":
            changed = "999990342"[:place] + digit + "999990342"[place + 1 :]
            assert is_bsn(changed) == (changed == "999990342")


def test_a_derived_key_is_the_same_on_every_replay_and_another_for_every_step() -> None:
    key = uuid4()
    assert derived_key(key, "reserve") == derived_key(key, "reserve")
    assert derived_key(key, "reserve") != derived_key(key, "release")
    assert derived_key(key, "reserve") != derived_key(uuid4(), "reserve")


def test_ids_are_random() -> None:
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert {id_.version for id_ in made} == {4}
