"""What ends a work item: somebody by hand, or only the thing itself that it asks for."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shared.errors import ConflictError
from shared.vocabulary import WorkItemKind

ENDS_WITH: Final[Mapping[WorkItemKind, str]] = MappingProxyType(
    {
        WorkItemKind.EVALUATION_DUE: "Dit is klaar als de evaluatie gehouden is.",
        WorkItemKind.REDIRECT_TO_TAKE_UP: "Dit is klaar als iemand het contact oppakt.",
        WorkItemKind.PARTY_TO_TELL: "Dit is klaar als bij de aanvraag staat dat zij het weet.",
        WorkItemKind.SHORTLIST_EXHAUSTED: "Dit is klaar als de aanvraag verder gaat of stopt.",
        WorkItemKind.AFTERCARE_CONTACT: "Dit is klaar als u het contact bij de aanvraag vastlegt.",
    }
)
"""Work that nobody can tick off: it would hide somebody who waits."""


def ensure_by_hand(kind: WorkItemKind, *, done: bool) -> None:
    """Only open work that asks for nothing else is finished by hand."""
    if done:
        raise ConflictError("Dit is al klaar.")
    if kind in ENDS_WITH:
        raise ConflictError(ENDS_WITH[kind])
