"""Opening the store of a workspace, where the libraries for it are installed."""

from __future__ import annotations

import os
from pathlib import Path

from domain.errors import UnavailableError
from planning.store.service.interface import ServiceStore

URL_VARIABLE, HISTORY_VARIABLE = "RESTOCK_DATABASE_URL", "RESTOCK_HISTORY_URL"


def open_store(workspace: Path, url: str | None = None) -> ServiceStore:
    """The store of a workspace; the database is that of `url`, else of RESTOCK_DATABASE_URL,
    else the SQLite file in the workspace; history lies where RESTOCK_HISTORY_URL says, else there
    too. Raises UnavailableError."""
    try:
        from planning.store.service.sql_store import open_sql_store
    except ModuleNotFoundError as error:
        raise UnavailableError(
            f"the service needs {error.name}, which is not installed",
            "restock[service]",
            "Install it: pip install 'restock[service]'.",
        ) from error
    return open_sql_store(workspace, url or database_url(), history_url())


def database_url() -> str | None:
    """The database that the environment names; None: the SQLite file in the workspace."""
    return os.environ.get(URL_VARIABLE) or None


def history_url() -> str | None:
    """Where the environment has history kept; None: a folder of the workspace."""
    return (os.environ.get(HISTORY_VARIABLE) or "").rstrip("/") or None
