"""Alembic entry point; the work is in shared.db.migrate."""

from services.intake.models import metadata
from shared.db.circle import circle_metadata
from shared.db.migrate import run
from shared.web.tables import FOUNDATION

run(metadata, FOUNDATION, circle_metadata)
