"""Every query of the intake service."""

from services.intake.repository.contacts import ContactRepository, Place
from services.intake.repository.directory import DirectoryRepository
from services.intake.repository.duty import DutyRepository, OnDuty
from services.intake.repository.reach import Seeker
from services.intake.repository.requests import RequestRepository
from services.intake.repository.talks import TalkRepository

__all__ = [
    "ContactRepository",
    "DirectoryRepository",
    "DutyRepository",
    "OnDuty",
    "Place",
    "RequestRepository",
    "Seeker",
    "TalkRepository",
]
