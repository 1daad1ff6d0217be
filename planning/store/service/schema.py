"""The tables of the service's database, as the newest migration leaves them.

Rows of the declared tables are kept as JSON, and every version of them: a declared column that
is added needs no migration, and one number (the store's version) names the state that a plan
was made from. Text that is compared or paged by sorts by code point on both databases.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)
from sqlalchemy.types import TypeEngine


def _text() -> TypeEngine[str]:
    """Text that sorts by code point: SQLite does, PostgreSQL by its collation C."""
    return String().with_variant(String(collation="C"), "postgresql")


METADATA = MetaData()

COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", Integer, nullable=False),
)
"""`version` of the tables, `change` of recommendations: whoever counts holds it to the end."""

VERSIONS = Table(
    "versions",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("by", String, nullable=False),
    Column("tables", JSON, nullable=False),  # name: version in Delta Lake, null where kept as rows
)

ROWS = Table(
    "table_rows",
    METADATA,
    Column("table", String, primary_key=True),
    Column("key", _text(), primary_key=True),
    Column("since", Integer, primary_key=True, autoincrement=False),
    Column("until", Integer),  # the version that no longer has it; null: it is there
    Column("sku", _text()),
    Column("location", _text()),
    Column("values", JSON, nullable=False),
    Index("table_rows_now", "table", "until", "key"),
    Index("table_rows_of_sku", "table", "sku"),
)

SNAPSHOTS = Table(
    "snapshots",
    METADATA,
    Column("table", String, primary_key=True),
    Column("taken_at", Float, nullable=False),
)

PLANS = Table(
    "plans",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("job", String, nullable=False),
    Column("request", JSON, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("created_by", String, nullable=False),
    Column("published_at", Float),
    Column("plan_id", String),
    Column("as_of", String),
    Column("version", Integer),
    Column("summary", JSON, nullable=False),
    Column("folder", String),
    Column("files", JSON, nullable=False),
)

RECOMMENDATIONS = Table(
    "recommendations",
    METADATA,
    Column("id", _text(), primary_key=True),
    Column("plan", String, nullable=False, index=True),
    Column("change", Integer, nullable=False, unique=True),
    Column("state", String, nullable=False, index=True),
    Column("sku", _text(), nullable=False),
    Column("location", _text(), nullable=False),
    Column("supplier", String, nullable=False),
    Column("quantity", Float, nullable=False),
    Column("due_on", String, nullable=False),
    Column("order_value", Float, nullable=False),
    Column("line", JSON, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("quantity_received", Float, nullable=False),
    Column("erp_order_id", String),
    Column("reason", String, nullable=False),
    Column("released_change", Integer),
    Column("on_order_since", Integer),
    Index("recommendations_of_sku", "sku", "location"),
)

JOBS = Table(
    "jobs",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("created_by", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("most_attempts", Integer, nullable=False),
    Column("worker", String),
    Column("lease_until", Float),
    Column("cancel_requested", Boolean, nullable=False),
    Column("progress", Float, nullable=False),
    Column("step", String, nullable=False),
    Column("checkpoint", JSON),
    Column("result", JSON),
    Column("error", JSON),
    Column("started_at", Float),
    Column("finished_at", Float),
    Index("jobs_to_do", "state", "number"),
)

KEYS = Table(
    "keys",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("hashed", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("locations", JSON),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("revoked_at", Float),
    Column("approval_limit", Float),
)

REQUESTS = Table(
    "requests",
    METADATA,
    Column("key", String, primary_key=True),
    Column("principal", String, primary_key=True),
    Column("route", String, primary_key=True),
    Column("request_hash", String, nullable=False),
    Column("begun_at", Float, nullable=False, index=True),
    Column("status", Integer),
    Column("headers", JSON),
    Column("body", LargeBinary),
)

SCHEDULES = Table(
    "schedules",
    METADATA,
    Column("name", String, primary_key=True),
    Column("until", Float, nullable=False),  # what was due before was done, or is not to be
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("by", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("subject_id", String, nullable=False),
    Column("before", JSON),
    Column("after", JSON),
    Column("reason", String, nullable=False),
    Index("audit_of_subject", "subject", "subject_id"),
)
