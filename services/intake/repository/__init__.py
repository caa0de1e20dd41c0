"""Every query of the intake service."""

from services.intake.repository.contacts import ContactRepository, Place, rank
from services.intake.repository.directory import DirectoryRepository
from services.intake.repository.reach import Seeker
from services.intake.repository.talks import TalkRepository

__all__ = [
    "ContactRepository",
    "DirectoryRepository",
    "Place",
    "Seeker",
    "TalkRepository",
    "rank",
]
