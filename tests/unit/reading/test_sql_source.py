"""Tables out of the user's own database: read and never written, and what is wrong is said."""

from __future__ import annotations

import datetime as dt
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from domain.errors import DataError, UnavailableError
from planning.store.formats.sql import SOURCE_VARIABLE
from planning.store.read import read_dataset

SALES = "SELECT item AS sku, day AS date, sum(units) AS units_sold FROM till GROUP BY item, day"


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A till's table, and a dataset whose sales are a query on it."""
    database = sqlite3.connect(tmp_path / "erp.db")
    database.execute("CREATE TABLE till (item TEXT, day TEXT, units INTEGER)")
    rows = [("007", f"2024-01-{day:02d}", 1) for day in range(1, 29) for _ in range(2)]
    database.executemany("INSERT INTO till VALUES (?, ?, ?)", rows)
    database.commit()
    database.close()
    monkeypatch.setenv(SOURCE_VARIABLE, f"sqlite:///{tmp_path / 'erp.db'}")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "sales.sql").write_text(SALES)
    return folder


def test_a_query_is_a_table_beside_files(dataset: Path) -> None:
    (dataset / "items.csv").write_text("sku,unit_cost\n007,2.5\n")
    found = read_dataset(dataset)
    sales = found.tables["sales"]
    assert (len(sales), sales["units_sold"].sum()) == (28, 56.0)
    assert sales["sku"].unique().tolist() == ["007"]
    assert found.tables["items"]["unit_cost"].tolist() == [2.5]


def test_nothing_can_be_written_through_a_query(dataset: Path) -> None:
    for query in ("DELETE FROM till RETURNING item AS sku", "DROP TABLE till"):
        (dataset / "sales.sql").write_text(query)
        with pytest.raises(DataError, match="refuses the query"):
            read_dataset(dataset)
    (dataset / "sales.sql").write_text(SALES)
    assert len(read_dataset(dataset).tables["sales"]) == 28


@pytest.mark.parametrize("query", ["SELECT nothing FROM nowhere", "SELEKT", "SELECT 1; SELECT 2"])
def test_a_query_that_the_database_refuses_is_named(dataset: Path, query: str) -> None:
    (dataset / "sales.sql").write_text(query)
    with pytest.raises(DataError, match=r"sales\.sql"):
        read_dataset(dataset)


def test_a_bad_cell_is_named_by_its_row(dataset: Path) -> None:
    (dataset / "sales.sql").write_text("SELECT 'a' AS sku, '2024-13-01' AS date, 1 AS units_sold")
    with pytest.raises(DataError) as refused:
        read_dataset(dataset)
    cell = refused.value.cells[0]
    assert (cell.column, cell.line) == ("date", 2)


@pytest.mark.parametrize("address", ["", "nonsense", "postgresql://u:secret@127.0.0.1:1/d"])
def test_a_database_that_cannot_be_asked_is_named_without_its_password(
    dataset: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv(SOURCE_VARIABLE, address)
    with pytest.raises(UnavailableError) as refused:
        read_dataset(dataset)
    assert refused.value.where == SOURCE_VARIABLE
    assert "secret" not in str(refused.value)


def test_a_server_gives_days_and_decimals(
    dataset: Path, monkeypatch: pytest.MonkeyPatch, postgres: str
) -> None:
    monkeypatch.setenv(SOURCE_VARIABLE, postgres)
    (dataset / "sales.sql").write_text(
        "SELECT 'a' AS sku, DATE '2024-01-01' + n AS date, n::numeric(10, 2) AS units_sold,"
        " n % 2 = 0 AS on_promotion FROM generate_series(1, 9) AS n"
    )
    sales = read_dataset(dataset).tables["sales"]
    assert sales["units_sold"].sum() == float(Decimal(45))
    assert sales["date"].min().date() == dt.date(2024, 1, 2)
    assert sales["on_promotion"].sum() == 4
    (dataset / "sales.sql").write_text("CREATE TABLE written_to AS SELECT 1 AS sku")
    with pytest.raises(DataError, match="refuses the query"):
        read_dataset(dataset)
