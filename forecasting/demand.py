"""Sales to demand: a regular array of series × buckets, and what each bucket tells.

Sales are demand only where the item could be bought. A bucket that was sold out for a part is
a lower bound; one sold out throughout tells nothing (DESIGN §3). Returns are counted, and
never taken from demand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.periods import Calendar, as_days
from domain.settings import Settings
from domain.terms import NEVER, Flags, Floats, Integers, Known, Panel, SeriesKey, Singles

ALL_OF_IT = 1.0 - 1e-6
"""A stock-out share from here on is a bucket without any stock."""


@dataclass(frozen=True)
class _Rows:
    """Rows of a table, placed: series and bucket of each, those of no series left out."""

    series: Integers
    bucket: Integers
    kept: Flags  # of the table's rows, which ones these are


def build_panel(
    sales: pd.DataFrame,
    series: pd.DataFrame,
    calendar: Calendar,
    settings: Settings,
    stock: pd.DataFrame | None = None,
) -> tuple[Panel, pd.DataFrame]:
    """The demand panel, and what was done to make it.

    `sales`: sku, location, channel (text or category), date, units_sold, and where there are
    such: units_returned, stockout_share; nothing after `as_of`. `series`: one row per series in
    plan order with sku, location, category, launched_on, discontinued_on. `stock`: sku,
    location, date, on_hand; a bucket whose last count is 0 is a lower bound.

    The frame has a row per series: sku, location, gaps_filled, lower_bounds, unknown,
    outside_life (buckets with sales outside its life), units_returned, whole_units.
    """
    count, width = len(series), calendar.count
    rows = _place(sales, series, calendar)
    units = sales["units_sold"].to_numpy(np.float32)[rows.kept]
    cell = rows.series * width + rows.bucket
    demand: Singles = np.zeros((count, width), np.float32)
    np.add.at(demand.reshape(-1), cell, units)
    recorded: Flags = np.zeros((count, width), np.bool_)
    recorded.reshape(-1)[cell] = True
    first, ends_day = _life(series, rows, calendar, settings)
    inside = _inside(first, ends_day, calendar)
    share = _stockout_share(sales, rows, cell, count * width, units)

    known = np.full((count, width), Known.OUTSIDE, np.uint8)
    missing = Known.UNKNOWN if settings.missing_buckets == "unknown" else Known.OBSERVED
    known[inside] = missing
    known[inside & recorded] = Known.OBSERVED
    if share is not None:
        share = share.reshape(count, width)
        known[inside & (share > 0)] = Known.LOWER_BOUND
        known[inside & (share >= ALL_OF_IT)] = Known.UNKNOWN
        share[~inside] = 0.0
    if stock is not None and len(stock):
        empty = _empty_shelves(stock, series, calendar)
        known[empty & (known == Known.OBSERVED)] = Known.LOWER_BOUND
    outside = (recorded & ~inside & (demand > 0)).sum(axis=1)
    demand[(known == Known.OUTSIDE) | (known == Known.UNKNOWN)] = 0.0
    whole = _whole_units(units, rows.series, count)

    panel = Panel(
        keys=tuple(map(SeriesKey, series["sku"].astype(str), series["location"].astype(str))),
        calendar=calendar,
        demand=demand,
        known=known,
        stockout_share=share,
        category=_codes(series["category"]),
        product=_codes(series["sku"]),
        whole_units=whole,
        first=first,
        starts_day=_starts_day(series, calendar),
        ends_day=ends_day,
    )
    counts = pd.DataFrame(
        {
            "sku": series["sku"].to_numpy(),
            "location": series["location"].to_numpy(),
            "gaps_filled": (inside & ~recorded).sum(axis=1),
            "lower_bounds": (known == Known.LOWER_BOUND).sum(axis=1),
            "unknown": (known == Known.UNKNOWN).sum(axis=1),
            "outside_life": outside,
            "units_returned": _returned(sales, rows, count),
            "whole_units": whole,
        }
    )
    return panel, counts


def _codes(column: pd.Series) -> Integers:
    """A whole number per distinct text, by first appearance; -1 where there is none."""
    return np.asarray(pd.factorize(column)[0], np.int64)


def _place(table: pd.DataFrame, series: pd.DataFrame, calendar: Calendar) -> _Rows:
    """Series and bucket of every row of a table with sku, location and date."""
    sku = table["sku"].astype("category").cat
    location = table["location"].astype("category").cat
    places = max(len(location.categories), 1)
    wanted_sku = sku.categories.get_indexer(pd.Index(series["sku"].astype(object)))
    wanted_place = location.categories.get_indexer(pd.Index(series["location"].astype(object)))
    there = (wanted_sku >= 0) & (wanted_place >= 0)
    of_pair = np.full(max(len(sku.categories), 1) * places, -1, np.int32)
    of_pair[wanted_sku[there] * places + wanted_place[there]] = np.flatnonzero(there)
    pair = sku.codes.to_numpy().astype(np.int64) * places + location.codes.to_numpy()
    at = of_pair[pair].astype(np.int64)
    bucket = calendar.index_of(table["date"].to_numpy())
    kept = (at >= 0) & (bucket >= 0) & (bucket < calendar.count)
    return _Rows(at[kept], bucket[kept], kept)


def _life(
    series: pd.DataFrame, rows: _Rows, calendar: Calendar, settings: Settings
) -> tuple[Integers, Integers]:
    """First bucket of each series' life, and the last day it can be sold, from `as_of`."""
    first = np.full(len(series), calendar.count, np.int64)
    if settings.history_from is not None:
        begin = calendar.index_of(np.array([settings.history_from], "datetime64[D]"))[0]
        first[:] = min(max(int(begin), 0), calendar.count)
    else:
        np.minimum.at(first, rows.series, rows.bucket)
    launched = as_days(series["launched_on"].to_numpy("datetime64[s]"))
    said = ~np.isnat(launched)
    first[said] = np.clip(calendar.index_of(launched[said]), 0, calendar.count)
    ended = as_days(series["discontinued_on"].to_numpy("datetime64[s]"))
    said = ~np.isnat(ended)
    ends_day = np.full(len(series), NEVER, np.int64)
    ends_day[said] = (ended[said] - calendar.as_of).astype(np.int64)
    return first, ends_day


