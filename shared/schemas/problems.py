"""What every service answers when something is wrong."""

from pydantic import BaseModel


class Problem(BaseModel):
    """RFC 9457 problem details. `errors` names every fault at once, with a JSON pointer."""

    type: str
    title: str
    status: int
    detail: str
    errors: list["ProblemFault"] | None = None


class ProblemFault(BaseModel):
    """One fault: where (JSON pointer, or `query/…`, `path/…`, `header/…`), and what is right."""

    pointer: str
    code: str
    detail: str
