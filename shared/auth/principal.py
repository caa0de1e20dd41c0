"""Who is calling: the claims of a verified token, and nothing that was not verified."""

from dataclasses import dataclass
from uuid import UUID

from shared.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Principal:
    """A person or a service. `via` is the service that calls on this person's behalf, if any."""

    subject: str
    roles: frozenset[Role]
    client: str
    organisation: UUID | None = None
    team: UUID | None = None
    stadsdeel: str | None = None
    provider: UUID | None = None
    via: str | None = None

    @property
    def is_service(self) -> bool:
        """Whether a service works here without a user."""
        return self.roles == {Role.SERVICE}

    @classmethod
    def of_service(cls, name: str) -> "Principal":
        """A service at work by itself: nobody asked."""
        return cls(name, frozenset({Role.SERVICE}), name)
