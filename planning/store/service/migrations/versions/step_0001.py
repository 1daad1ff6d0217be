"""The first schema of the service's database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None


def _text() -> TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make every table, and the two counters."""
    _tables()
    _lifecycle()
    _access()
    counters = sa.table("counters", sa.column("name", sa.String), sa.column("value", sa.Integer))
    op.bulk_insert(counters, [{"name": "version", "value": 0}, {"name": "change", "value": 0}])


def _tables() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
    )
    op.create_table(
        "versions",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("tables", sa.JSON, nullable=False),
    )
    op.create_table(
        "table_rows",
        sa.Column("table", sa.String, primary_key=True),
        sa.Column("key", _text(), primary_key=True),
        sa.Column("since", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("until", sa.Integer),
        sa.Column("sku", _text()),
        sa.Column("location", _text()),
        sa.Column("values", sa.JSON, nullable=False),
    )
    op.create_index("table_rows_now", "table_rows", ["table", "until", "key"])
    op.create_index("table_rows_of_sku", "table_rows", ["table", "sku"])
    op.create_table(
        "snapshots",
        sa.Column("table", sa.String, primary_key=True),
        sa.Column("taken_at", sa.Float, nullable=False),
    )


def _lifecycle() -> None:
    op.create_table(
        "plans",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("job", sa.String, nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
        sa.Column("published_at", sa.Float),
        sa.Column("plan_id", sa.String),
        sa.Column("as_of", sa.String),
        sa.Column("version", sa.Integer),
        sa.Column("summary", sa.JSON, nullable=False),
        sa.Column("folder", sa.String),
        sa.Column("files", sa.JSON, nullable=False),
    )
    op.create_table(
        "recommendations",
        sa.Column("id", _text(), primary_key=True),
        sa.Column("plan", sa.String, nullable=False),
        sa.Column("change", sa.Integer, nullable=False, unique=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("sku", _text(), nullable=False),
        sa.Column("location", _text(), nullable=False),
        sa.Column("supplier", sa.String, nullable=False),
        sa.Column("quantity", sa.Float, nullable=False),
        sa.Column("due_on", sa.String, nullable=False),
        sa.Column("order_value", sa.Float, nullable=False),
        sa.Column("line", sa.JSON, nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
        sa.Column("quantity_received", sa.Float, nullable=False),
        sa.Column("erp_order_id", sa.String),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("released_change", sa.Integer),
        sa.Column("on_order_since", sa.Integer),
    )
    op.create_index("ix_recommendations_plan", "recommendations", ["plan"])
    op.create_index("ix_recommendations_state", "recommendations", ["state"])
    op.create_index("recommendations_of_sku", "recommendations", ["sku", "location"])
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("arguments", sa.JSON, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("most_attempts", sa.Integer, nullable=False),
        sa.Column("worker", sa.String),
        sa.Column("lease_until", sa.Float),
        sa.Column("cancel_requested", sa.Boolean, nullable=False),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("checkpoint", sa.JSON),
        sa.Column("result", sa.JSON),
        sa.Column("error", sa.JSON),
        sa.Column("started_at", sa.Float),
        sa.Column("finished_at", sa.Float),
    )
    op.create_index("jobs_to_do", "jobs", ["state", "number"])


def _access() -> None:
    op.create_table(
        "keys",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("hashed", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("locations", sa.JSON),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("expires_at", sa.Float),
        sa.Column("revoked_at", sa.Float),
        sa.Column("approval_limit", sa.Float),
    )
    op.create_table(
        "requests",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("principal", sa.String, primary_key=True),
        sa.Column("route", sa.String, primary_key=True),
        sa.Column("request_hash", sa.String, nullable=False),
        sa.Column("begun_at", sa.Float, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("headers", sa.JSON),
        sa.Column("body", sa.LargeBinary),
    )
    op.create_index("ix_requests_begun_at", "requests", ["begun_at"])
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("subject_id", sa.String, nullable=False),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        sa.Column("reason", sa.String, nullable=False),
    )
    op.create_index("audit_of_subject", "audit", ["subject", "subject_id"])
