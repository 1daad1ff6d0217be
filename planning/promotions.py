"""The promotions a dataset knows of, series by series: its table's, and those recorded in sales."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd

from domain.periods import Calendar, Days, as_days
from domain.promotions import Promotions
from domain.terms import Floats, Integers
from planning.dataset import Dataset
from planning.supply import row_of


def promotions_of(dataset: Dataset, terms: pd.DataFrame, calendar: Calendar) -> Promotions | None:
    """Every pair of a series and a promotion of it; None where the `promotions` table has none.

    `terms`: a row per series with sku, location and category. A row of the table that names no
    location holds everywhere; one of a channel holds for the sum of channels, in which its
    uplift is measured. Of the series that the table speaks of, buckets that `sales` marks as on
    promotion count as promotions of their own, known once they are over. Of the others they stay
    part of what usually sells: nobody announces when the next one comes.
    """
    table = dataset.table("promotions")
    if table is None or table.empty:
        return None
    told = _of_table(table, terms, usual_price(dataset, terms))
    if not told.count:
        return None
    recorded = _of_sales(dataset.tables["sales"], terms, calendar)
    spoken_of = np.isin(recorded.series, told.series)
    parts = [told, recorded.take(np.flatnonzero(spoken_of))]
    return Promotions(
        **{
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(Promotions)
        }
    )


def usual_price(dataset: Dataset, terms: pd.DataFrame) -> Floats:
    """What a unit usually costs a customer [S]: the median paid outside promotions, else as typed.

    NaN where nothing is known.
    """
    typed = pd.to_numeric(terms["unit_price"]).to_numpy(np.float64)
    sales = dataset.tables["sales"]
    paid = sales[sales["unit_price"].notna() & ~sales["on_promotion"]]
    if paid.empty:
        return typed
    rows = row_of(terms, paid)
    median = pd.Series(paid["unit_price"].to_numpy()[rows >= 0]).groupby(rows[rows >= 0]).median()
    usual = typed.copy()
    usual[median.index.to_numpy()] = median.to_numpy()
    return usual


def _of_table(table: pd.DataFrame, terms: pd.DataFrame, usual: Floats) -> Promotions:
    """The table's rows, each with every series it is of."""
    by_sku = terms.groupby("sku", sort=False).indices
    by_category = terms.groupby("category", sort=False).indices
    everyone = np.arange(len(terms))
    place = terms["location"].to_numpy()
    named: list[Integers] = []
    for sku, category, location in zip(
        table["sku"], table["category"], table["location"], strict=True
    ):
        rows = everyone
        if pd.notna(sku):
            rows = by_sku.get(sku, everyone[:0])
        elif pd.notna(category):
            rows = by_category.get(category, everyone[:0])
        named.append(rows if pd.isna(location) else rows[place[rows] == location])
    series = np.concatenate([np.zeros(0, np.int64), *named]).astype(np.int64)
    line = np.repeat(np.arange(len(table)), [rows.size for rows in named])

    def column(name: str) -> Floats:
        return table[name].to_numpy(np.float64)[line]

    def days(name: str) -> Days:
        return as_days(table[name].to_numpy())[line]

    with np.errstate(divide="ignore", invalid="ignore"):
        of_usual = column("unit_price") / usual[series]
    given = column("relative_price")
    price = np.where(np.isnan(given), np.where(np.isfinite(of_usual), of_usual, np.nan), given)
    return Promotions(
        series=series,
        starts=days("starts_on"),
        ends=days("ends_on"),
        announced=days("announced_on"),
        relative_price=price,
        expected_uplift=column("expected_uplift"),
    )


def _of_sales(sales: pd.DataFrame, terms: pd.DataFrame, calendar: Calendar) -> Promotions:
    """Buckets that sales mark as on promotion, one each however many channels say so."""
    marked = sales[sales["on_promotion"]]
    rows = row_of(terms, marked)
    found = pd.DataFrame(
        {
            "series": rows,
            "bucket": calendar.index_of(marked["date"].to_numpy()),
            "price": marked["relative_price"].to_numpy(np.float64),
        }
    )
    found = found[(rows >= 0) & (found["bucket"] < calendar.count)]
    found = found.groupby(["series", "bucket"], as_index=False)["price"].mean()
    bucket = found["bucket"].to_numpy(np.int64)
    ends = calendar.end_of(bucket)
    return Promotions(
        series=found["series"].to_numpy(np.int64),
        starts=calendar.start_of(bucket),
        ends=ends,
        announced=ends,
        relative_price=found["price"].to_numpy(np.float64),
        expected_uplift=np.full(bucket.size, np.nan),
    )
