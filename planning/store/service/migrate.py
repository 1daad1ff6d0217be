"""Bringing a database to the newest schema when it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from domain.errors import ConflictError
from planning.store.service.database import Database

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 7_272_001
"""Number of PostgreSQL's lock that lets one process migrate at a time."""


def migrate(database: Database, revision: str = "head") -> None:
    """Run the steps that are missing, all or none; a schema of a newer Restock is refused.

    `revision`: the last step to run.
    """
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    wanted = scripts.as_revision_number(revision)

    def steps(current: Any, context: Any) -> Any:
        del context
        return scripts._upgrade_revs(str(wanted), current)

    with database.read() as connection:
        if _current(connection) == wanted:
            return
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        current = _current(connection)
        if current is not None and current not in {
            step.revision for step in scripts.walk_revisions()
        }:
            raise ConflictError(
                f"the database is of a newer Restock (its schema is {current})",
                connection.engine.url.render_as_string(hide_password=True),
                "Install that version, or restore a backup of this one.",
            )
        with EnvironmentContext(config, scripts, fn=steps, destination_rev=wanted) as environment:
            environment.configure(connection=connection, transactional_ddl=True)
            environment.run_migrations()


def _current(connection: Connection) -> str | None:
    """The step a database is at; None: it is empty."""
    return MigrationContext.configure(connection).get_current_revision()
