"""How far the light requests of a plan are known here, and whom they called in."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.plans.models.base import PlansRow
from shared.db.base import About
from shared.vocabulary import ServiceRequestStatus


class ServiceProgressRow(About, PlansRow):
    """The newest state of a light request that was applied here.

    `subject` is the specialist who was called in, as long as that runs; `circle_member_id` the part
    in the circle that this began, or that another light request of the same specialist began.
    """

    __tablename__ = "service_progress"
    subject_key: ClassVar[str] = "plan_id"
    changed_column: ClassVar[str] = "changed_at"

    service_request_id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    support_item_id: Mapped[UUID] = mapped_column(ForeignKey("support_items.id"), index=True)
    status: Mapped[ServiceRequestStatus]
    subject: Mapped[str | None]
    circle_member_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("circle_members.id"), index=True
    )
    sequence: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime]
