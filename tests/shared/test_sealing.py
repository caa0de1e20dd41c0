"""Sealed columns: open in their own place only, with a key of the ring, and never changed."""

import base64
import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.db.sealing import KeyRing, Place, SealError
from tests.support.calls import a_ring

PLACE = Place("persons", "a-row", "bsn")


def test_what_was_sealed_opens() -> None:
    for text in ("999990342", "", "ë€😀\n" * 500):
        assert a_ring().open(a_ring().seal(text, PLACE), PLACE) == text


@pytest.mark.parametrize(
    "place",
    [
        Place("contacts", "a-row", "bsn"),
        Place("persons", "another", "bsn"),
        Place("persons", "a-row", "phone"),
    ],
)
def test_a_value_moved_elsewhere_does_not_open(place: Place) -> None:
    with pytest.raises(SealError):
        a_ring().open(a_ring().seal("999990342", PLACE), place)


def test_a_changed_byte_anywhere_does_not_open() -> None:
    sealed = a_ring().seal("999990342", PLACE)
    for index in range(len(sealed)):
        changed = bytearray(sealed)
        changed[index] ^= 1
        with pytest.raises(SealError):
            a_ring().open(bytes(changed), PLACE)


@pytest.mark.parametrize("cut", [0, 1, 4, 10, 16, 20])
def test_a_value_cut_short_does_not_open(cut: int) -> None:
    with pytest.raises(SealError):
        a_ring().open(a_ring().seal("999990342", PLACE)[:cut], PLACE)


def test_an_old_key_opens_and_the_new_one_seals() -> None:
    old = a_ring().seal("999990342", PLACE)
    rotated = a_ring("two", two=b"2" * 32)

    assert rotated.open(old, PLACE) == "999990342"
    assert rotated.seal("x", PLACE).startswith(b"two.")
    with pytest.raises(SealError):
        a_ring().open(rotated.seal("x", PLACE), PLACE)


def test_a_key_that_was_destroyed_opens_nothing() -> None:
    old = a_ring().seal("999990342", PLACE)
    with pytest.raises(SealError, match="not in the ring"):
        KeyRing("two", {"two": b"2" * 32}, b"i" * 32).open(old, PLACE)


def test_the_same_text_is_never_sealed_to_the_same_bytes() -> None:
    assert len({a_ring().seal("999990342", PLACE) for _ in range(100)}) == 100


def test_the_index_finds_and_tells_nothing_without_its_key() -> None:
    other = KeyRing("one", {"one": b"1" * 32}, b"j" * 32)
    assert a_ring().index("bsn", "999990342") == a_ring().index("bsn", "999990342")
    assert a_ring().index("bsn", "999990342") != other.index("bsn", "999990342")
    assert a_ring().index("bsn", "999990342") != a_ring().index("phone", "999990342")


@pytest.mark.parametrize(
    ("current", "key"), [("gone", b"1" * 32), ("one", b"1" * 16), ("one", b"")]
)
def test_a_ring_that_cannot_work_does_not_load(current: str, key: bytes) -> None:
    with pytest.raises(SealError):
        KeyRing(current, {"one": key}, b"i" * 32)


def test_a_ring_is_read_from_its_file_and_a_fault_tells_no_key(tmp_path: Path) -> None:
    key = base64.b64encode(b"1" * 32).decode()
    file = tmp_path / "ring.json"
    told = {"current": "one", "keys": {"one": key}, "index_key": key}
    file.write_text(json.dumps(told))
    assert KeyRing.load(file).open(KeyRing.load(file).seal("x", PLACE), PLACE) == "x"

    file.write_text(json.dumps({**told, "surprise": key}))
    with pytest.raises(ValidationError) as caught:
        KeyRing.load(file)
    assert key not in str(caught.value)
