"""Presales of the past say how many of the next are bought, and how much they bring on top."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.terms import Panel
from forecasting.result import Forecast
from forecasting.run import forecast
from planning.as_of import settle
from planning.customer_orders import with_customer_orders
from planning.dataset import Dataset
from planning.forecasts import demand_panel, known_on
from planning.item_terms import resolve_terms
from planning.presales import BELIEVED_UNITS, conversions, settled, share_on_top
from planning.series import find_series
from planning.store.read import read_dataset

DAYS, USUAL, PRESOLD, BOUGHT = 140, 20.0, 100.0, 60.0
FIRST = np.datetime64("2024-01-01")
AS_OF = FIRST + DAYS - 1
SETTINGS = 'forecast_mode = "local"\nbucket = "day"\nsales_dated_by = "shipment"\n'


def shop(folder: Path, on_top: float, coming: float = 0.0) -> Dataset:
    """Twenty units a day; of a hundred presold three times sixty were bought, some on top."""
    days = FIRST + np.arange(DAYS)
    units = np.full(DAYS, USUAL)
    ships = FIRST + np.array([40, 60, 80])
    units[[40, 60, 80]] += on_top * BOUGHT
    pd.DataFrame({"sku": "a", "date": days.astype(str), "units_sold": units}).to_csv(
        folder / "sales.csv", index=False
    )
    rows = [("a", str(day - 10), str(day), PRESOLD, BOUGHT) for day in ships]
    if coming:
        rows.append(("a", str(AS_OF), str(AS_OF + 5), coming, 0.0))
    names = ["sku", "ordered_on", "ship_on", "quantity", "quantity_shipped"]
    orders = pd.DataFrame(rows, columns=names).assign(kind="presale")
    orders.assign(order_id=[f"o{i}" for i in range(len(rows))]).to_csv(
        folder / "customer_orders.csv", index=False
    )
    (folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    return read_dataset(folder)


def known(whole: Dataset) -> tuple[Dataset, pd.DataFrame, Panel]:
    dataset, calendar = known_on(whole, *settle(whole))
    terms = resolve_terms(dataset, find_series(dataset), calendar.as_of)
    return dataset, terms.frame, demand_panel(dataset, terms, calendar)[0]


def expected(whole: Dataset) -> Forecast:
    dataset, frame, panel = known(whole)
    plain = forecast(panel, dataset.settings, 14)
    return with_customer_orders(plain, dataset, frame, panel)


def test_a_presale_is_believed_by_how_many_of_those_before_were_bought(tmp_path: Path) -> None:
    table = shop(tmp_path, 1.0, coming=200.0).tables["customer_orders"]
    assert settled(table, AS_OF).tolist() == [True, True, True, False]
    assert not settled(table, FIRST + 80 + 27)[2]
    ratio = (3 * BOUGHT + BELIEVED_UNITS) / (3 * PRESOLD + BELIEVED_UNITS)
    ratio = (3 * BOUGHT + BELIEVED_UNITS * ratio) / (3 * PRESOLD + BELIEVED_UNITS)
    assert conversions(table, AS_OF)[3] == pytest.approx(ratio)
    nothing = table.assign(kind="order")
    assert (conversions(nothing, AS_OF) == 1.0).all()
    first = table.iloc[3:].reset_index(drop=True)
    assert conversions(first.assign(conversion=0.3), AS_OF).tolist() == [0.3]


@pytest.mark.parametrize("on_top", [0.0, 0.5, 1.0])
def test_what_presales_brought_on_top_they_bring_again(tmp_path: Path, on_top: float) -> None:
    whole = shop(tmp_path, on_top, coming=200.0)
    dataset, frame, panel = known(whole)
    share = share_on_top(dataset.tables["customer_orders"], frame, panel)
    assert share == pytest.approx(on_top, abs=0.1)
    made = expected(whole)
    believed = 200.0 * conversions(dataset.tables["customer_orders"], AS_OF)[3]
    usual = float(made.mean[0, 4])
    wanted = max(usual, (1 - share) * believed) + share * believed
    assert made.expected[0, 4] == pytest.approx(wanted, rel=1e-6)
    _, floor = made.buckets(np.array([0.01]))
    assert floor[0, 4, 0] >= believed - 1.0


def test_without_settled_presales_a_presale_is_a_floor_alone(tmp_path: Path) -> None:
    whole = shop(tmp_path, 1.0, coming=200.0)
    table = whole.tables["customer_orders"]
    whole.tables["customer_orders"] = table[table["ship_on"] > pd.Timestamp(AS_OF)]
    made = expected(whole)
    assert made.expected[0, 4] == pytest.approx(200.0)
    assert made.expected[0, 3] == made.mean[0, 3]
