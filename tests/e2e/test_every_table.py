"""Every table in every format: the same rows are read, and one without rows is as none."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.tables import TABLES
from planning.dataset import Dataset
from planning.pipeline import plan_dataset
from planning.steps import Steps
from planning.store.read import read_dataset
from tests.e2e.shop import restock
from tests.strategies.files import WRITERS, Row

LAST = dt.date(2024, 3, 31)  # ninety-one days after the first


def day(days: int) -> dt.date:
    """Days from the last day of sales."""
    return LAST + dt.timedelta(days=days)


ROWS: dict[str, list[Row]] = {
    "sales": [
        {
            "sku": sku,
            "location": "shop",
            "date": day(-after),
            "units_sold": float(2 + (after * (3 + number)) % 5),
            "on_promotion": after in (20, 21),
        }
        for number, sku in enumerate(("007", "set", "茶"))
        for after in range(91)
    ],
    "items": [
        {"sku": "007", "category": "cups", "unit_cost": 2.0, "supplier": "near"},
        {"sku": "茶", "category": "tea", "unit_cost": 3.0, "supplier": "near", "unit_price": 5.0},
        {"sku": "new", "category": "tea", "like": "茶", "launched_on": day(3)},
    ],
    "bundles": [
        {"sku": "set", "component": "007", "units": 1.0},
        {"sku": "set", "component": "茶", "units": 2.0},
    ],
    "suppliers": [{"supplier": "near", "lead_time_days": 6.0, "order_cost": 4.0}],
    "item_suppliers": [{"sku": "茶", "supplier": "near", "unit_cost": 1.0, "currency": "CNY"}],
    "stock": [{"sku": "007", "location": "shop", "date": LAST, "on_hand": 9.0}],
    "open_orders": [
        {"order_id": "o", "sku": "茶", "location": "shop", "quantity": 9.0, "due_on": day(4)},
        {
            "order_id": "t",
            "sku": "007",
            "location": "shop",
            "quantity": 2.0,
            "due_on": day(2),
            "kind": "transfer",
            "from_location": "depot",
        },
    ],
    "receipts": [
        {
            "order_id": f"r{number}",
            "sku": "007",
            "location": "shop",
            "ordered_on": day(-60 + number),
            "received_on": day(-52 + 2 * number),
            "quantity": 3.0,
        }
        for number in range(4)
    ],
    "locations": [{"location": "shop", "supplied_by": "depot"}, {"location": "depot"}],
    "events": [
        {"event": "fair", "location": "shop", "starts_on": day(after), "ends_on": day(after + 2)}
        for after in (-40, 5)
    ],
    "promotions": [
        {"sku": "茶", "starts_on": day(after), "ends_on": day(after + 1), "relative_price": 0.5}
        for after in (-30, 6)
    ],
    "customer_orders": [
        {
            "order_id": "c",
            "sku": "set",
            "location": "shop",
            "ordered_on": day(-1),
            "ship_on": day(9),
            "quantity": 40.0,
            "kind": "presale",
            "conversion": 0.5,
        }
    ],
    "closures": [{"supplier": "near", "starts_on": day(3), "ends_on": day(3)}],
    "currencies": [{"currency": "CNY", "rate": 0.5}],
    "adjustments": [
        {"sku": "007", "starts_on": day(1), "ends_on": day(7), "how": "add", "value": 5.0}
    ],
    "linear_limits": [{"limit": "crates", "bound": 400.0}],
    "linear_limit_weights": [{"limit": "crates", "sku": "007", "weight": 2.0}],
}


def write(folder: Path, tables: dict[str, list[Row]], suffix: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        table = TABLES[name]
        whole = [{**dict.fromkeys(table.names), **row} for row in rows]
        WRITERS[suffix](folder / f"{name}{suffix}", table, whole)
    (folder / "settings.toml").write_text(
        'currency = "EUR"\nforecast_mode = "local"\nbucket = "day"\n', encoding="utf-8"
    )
    return folder


def frames_of(path: Path) -> dict[str, pd.DataFrame]:
    plan = plan_dataset(path, None, None, {}, Steps())
    return {
        "orders": plan.orders.drop(columns="plan_id"),
        "inventory": plan.inventory,
        "forecast": plan.forecast,
    }


def test_every_table_stands_in_the_story() -> None:
    assert set(ROWS) == set(TABLES)


@pytest.mark.parametrize("suffix", sorted(set(WRITERS) - {".csv"}))
def test_a_format_changes_no_value(suffix: str, tmp_path: Path) -> None:
    one: Dataset = read_dataset(write(tmp_path / "csv", ROWS, ".csv"))
    other = read_dataset(write(tmp_path / "other", ROWS, suffix))
    assert list(one.tables) == list(other.tables)
    for name, frame in one.tables.items():
        pd.testing.assert_frame_equal(frame, other.tables[name], check_categorical=True)


def test_all_tables_together_make_a_plan(tmp_path: Path) -> None:
    data, out = write(tmp_path / "data", ROWS, ".parquet"), tmp_path / "out"
    assert restock("plan", data, "--out", out) == 0
    lines = pd.read_csv(out / "orders.csv", dtype={"sku": "str"})
    assert "set" not in set(lines["sku"])
    assert np.isfinite(lines["quantity"]).all()


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_tables_without_rows_are_read_as_empty(suffix: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "data", {name: [] for name in ROWS if name != "sales"}, suffix)
    write(folder, {"sales": ROWS["sales"]}, ".csv")
    tables = read_dataset(folder).tables
    assert [name for name, frame in tables.items() if len(frame)] == ["sales"]
    assert all(tuple(frame.columns) == TABLES[name].names for name, frame in tables.items())


@pytest.mark.parametrize("there", [("sales",), ("sales", "items", "suppliers", "stock")], ids=len)
def test_tables_without_rows_plan_as_none(there: tuple[str, ...], tmp_path: Path) -> None:
    tables = {name: ROWS[name] for name in there}
    empty: dict[str, list[Row]] = {name: [] for name in ROWS}
    plain = frames_of(write(tmp_path / "plain", tables, ".csv"))
    found = frames_of(write(tmp_path / "empty", {**empty, **tables}, ".csv"))
    for part, frame in plain.items():
        pd.testing.assert_frame_equal(frame, found[part], check_exact=True)
