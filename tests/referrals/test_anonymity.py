"""What points at a person in a free text: each kind found, and what is no such thing left alone."""

from collections.abc import Callable
from datetime import date

import pytest

from services.referrals.domain import anonymity
from services.referrals.domain.anonymity import WORDS, Identifying, ensure_anonymous, identifying
from shared.errors import InvalidRequestError

TODAY = date(2022, 3, 1)
FOUND = [
    (Identifying.BSN, "Het gaat om 999900006, al jaren bekend."),
    (Identifying.BSN, "999.900.006"),
    (Identifying.BSN, "9999 00 006"),
    (Identifying.BSN, "999/900/006"),
    (Identifying.BSN, "in 2021 999900006"),
    (Identifying.BSN, "9999000\u200b06"),
    (Identifying.BSN, "\uff19\uff19\uff19\uff19\uff10\uff10\uff10\uff10\uff16"),
    (Identifying.BSN, "BSN: 123456789, overgetypt met een fout"),
    (Identifying.ADDRESS, "1094 KL 12"),
    (Identifying.ADDRESS, "woont op nr. 12, 1094kl"),
    (Identifying.ADDRESS, "1094 kl, huisnummer 12"),
    (Identifying.ADDRESS, "Voorbeeldstraat 12"),
    (Identifying.TELEPHONE, "bel 0612345678"),
    (Identifying.TELEPHONE, "06-1234 56 78"),
    (Identifying.TELEPHONE, "+31 6 12345678"),
    (Identifying.TELEPHONE, "(020) 000 01 01"),
    (Identifying.E_MAIL, "mail naar iemand@voorbeeld.nl."),
    (Identifying.IBAN, "NL91 ABNA 0417 1643 00"),
    (Identifying.IBAN, "nl91abna0417164300"),
    (Identifying.IBAN, "rekening BE68 5390 0754 7034 is geblokkeerd"),
    (Identifying.DATE, "van 14-03-1961"),
    (Identifying.DATE, "14 maart 1961"),
    (Identifying.DATE, "1961-03-14"),
    (Identifying.DATE, "geb. 14-3-61"),
    (Identifying.DATE, "geboren op 14031961"),
    (Identifying.NAME, "naam: jan"),
    (Identifying.NAME, "mevrouw Testema"),
    (Identifying.NAME, "dhr. van der Proef"),
    (Identifying.NAME, "zij heet Amina"),
]
LEFT_ALONE = [
    "Mevrouw is 60 jaar en slaapt sinds januari buiten.",
    "In 2021 en 3 jaar daarvoor woonde meneer bij zijn zus.",
    "De ontruiming is op 15-04-2022.",
    "Inkomen 1200 in 3 maanden, schuld 12.500 euro.",
    "Dossier 123456789 bij de woningcorporatie.",
    "naam: onbekend",
    "1 op 1 begeleiding, 24 uur per dag; 2 keer gevallen.",
]


@pytest.mark.rule("AMS-PRI-03")
@pytest.mark.parametrize(("kind", "text"), FOUND)
def test_what_points_at_a_person_is_found_as_what_it_is(kind: Identifying, text: str) -> None:
    assert identifying(text, TODAY) == (kind,)


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_a_question_that_points_at_nobody_may_be_asked(text: str) -> None:
    assert identifying(text, TODAY) == ()


def test_every_kind_in_one_text_is_told_and_the_text_is_not() -> None:
    text = "dhr. Proef, 14-03-1961, 999900006, iemand@voorbeeld.nl"

    with pytest.raises(InvalidRequestError) as refused:
        ensure_anonymous({"/question": text, "/advice": None, "/reason": "geen bezwaar"}, TODAY)

    faults = refused.value.faults
    assert [each.code for each in faults] == [
        Identifying.BSN,
        Identifying.E_MAIL,
        Identifying.DATE,
        Identifying.NAME,
    ]
    assert {each.pointer for each in faults} == {"/question"}
    said = refused.value.detail + "".join(each.detail for each in faults)
    assert not any(part in said for part in ("Proef", "1961", "9999", "voorbeeld.nl"))


def test_a_refusal_is_as_long_for_one_kind_as_for_another() -> None:
    assert len({len(kind.value) for kind in Identifying}) == 1
    assert len({len(WORDS[kind].encode()) for kind in Identifying}) == 1


def test_every_detector_looks_at_every_text(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Identifying] = []

    def spied(kind: Identifying, detect: Callable[[str], bool]) -> Callable[[str], bool]:
        def look(text: str) -> bool:
            looked.append(kind)
            return detect(text)

        return look

    seen = {kind: spied(kind, detect) for kind, detect in anonymity._DETECTORS.items()}
    monkeypatch.setattr(anonymity, "_DETECTORS", seen)

    found = identifying("dhr. Proef, 999900006", TODAY)

    assert looked == list(seen)
    assert found == (Identifying.BSN, Identifying.NAME)
