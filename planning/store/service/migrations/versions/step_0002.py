"""Until when schedules were kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "schedules",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("until", sa.Float, nullable=False),
    )
