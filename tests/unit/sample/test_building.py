"""The build as a whole: the same source, the same bytes; closed days are those of the sales."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from planning.sample.assumptions import order_multiple
from planning.sample.build import build, main, write
from planning.sample.chance import between, chance, one_of
from planning.sample.cleaning import rename
from planning.sample.closings import days_without_trade
from planning.sample.inventory import order_days
from planning.sample.suppliers import SUPPLIERS, Supplier


def written(transactions: pd.DataFrame, folder: Path) -> dict[str, bytes]:
    write(build(rename(transactions)), folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_order_of_the_rows_changes_no_byte(a_season: pd.DataFrame, tmp_path: Path) -> None:
    shuffled = a_season.sample(frac=1.0, random_state=3)
    assert written(a_season, tmp_path / "a") == written(shuffled, tmp_path / "b")


def test_an_item_s_assumptions_do_not_depend_on_the_other_items(a_season: pd.DataFrame) -> None:
    alone = build(rename(a_season[a_season["StockCode"] == "85123A"]))
    both = build(rename(a_season))
    for name in ("items", "stock"):
        table = both.tables[name]
        row = table[table["sku"] == "85123A"].reset_index(drop=True)
        pd.testing.assert_frame_equal(row, alone.tables[name])


def test_the_command_writes_the_dataset_and_prints_what_it_took_out(
    a_season: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "transactions.parquet"
    a_season.to_parquet(source)
    main([str(source), "--out", str(tmp_path / "out")])
    assert (tmp_path / "out" / "sales.parquet").exists()
    assert "| last day | 2 |" in capsys.readouterr().out


def test_a_sale_on_a_saturday_is_refused(a_season: pd.DataFrame) -> None:
    a_season.loc[0, "InvoiceDate"] = pd.Timestamp("2011-02-05 10:00")
    with pytest.raises(ValueError, match="Saturdays"):
        build(rename(a_season))


def test_a_closed_day_nobody_knows_of_is_refused(a_season: pd.DataFrame) -> None:
    missing = a_season["InvoiceDate"].dt.normalize() == "2011-03-09"
    with pytest.raises(ValueError, match="2011-03-09"):
        build(rename(a_season[~missing]))


def test_saturdays_are_no_closed_days() -> None:
    sales = pd.DataFrame({"date": pd.to_datetime(["2011-03-04", "2011-03-06", "2011-03-08"])})
    assert days_without_trade(sales).tolist() == [pd.Timestamp("2011-03-07")]


@pytest.mark.parametrize("supplier", SUPPLIERS, ids=lambda s: s.supplier)
def test_past_orders_were_placed_on_the_supplier_s_days(supplier: Supplier) -> None:
    as_of = pd.Timestamp("2011-12-08")
    days = order_days(supplier, as_of, 6)
    assert all(day < as_of for day in days)
    assert len(set(days)) == 6
    assert {str(day.isoweekday()) for day in days} <= set(supplier.order_weekdays)


def test_packs_are_as_customers_buy() -> None:
    fact = {24: 0.1, 12: 0.4, 6: 0.6, "unit_price": 1.25, "units": 500}
    assert order_multiple(fact) == 12
    assert order_multiple(fact | {"unit_price": 4.95}) == 6
    assert order_multiple(fact | {"unit_price": 24.95}) == 1
    assert order_multiple(fact | {"units": 20}) == 1


def test_draws_are_even_and_independent_of_each_other() -> None:
    skus = [str(number) for number in range(2000)]
    costs = pd.Series([chance(sku, "cost") for sku in skus])
    volumes = pd.Series([chance(sku, "volume") for sku in skus])
    assert abs(costs.mean() - 0.5) < 0.03
    assert abs(costs.corr(volumes)) < 0.1
    assert all(2 <= between(sku, "x", 2, 3) < 3 for sku in skus)
    picks = pd.Series([one_of(sku, "y", (("a", 3), ("b", 1))) for sku in skus])
    assert abs((picks == "a").mean() - 0.75) < 0.05
