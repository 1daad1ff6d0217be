"""The store of the service on SQLite or PostgreSQL, with history in Delta Lake."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from domain.tables import TABLES
from planning.store.service.database import Database
from planning.store.service.history import History
from planning.store.service.migrate import migrate
from planning.store.service.part import HISTORY_FOLDER, PLANS_FOLDER
from planning.store.service.reading import head_of
from planning.store.service.sql_access import SqlAudit, SqlKeys, SqlRequests
from planning.store.service.sql_jobs import SqlJobs
from planning.store.service.sql_plans import SqlPlans
from planning.store.service.sql_recommendations import SqlRecommendations
from planning.store.service.sql_schedules import SqlSchedules
from planning.store.service.sql_tables import SqlTables
from planning.whole_files import writing

DATABASE_FILE = "restock.db"


class SqlStore(
    SqlTables,
    SqlPlans,
    SqlRecommendations,
    SqlJobs,
    SqlSchedules,
    SqlKeys,
    SqlRequests,
    SqlAudit,
):
    """See `interface.ServiceStore`; each part stands in a file of its own."""

    @property
    def local(self) -> bool:
        """See `interface.ServiceStore`."""
        return self.look_up.local

    def ping(self) -> None:
        """See `interface.ServiceStore`."""
        with self.database.read() as connection:
            connection.execute(text("SELECT 1"))

    def verify_history(self) -> int:
        """See `interface.ServiceStore`."""
        with self.database.read() as connection:
            tables = head_of(connection).tables
        return sum(
            self.history.verify(TABLES[name], version)
            for name, version in tables.items()
            if version is not None
        )

    def close(self) -> None:
        """See `interface.ServiceStore`."""
        self.look_up.close()
        self.database.engine.dispose()


def open_sql_store(workspace: Path, url: str | None, history: str | None = None) -> SqlStore:
    """The store of a workspace, its schema brought up to date.

    `url` None: SQLite in there; `history`: the address of an object store for sales, stock and
    receipts, None: a folder in there.
    """
    with writing(workspace):
        for folder in (HISTORY_FOLDER, PLANS_FOLDER):
            (workspace / folder).mkdir(parents=True, exist_ok=True)
    database = Database(url or f"sqlite:///{workspace.resolve() / DATABASE_FILE}")
    migrate(database)
    return SqlStore(database, History(history or workspace / HISTORY_FOLDER), workspace)