def _starts_day(series: pd.DataFrame, calendar: Calendar) -> Integers:
    """The day before a series' launch, from `as_of`: below 0 if past; 0 where none is known."""
    launched = as_days(series["launched_on"].to_numpy("datetime64[s]"))
    starts_day = np.zeros(len(series), np.int64)
    said = ~np.isnat(launched)
    starts_day[said] = (launched[said] - calendar.as_of).astype(np.int64) - 1
    return starts_day


def _inside(first: Integers, ends_day: Integers, calendar: Calendar) -> Flags:
    """S × T: whether each bucket lies in its series' life."""
    index = np.arange(calendar.count)
    starts = (calendar.starts() - calendar.as_of).astype(np.int64)  # days, 0 or below
    inside: Flags = index[None, :] >= first[:, None]
    ending = np.flatnonzero(ends_day < 0)
    inside[ending] &= starts[None, :] <= ends_day[ending, None]
    return inside


def _stockout_share(
    sales: pd.DataFrame, rows: _Rows, cell: Integers, cells: int, units: Singles
) -> Singles | None:
    """Share of each bucket without stock, flat; None where no row has any.

    Over several channels it is their mean, each weighted by what it sells in all (a bucket's
    own units would count a channel that is sold out as nothing).
    """
    if "stockout_share" not in sales:
        return None
    row_share = sales["stockout_share"].to_numpy(np.float32)[rows.kept]
    if not row_share.any():
        return None
    share = np.zeros(cells, np.float32)
    if "channel" not in sales or sales["channel"].astype("category").cat.categories.size < 2:
        share[cell] = row_share
        return share
    channel = sales["channel"].astype("category").cat
    codes = channel.codes.to_numpy()[rows.kept].astype(np.int64)
    pair = rows.series * channel.categories.size + codes
    size = np.bincount(pair, units)[pair].astype(np.float32) + 1e-6
    weight = np.zeros(cells, np.float32)
    np.add.at(weight, cell, size)
    np.add.at(share, cell, size * row_share)
    return np.divide(share, weight, out=share, where=weight > 0)


def _empty_shelves(stock: pd.DataFrame, series: pd.DataFrame, calendar: Calendar) -> Flags:
    """S × T: whether the last count of stock within the bucket found nothing."""
    rows = _place(stock, series, calendar)
    counted = stock.loc[rows.kept, ["on_hand", "date"]]
    cell = rows.series * calendar.count + rows.bucket
    order = np.lexsort((counted["date"].to_numpy(), cell))
    cell, on_hand = cell[order], counted["on_hand"].to_numpy(np.float64)[order]
    last = np.append(cell[1:] != cell[:-1], True) if cell.size else np.zeros(0, np.bool_)
    empty = np.zeros(len(series) * calendar.count, np.bool_)
    empty[cell[last]] = on_hand[last] <= 0
    return empty.reshape(len(series), calendar.count)


def _whole_units(units: Singles, series: Integers, count: int) -> Flags:
    """Whether a series' sales are all whole; one without sales is as most others are."""
    broken = np.bincount(series[units != np.rint(units)], minlength=count) > 0
    some = np.bincount(series, minlength=count) > 0
    whole = ~broken
    if some.any():
        whole[~some] = bool(whole[some].mean() >= 0.5)
    return np.asarray(whole)


def _returned(sales: pd.DataFrame, rows: _Rows, count: int) -> Floats:
    """Units returned per series."""
    if "units_returned" not in sales:
        return np.zeros(count)
    returned = sales["units_returned"].to_numpy(np.float64)[rows.kept]
    return np.bincount(rows.series, returned, minlength=count).astype(np.float64)
