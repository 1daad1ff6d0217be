"""What a unit costs on the shelf: the supplier's price in the plan's money, with duty and freight.

Landed cost = (price · (1 + duty rate) + freight per unit) · rate, all in the currency of the
row, else of its supplier (the row of the location first); `unit_cost` of `items` is in the
plan's currency. A rate is the newest of `currencies` that holds at `as_of`. Where no table of
currencies is there every price is taken as the plan's, and `restock check` says so.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.errors import DataError
from domain.periods import Day
from domain.tables_supply import ITEM_SUPPLIERS
from domain.terms import Floats
from planning.dataset import Dataset


def offers_of(dataset: Dataset, series: pd.DataFrame, as_of: Day) -> pd.DataFrame:
    """What suppliers offer each series at `as_of`, a row each, from `item_suppliers`.

    Rows that name the series' location are its offers, else those that name none. Beside the
    table's columns: `series` (row of `series`, ascending; within one by priority, quantity and
    supplier), `price` (as typed), `paid_in` (its currency, blank where none is named or no
    currencies are given), `freight` (in the plan's money); `unit_cost` is landed. Raises
    DataError for a currency that `currencies` does not know at that day.
    """
    table = dataset.table("item_suppliers")
    if table is None:
        table = pd.DataFrame({name: pd.Series(dtype=object) for name in ITEM_SUPPLIERS.names})
    today = pd.Timestamp(as_of)
    holds = ~(table["valid_from"] > today) & ~(table["valid_until"] < today)
    offers = _by_series(series, table[holds])
    paid_in = offers["currency"].where(
        offers["currency"].notna(), _of_suppliers(dataset, offers[["supplier", "location"]])
    )
    if _is_empty(dataset.table("currencies")):
        paid_in = pd.Series(pd.NA, index=offers.index, dtype="str")
    priced = offers["unit_cost"].notna() | (offers["freight_per_unit"] > 0)
    rate = rates_of(dataset, paid_in.where(priced), as_of)
    freight = offers["freight_per_unit"] * rate
    return offers.assign(
        price=offers["unit_cost"],
        paid_in=paid_in,
        freight=freight,
        unit_cost=landed(offers["unit_cost"] * rate, offers, freight),
    )


def _by_series(series: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `item_suppliers` that are each series' own, their location the series'."""
    keys = series[["sku", "location"]].assign(series=np.arange(len(series)))
    placed = table[table["location"].notna()]
    theirs = keys.merge(placed, on=["sku", "location"])
    others = keys[~keys["series"].isin(theirs["series"])]
    general = others.merge(table[table["location"].isna()].drop(columns="location"), on="sku")
    found = pd.concat([theirs, general], ignore_index=True)
    order = ["series", "priority", "from_quantity", "supplier"]
    return found.sort_values(order, ignore_index=True)


def _is_empty(table: pd.DataFrame | None) -> bool:
    return table is None or table.empty


def landed(cost: pd.Series, offers: pd.DataFrame, freight: pd.Series) -> pd.Series:
    """What a unit costs on the shelf: `cost` with the offers' duty, and freight; all plan's money.

    >>> offers = pd.DataFrame({"duty_rate": [0.1]})
    >>> landed(pd.Series([2.0]), offers, pd.Series([0.5])).round(6).tolist()
    [2.7]
    """
    return cost * (1.0 + offers["duty_rate"]) + freight


def _of_suppliers(dataset: Dataset, offers: pd.DataFrame) -> pd.Series:
    """The currency of each offer's supplier: at the series' location, else anywhere."""
    found = pd.Series(pd.NA, index=offers.index, dtype="str")
    table = dataset.table("suppliers")
    if table is None:
        return found
    named = table[table["currency"].notna()]
    general = named[named["location"].isna()].set_index("supplier")["currency"]
    found = offers["supplier"].map(general)
    placed = named[named["location"].notna()].set_index(["supplier", "location"])["currency"]
    if len(placed):
        exact = placed.reindex(pd.MultiIndex.from_frame(offers)).set_axis(offers.index)
        found = exact.where(exact.notna(), found)
    return found


def rates_of(dataset: Dataset, currencies: pd.Series, as_of: Day) -> Floats:
    """The rate of each currency (blank: the plan's) to the plan's money at `as_of`.

    Raises DataError naming the currencies that have none; 1 where there is no table of them.
    """
    table = dataset.table("currencies")
    if table is None or _is_empty(table):
        return np.ones(len(currencies))
    known = table[~(table["valid_from"] > pd.Timestamp(as_of))]
    newest = known.sort_values("valid_from", kind="stable", na_position="first")
    rates = newest.drop_duplicates("currency", keep="last").set_index("currency")["rate"]
    ours = dataset.settings.currency
    found = currencies.map(rates)
    settled = found.notna() | currencies.isna() | (currencies == ours)
    if not settled.all():
        missing = sorted(set(currencies[~settled]))
        raise DataError(
            f"prices are in {', '.join(missing)}, for which no rate holds on {as_of}",
            "currencies",
            "Give each a rate to the plan's currency from a day before that, or name the plan's"
            " own in the settings as `currency`.",
        )
    own = currencies.isna() | (currencies == ours)
    return found.where(~own, 1.0).to_numpy(dtype=np.float64)
