"""Money across borders: duty, freight and currencies in what a unit costs."""

from pathlib import Path

import numpy as np
import pytest

from domain.errors import DataError
from planning.cut import cut
from planning.dataset import Dataset
from planning.item_terms import resolve_terms
from planning.pipeline import plan_dataset
from planning.series import find_series
from planning.steps import Steps
from tests.unit.planning.frames import dataset

AS_OF = np.datetime64("2024-01-31")
RATES = "currency,rate,valid_from\nUSD,0.5,\nUSD,0.8,2024-01-15\nUSD,0.9,2024-02-01\n"
ABROAD = "sku,supplier,unit_cost,currency,duty_rate,freight_per_unit\na,s,10,USD,0.1,2\n"


def first(data: Dataset):  # type: ignore[no-untyped-def]
    known = cut(data, AS_OF)
    return resolve_terms(known, find_series(known), AS_OF).frame.iloc[0]


def test_duty_is_on_the_price_and_freight_beside_it_at_the_rate_of_the_day(tmp_path: Path) -> None:
    found = first(
        dataset(tmp_path, settings='currency = "EUR"\n', item_suppliers=ABROAD, currencies=RATES)
    )
    assert found["unit_cost"] == pytest.approx((10 * 1.1 + 2) * 0.8)
    assert (found["price"], found["paid_in"]) == (10, "USD")
    assert found["holding_cost_per_day"] == pytest.approx(found["unit_cost"] * 0.25 / 365)


def test_without_a_price_of_its_own_an_offer_adds_to_the_items_cost(tmp_path: Path) -> None:
    offers = "sku,supplier,currency,duty_rate,freight_per_unit\na,s,USD,0.1,2\n"
    found = first(
        dataset(tmp_path, items="sku,unit_cost\na,20\n", item_suppliers=offers, currencies=RATES)
    )
    assert found["unit_cost"] == pytest.approx(20 * 1.1 + 2 * 0.8)
    assert found["paid_in"] == ""  # no price abroad is known


def test_the_currency_of_the_supplier_stands_in(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        suppliers="supplier,location,lead_time_days,currency\ns,,3,EUR\ns,main,3,USD\n",
        item_suppliers="sku,supplier,unit_cost\na,s,10\n",
        currencies=RATES,
        settings='currency = "EUR"\n',
    )
    assert first(data)["unit_cost"] == pytest.approx(8)


def test_a_currency_without_a_rate_is_refused_and_ours_needs_none(tmp_path: Path) -> None:
    ours = dataset(
        tmp_path / "ours",
        settings='currency = "USD"\n',
        item_suppliers="sku,supplier,unit_cost,currency\na,s,10,USD\n",
        currencies="currency,rate\nCNY,0.14\n",
    )
    assert first(ours)["unit_cost"] == 10
    later = dataset(
        tmp_path / "later",
        settings='currency = "EUR"\n',
        item_suppliers=ABROAD,
        currencies="currency,rate,valid_from\nUSD,0.9,2024-02-01\n",
    )
    with pytest.raises(DataError, match=r"USD.*no rate holds on 2024-01-31|no rate"):
        resolve_terms(later, find_series(later), AS_OF)


def test_without_a_table_of_rates_prices_are_taken_as_they_are(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        settings='currency = "EUR"\n',
        item_suppliers="sku,supplier,unit_cost,currency\na,s,10,USD\n",
    )
    assert (first(data)["unit_cost"], first(data)["paid_in"]) == (10, "")


def test_orders_keep_what_the_supplier_will_ask_for(tmp_path: Path) -> None:
    days = [f"2024-01-{day:02}" for day in range(1, 29)]
    for name, offers in (("home", "sku,supplier,unit_cost\na,s,10\n"), ("abroad", ABROAD)):
        dataset(
            tmp_path / name,
            settings='currency = "EUR"\n',
            sales="sku,date,units_sold\n" + "".join(f"a,{day},5\n" for day in days),
            stock="sku,date,on_hand\na,2024-01-28,0\n",
            item_suppliers=offers,
            currencies=RATES,
        )
    orders = plan_dataset(tmp_path / "abroad", None, None, {}, Steps()).orders
    line = orders.iloc[0]
    assert line["supplier_currency"] == "USD"
    assert line["supplier_amount"] == pytest.approx(line["quantity"] * 10)
    assert line["order_value"] == pytest.approx(line["quantity"] * (10 * 1.1 + 2) * 0.8)
    home = plan_dataset(tmp_path / "home", None, None, {}, Steps()).orders
    assert "supplier_currency" not in home
