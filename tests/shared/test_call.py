"""Cursors and ETags: made by us, for one caller, one operation, one record, one state."""

import base64
from uuid import uuid4

import pytest

from shared.errors import InvalidRequestError, MissingVersionError, StaleVersionError
from tests.support.calls import a_call

POSITION = ["2022-03-01", "naam met ë", str(uuid4())]


def test_a_cursor_leads_back_to_its_place() -> None:
    cursor = a_call().cursor("plans/50", POSITION)
    assert a_call().position("plans/50", cursor) == POSITION
    assert a_call().position("plans/50", None) is None


def test_a_cursor_is_good_for_its_caller_operation_and_query_only() -> None:
    cursor = a_call().cursor("plans/50", POSITION)
    for call, query in (
        (a_call(subject="another"), "plans/50"),
        (a_call("list_referrals"), "plans/50"),
        (a_call(), "plans/51"),
        (a_call(), ""),
    ):
        with pytest.raises(InvalidRequestError):
            call.position(query, cursor)


def test_a_forged_cursor_is_refused() -> None:
    good = a_call().cursor("plans/50", POSITION)
    raw = base64.urlsafe_b64decode(good + "=" * (-len(good) % 4))
    forged = [raw[:16] + b'["z"]', bytes(16) + raw[16:], raw[:15], raw[:16], raw + b" ", b""]
    changed = [
        raw[:index] + bytes([raw[index] ^ 1]) + raw[index + 1 :] for index in range(len(raw))
    ]
    texts = [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in (*forged, *changed)]
    for text in (*texts, "x", "ë", "\x00", "=" * 8):
        with pytest.raises(InvalidRequestError) as caught:
            a_call().position("plans/50", text)
        assert text not in caught.value.detail or not text


def test_an_etag_belongs_to_one_record_in_one_state_and_tells_no_version() -> None:
    record = uuid4()
    tags = {
        a_call().tag("plans", record, 1),
        a_call().tag("plans", record, 2),
        a_call().tag("goals", record, 1),
        a_call().tag("plans", uuid4(), 1),
    }
    assert len(tags) == 4
    assert a_call().tag("plans", record, 1) in tags
    assert all(tag.startswith('"') and tag.endswith('"') and len(tag) == 24 for tag in tags)


def test_a_change_names_the_state_it_saw() -> None:
    record, call = uuid4(), a_call()
    with pytest.raises(MissingVersionError):
        call.expect("plans", record, 1)
    call.if_match = call.tag("plans", record, 1)
    call.expect("plans", record, 1)
    for kind, id_, version in (
        ("plans", record, 2),
        ("goals", record, 1),
        ("plans", uuid4(), 1),
    ):
        with pytest.raises(StaleVersionError):
            call.expect(kind, id_, version)
    for other in ("*", f"W/{call.if_match}", call.if_match.strip('"'), f"{call.if_match}, *"):
        call.if_match = other
        with pytest.raises(StaleVersionError):
            call.expect("plans", record, 1)
