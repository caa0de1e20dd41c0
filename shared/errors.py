"""Business outcomes a caller can act on, and the one table of problem codes.

* DomainError
  + InvalidRequestError    400  what was sent cannot be understood or breaks the contract
  + UnknownCodeError       400  a code that this stelsel does not have; names the codes it has
  + ForbiddenError         403  none of the caller's roles ever has this operation
  + NotFoundError          404  no such record, or not visible to this caller
  + ConflictError          409  the record is in the wrong state for this request
  + RuleViolationError     409  the request is well formed but a rule forbids it
  + KeyReusedError         409  an Idempotency-Key came back with another request
  + StaleVersionError      412  somebody else changed the record first
  + MissingVersionError    428  a change needs If-Match
  + PeerUnavailableError   503  another service did not answer in time
  + StaleProjectionError   503  what this service knows of the circle is too old to show anything

`shared.web.problems` turns these into HTTP responses; nothing below it knows HTTP. Details are
Dutch, B1 level, for the person who reads the answer; they never repeat what was sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request: where (a JSON pointer), which rule, what is right."""

    pointer: str
    code: str
    detail: str


class DomainError(Exception):
    """What every error of this house has: a stable code, a Dutch title and a Dutch detail."""

    code: ClassVar[str] = "domain-error"
    title: ClassVar[str] = "Dit kan niet"

    def __init__(self, detail: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)


class InvalidRequestError(DomainError):
    code = "invalid-request"
    title = "De aanvraag klopt niet"


class UnknownCodeError(InvalidRequestError):
    code = "unknown-code"
    title = "Onbekende code"

    def __init__(self, pointer: str, what: str, known: Sequence[str]) -> None:
        allowed = ", ".join(sorted(known))
        detail = f"Deze {what} kennen wij niet. U kunt kiezen uit: {allowed}."
        super().__init__(detail, [Fault(pointer, self.code, detail)])


class ForbiddenError(DomainError):
    code = "forbidden"
    title = "Uw rol mag dit niet"


class NotFoundError(DomainError):
    """Raised with one fixed text: what you may not see does not exist, byte for byte."""

    code = "not-found"
    title = "Niet gevonden"

    def __init__(self) -> None:
        super().__init__("Dit bestaat niet, of u mag het niet zien.")


class ConflictError(DomainError):
    code = "conflict"
    title = "Dit past niet bij de stand van zaken"


class RuleViolationError(DomainError):
    code = "rule-violation"
    title = "Een regel staat dit niet toe"


class KeyReusedError(DomainError):
    code = "idempotency-key-reused"
    title = "Deze Idempotency-Key is al gebruikt"

    def __init__(self) -> None:
        super().__init__(
            "Met deze Idempotency-Key is eerder iets anders gevraagd. Neem een nieuwe."
        )


class StaleVersionError(DomainError):
    code = "stale-version"
    title = "Iemand anders was u voor"

    def __init__(self) -> None:
        super().__init__("Dit is intussen veranderd. Lees het opnieuw en probeer het nog eens.")


class MissingVersionError(DomainError):
    code = "missing-version"
    title = "If-Match ontbreekt"

    def __init__(self) -> None:
        super().__init__("Stuur If-Match mee met de ETag die u het laatst gelezen hebt.")


class PeerUnavailableError(DomainError):
    code = "peer-unavailable"
    title = "Een andere dienst antwoordt niet"

    def __init__(self, peer: str) -> None:
        super().__init__(
            f"De dienst {peer} antwoordt nu niet. Er is niets veranderd; probeer later."
        )
        self.peer = peer


class StaleProjectionError(DomainError):
    code = "stale-projection"
    title = "Wij lopen achter"

    def __init__(self) -> None:
        super().__init__("Wij weten nu niet zeker wie dit mag zien. Probeer het later nog eens.")
