"""SQL: a file `sales.sql` holds one query on the user's own database, whose rows are the table.

The database is named by RESTOCK_SOURCE_URL, never by the file: addresses hold passwords. It is only
read: the query runs in a transaction that may not write.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from domain.columns import Table
from domain.errors import DataError, UnavailableError
from planning.store.arrow import raw_column
from planning.store.raw import FORMATS, Format

SOURCE_VARIABLE = "RESTOCK_SOURCE_URL"
BLOCK_ROWS = 100_000


class SqlTable:
    """The rows of a query; a "line" is the row's number plus the header's line."""

    def __init__(self, path: Path, encoding: str) -> None:
        del encoding  # the database says itself how its text is written
        self.path = path
        self.file = path.name
        self.query = _query(path)
        with self._asked() as result:
            self.header: tuple[str, ...] = tuple(result.keys())

    def blocks(self, table: Table, names: Sequence[str]) -> Iterator[pd.DataFrame]:
        """See `RawTable.blocks`."""
        places = {name: self.header.index(name) for name in names}
        with self._asked() as result:
            for rows in result.partitions(BLOCK_ROWS):
                raw = {}
                for name, place in places.items():
                    values = self._arrow([row[place] for row in rows], name)
                    raw[name] = raw_column(
                        pa.chunked_array([values]), table.column(name), self.file
                    )
                yield pd.DataFrame(raw, copy=False)

    def lines(self, rows: Sequence[int]) -> list[int]:
        """See `RawTable.lines`."""
        return [row + 2 for row in rows]

    def _arrow(self, values: list[Any], name: str) -> pa.Array:
        """One column as Arrow has it; raises DataError where its values are of several kinds."""
        try:
            return pa.array(values)
        except pa.ArrowException as error:
            raise DataError(
                f"the column {name!r} of {self.file} holds values of several kinds",
                str(self.path),
                "Cast it in the query.",
            ) from error

    @contextmanager
    def _asked(self) -> Iterator[Any]:
        """The result of the query, read as it comes; DataError for one the database refuses."""
        try:
            from sqlalchemy import create_engine, event
            from sqlalchemy.exc import OperationalError, SQLAlchemyError
        except ModuleNotFoundError as error:
            raise UnavailableError(
                f"{self.file} needs sqlalchemy, which is not installed",
                "restock[service]",
                "Install it: pip install 'restock[service]'.",
            ) from error
        try:
            engine = create_engine(_address(self.path))
        except (SQLAlchemyError, ImportError) as error:
            raise _unreachable(self.path, "there is no way to such a database") from error
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", lambda one, _: one.execute("PRAGMA query_only = ON"))
        try:
            with engine.connect() as connection:
                if engine.dialect.name == "postgresql":
                    connection = connection.execution_options(postgresql_readonly=True)
                streamed = connection.execution_options(yield_per=BLOCK_ROWS)
                takes_marks = engine.dialect.paramstyle in ("format", "pyformat")
                query = self.query.replace("%", "%%") if takes_marks else self.query
                result = streamed.exec_driver_sql(query)
                try:
                    yield result
                finally:
                    result.close()
        except OperationalError as error:
            if error.statement is None:
                raise _unreachable(self.path, _said(error)) from error
            raise self._refused(error) from error
        except SQLAlchemyError as error:
            raise self._refused(error) from error
        finally:
            engine.dispose()

    def _refused(self, error: Exception) -> DataError:
        return DataError(
            f"the database refuses the query in {self.file}: {_said(error)}",
            str(self.path),
            "Run the query in the database's own client, and mend it there.",
        )


def _query(path: Path) -> str:
    """The text of a query; raises DataError for what is none."""
    try:
        query = path.read_text(encoding="utf-8").strip().rstrip(";")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path.name} is no text in UTF-8", str(path), "Write one SQL query into it."
        ) from error
    if not query or "\0" in query:
        raise DataError(f"{path.name} holds no query", str(path), "Write one SQL query into it.")
    return query


def _address(path: Path) -> str:
    """The database that the environment names; UnavailableError where it names none."""
    address = os.environ.get(SOURCE_VARIABLE, "")
    if not address:
        raise _unreachable(path, f"{SOURCE_VARIABLE} does not say which database it is asked of")
    for short in ("postgres://", "postgresql://"):
        if address.startswith(short):
            return f"postgresql+psycopg://{address.removeprefix(short)}"
    return address


def _unreachable(path: Path, said: str) -> UnavailableError:
    return UnavailableError(
        f"{path.name} cannot be asked: {said}",
        SOURCE_VARIABLE,
        "Set it to postgresql://USER:PASSWORD@HOST/DATABASE or sqlite:///FILE, and see that the"
        " database can be reached.",
    )


def _said(error: Exception) -> str:
    """The first line of what a database says."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or ["no answer"])[0].rstrip(".")


FORMATS.register("sql")(Format((".sql",), SqlTable))
