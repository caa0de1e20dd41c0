"""The codes of the loaded stelsel as intake checks them; unknown ones are told with the list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.errors import UnknownCodeError
from shared.stelsel.model import LegalClock, Stelsel
from shared.stelsel.routes import role_speaks_for
from shared.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Codes:
    """Code lists by what they are for. `takers` are the parties where somebody can take up."""

    front_party: str
    parties: frozenset[str]
    takers: frozenset[str]
    channels: frozenset[str]
    reporters: frozenset[str]
    outcomes: frozenset[str]
    signals: frozenset[str]
    markers: frozenset[str]
    voorzieningen: frozenset[str]
    wijken: frozenset[str]
    domains: tuple[str, ...]
    basic_domains: frozenset[str]
    clocks: tuple[LegalClock, ...]
    voices: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, stelsel: Stelsel, taking_up: Iterable[Role]) -> "Codes":
        """The codes of a stelsel; `taking_up` are the roles that may take a contact up."""
        voices = {role.value: role_speaks_for(stelsel, role.value) for role in Role}
        return cls(
            front_party=stelsel.front_party,
            parties=frozenset(party.code for party in stelsel.parties),
            takers=frozenset(party for role in taking_up for party in voices[role.value]),
            channels=frozenset(term.code for term in stelsel.contact_channels),
            reporters=frozenset(term.code for term in stelsel.reporter_kinds),
            outcomes=frozenset(term.code for term in stelsel.contact_outcomes),
            signals=frozenset(term.code for term in stelsel.signals),
            markers=frozenset(term.code for term in stelsel.complexity_markers),
            voorzieningen=frozenset(item.code for item in stelsel.voorzieningen),
            wijken=frozenset(wijk.code for wijk in stelsel.areas.wijken),
            domains=tuple(domain.code for domain in stelsel.life_domains),
            basic_domains=frozenset(d.code for d in stelsel.life_domains if d.bestaanszekerheid),
            clocks=stelsel.legal_clocks,
            voices=voices,
        )

    def spoken_for(self, roles: Iterable[Role]) -> tuple[str, ...]:
        """The parties for which somebody with these roles speaks."""
        return tuple(sorted({party for role in roles for party in self.voices[role.value]}))


def ensure_known(pointer: str, what: str, code: str | None, known: Iterable[str]) -> None:
    """Raises `UnknownCodeError` for a code that is not in the list; nothing is always known."""
    choice = tuple(known)
    if code is not None and code not in choice:
        raise UnknownCodeError(pointer, what, choice)


def ensure_all_known(pointer: str, what: str, codes: Iterable[str], known: Iterable[str]) -> None:
    """The same for a list of codes; the pointer names the first that is wrong."""
    choice = tuple(known)
    for index, code in enumerate(codes):
        ensure_known(f"{pointer}/{index}", what, code, choice)
