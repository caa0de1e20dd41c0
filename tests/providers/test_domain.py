"""Does an offer fit a question: plain values in, reasons out."""

from dataclasses import replace

import pytest

from services.providers.domain.matching import Offered, Wanted, fit

WANTED = Wanted(stadsdeel="M", target_group=None, language=None, wheelchair_accessible=False)
OFFERED = Offered(
    stadsdelen=("M",),
    target_groups=(),
    languages=("nl",),
    wheelchair_accessible=None,
    places_free=1,
)


def test_room_in_the_area_fits() -> None:
    assert fit(WANTED, OFFERED).why_not == ()
    assert fit(WANTED, OFFERED).reasons == ("room", "area", "target_group")


@pytest.mark.rule("AMS-PRV-40")
def test_without_stadsdelen_a_contract_is_city_wide() -> None:
    assert fit(WANTED, replace(OFFERED, stadsdelen=())).why_not == ()


@pytest.mark.rule("AMS-INT-40")
@pytest.mark.parametrize(
    ("wanted", "offered", "why_not"),
    [
        (WANTED, replace(OFFERED, places_free=0), ("room",)),
        (WANTED, replace(OFFERED, stadsdelen=("N",)), ("area",)),
        (replace(WANTED, target_group="lvb"), OFFERED, ()),
        (
            replace(WANTED, target_group="lvb"),
            replace(OFFERED, target_groups=("ggz",)),
            ("target_group",),
        ),
        (replace(WANTED, language="ar"), OFFERED, ("language",)),
        (replace(WANTED, wheelchair_accessible=True), OFFERED, ("wheelchair_accessible",)),
        (
            replace(WANTED, wheelchair_accessible=True),
            replace(OFFERED, wheelchair_accessible=True),
            (),
        ),
    ],
)
def test_each_wish_that_is_not_met_is_named(
    wanted: Wanted, offered: Offered, why_not: tuple[str, ...]
) -> None:
    assert fit(wanted, offered).why_not == why_not
