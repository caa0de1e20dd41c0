"""Errors to RFC 9457 problem responses: the only table from business outcome to HTTP status.

Nothing that was sent is ever repeated: a pointer says where, a Dutch sentence what would be right.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi.responses import JSONResponse

from shared import errors
from shared.errors import DomainError, Fault

STATUS: Final[Mapping[type[DomainError], HTTPStatus]] = {
    errors.InvalidRequestError: HTTPStatus.BAD_REQUEST,
    errors.ForbiddenError: HTTPStatus.FORBIDDEN,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.RuleViolationError: HTTPStatus.CONFLICT,
    errors.KeyReusedError: HTTPStatus.CONFLICT,
    errors.StaleVersionError: HTTPStatus.PRECONDITION_FAILED,
    errors.MissingVersionError: HTTPStatus.PRECONDITION_REQUIRED,
    errors.PeerUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.StaleProjectionError: HTTPStatus.SERVICE_UNAVAILABLE,
}

# What the web itself refuses, before any use case: status -> code, Dutch title, Dutch detail.
PLAIN: Final[Mapping[int, tuple[str, str, str]]] = {
    400: (
        "invalid-request",
        "De aanvraag klopt niet",
        "Kijk wat er gevraagd wordt en stuur opnieuw.",
    ),
    401: ("invalid-token", "Log opnieuw in", "Een geldig token ontbreekt."),
    404: ("not-found", "Niet gevonden", "Dit bestaat niet, of u mag het niet zien."),
    405: ("method-not-allowed", "Dit kan hier niet", "De Allow-kop noemt wat hier wel kan."),
    406: ("not-acceptable", "Dit formaat geven wij niet", "Vraag om application/json."),
    408: (
        "request-timeout",
        "Het duurde te lang",
        "De aanvraag kwam niet op tijd helemaal binnen.",
    ),
    413: ("body-too-large", "De aanvraag is te groot", "Stuur minder in één keer."),
    415: (
        "unsupported-media-type",
        "Dit formaat lezen wij niet",
        "Stuur application/json in UTF-8.",
    ),
    429: ("too-many-requests", "Te veel aanvragen", "Wacht even; Retry-After zegt hoe lang."),
    431: ("headers-too-large", "De koppen zijn te groot", "Stuur minder of kortere koppen."),
    500: (
        "internal-error",
        "Er ging iets mis bij ons",
        "Er is niets veranderd. Probeer het later nog eens.",
    ),
    503: (
        "unavailable",
        "Nu niet beschikbaar",
        "Er is niets veranderd. Probeer het later nog eens.",
    ),
}

RETRY_AFTER_SECONDS: Final = "5"
MEDIA_TYPE: Final = "application/problem+json"


class WebError(Exception):
    """What the web layer itself refuses, by its status in `PLAIN`."""

    def __init__(self, status: HTTPStatus, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status.phrase)
        self.status = status
        self.headers = dict(headers or {})


def status_of(error: DomainError) -> HTTPStatus:
    """The HTTP status of a business outcome, by its nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem_body(
    status: int, code: str, title: str, detail: str, faults: Sequence[Fault] = ()
) -> dict[str, Any]:
    """The members of RFC 9457, and `errors` with every fault at once."""
    body: dict[str, Any] = {
        "type": f"urn:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if faults:
        body["errors"] = [
            {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail}
            for fault in faults
        ]
    return body


def plain_problem(status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A problem of the web layer itself."""
    known = status if status in PLAIN else HTTPStatus.BAD_REQUEST
    code, title, detail = PLAIN[known]
    body = problem_body(status, code, title, detail)
    return JSONResponse(body, status, dict(headers or {}), media_type=MEDIA_TYPE)


def domain_problem(error: DomainError) -> JSONResponse:
    """A business outcome as a problem."""
    status = status_of(error)
    headers = {}
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    body = problem_body(status.value, error.code, error.title, error.detail, error.faults)
    return JSONResponse(body, status.value, headers, media_type=MEDIA_TYPE)
