"""Base classes and common field types for everything that crosses the wire."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema

ItemT = TypeVar("ItemT")
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2200


class WireBody(dict[str, Any]):
    """A JSON object as it came in: the parsed value, and the bytes it was parsed from."""

    def __init__(self, parsed: dict[str, Any], raw: bytes) -> None:
        super().__init__(parsed)
        self.raw = raw


class RequestModel(BaseModel):
    """What we receive: strict, so that a misspelt field is a 400 and not a silent loss."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        str_strip_whitespace=True,
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
    )


class _FromTheWire:
    """Judges a body by its bytes, in JSON mode: a text is a date but a number is not."""

    def __get_pydantic_core_schema__(
        self, source: type[RequestModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        def judge(value: Any, inner: core_schema.ValidatorFunctionWrapHandler) -> Any:
            if type(value) is WireBody:
                return source.model_validate_json(value.raw, by_alias=True, by_name=False)
            return inner(value)

        return core_schema.no_info_wrap_validator_function(judge, handler(source))


RequestT = TypeVar("RequestT", bound=RequestModel)
Body = Annotated[RequestT, _FromTheWire()]
"""The body of a route: `request: Body[ContactCreate]`. Only camelCase names, strict JSON types."""


class ResponseModel(BaseModel):
    """What we send and what peers read: unknown fields are ignored, so adding one breaks nobody."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        from_attributes=True,
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
    )


def _utc_z(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _in_our_time(moment: datetime) -> datetime:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"Dit tijdstip ligt niet tussen {_FIRST_YEAR} en {_LAST_YEAR}.")
    return moment


Moment = Annotated[
    AwareDatetime,
    AfterValidator(_in_our_time),
    PlainSerializer(_utc_z, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A moment in time. Any offset is accepted, the answer is UTC with `Z`."""

OptionalDate = Annotated[
    date | None, WithJsonSchema({"type": ["string", "null"], "format": "date"})
]
"""A day or nothing, in the form that the NL API rules want for names ending in `Date`."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
"""A code of the loaded stelsel; the use case checks that it exists (400 with the list)."""

AreaCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}[0-9]{0,2}$")]
"""An area by its municipal code: stadsdeel `M`, wijk `MC`, buurt `MC01`."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""One line of text."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=5000)]
"""A few paragraphs in plain words."""

Subject = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")
]
"""The opaque `sub` of a worker's token. Names live in intake's directory."""

Postcode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}[A-Z]{2}$")]
"""A Dutch postcode without a space, such as 1094KL."""

HouseNumber = Annotated[int, Field(ge=1, le=99_999)]
"""The number of a house, without letter or addition."""

Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{9,15}$")]
"""A telephone number, digits only, with or without the country."""

Bsn = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")]
"""A citizen service number; the use case checks the elfproef (Wet abb art. 1)."""

Version = Annotated[int, Field(ge=1)]
"""Which state of a record this is; the ETag is made of it."""


class Page(ResponseModel, Generic[ItemT]):
    """One page of a list. `next` is the cursor of the following page, or null at the end."""

    items: tuple[ItemT, ...]
    next: str | None = None
