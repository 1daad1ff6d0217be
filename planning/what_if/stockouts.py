"""Stock-outs ahead as they look by now: what was counted and sold since a plan, its forecast kept.

An order of today takes the lead time; until then there is what was counted, less what was sold
since, and the open orders that the plan knew of. Days without work are not reckoned with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.outputs import EXCEPTIONS
from domain.periods import Bucket, Calendar
from domain.terms import Floats, Integers, SeriesKey
from forecasting.result import Forecast
from optimization.expectation import expected_losses
from planning.outlook import RECENT_DAYS, probability_within
from planning.report.exceptions import LEAST_PROBABILITY
from planning.report.reasons import amount
from planning.supply import OpenOrders, newest_stock
from planning.what_if.ground import Ground, KeptHead

KINDS = ("stockout_now", "stockout_ahead")


@dataclass(frozen=True)
class Since:
    """What has become known since a plan: rows of stock and sales, typed as tables are."""

    stock: pd.DataFrame  # dated the plan's last day or later
    sales: pd.DataFrame  # buckets that begin after it


def refreshed(planned: pd.DataFrame, ground: Ground, since: Since) -> pd.DataFrame:
    """The exceptions of a plan with its stock-outs as they look by now."""
    if since.stock.empty and since.sales.empty:
        return planned
    calendar = calendar_of(ground)
    rows = np.flatnonzero(ground.series["kept"].to_numpy())
    known = pd.MultiIndex.from_frame(ground.series.iloc[rows][["sku", "location"]])
    asked = pd.MultiIndex.from_frame(planned[["sku", "location"]])
    stays = ~(planned["kind"].isin(KINDS) & asked.isin(known))
    found = pd.concat([planned[stays], _stockouts(ground, rows, calendar, since)])
    order = ["money", "kind", "sku", "location", "order_id", "line_id"]
    found = found.sort_values(order, ascending=[False] + [True] * 5, kind="stable")
    return found.assign(rank=np.arange(1, len(found) + 1))[list(planned.columns)].reset_index(
        drop=True
    )


def calendar_of(ground: Ground) -> Calendar:
    """The buckets of the plan's history."""
    rest = ground.rest
    return Calendar(Bucket(rest["bucket"]), np.datetime64(rest["first"], "D"), rest["count"])


def _stockouts(ground: Ground, rows: Integers, calendar: Calendar, since: Since) -> pd.DataFrame:
    """Rows of EXCEPTIONS for series that are out, or likely to be before help can come."""
    series = ground.series.iloc[rows].reset_index(drop=True)
    today, on_hand = _by_now(ground, series, calendar, since)
    last = today + series["lead_time_days"].to_numpy(dtype=np.int64)
    forecast = forecast_of(ground, rows, calendar)
    levels = np.array(ground.arrays["levels"][rows])
    ends = np.array(ground.rest["days"][1:], dtype=np.int64)
    between = ends[(ends > today) & (ends < last.max(initial=0))]
    points = np.minimum(np.append(between, last.max(initial=today))[None, :], last[:, None])
    start = np.full_like(points, today)
    _, knots = forecast.windows(start, points, levels)
    orders = _orders(ground, rows)
    supply = on_hand[:, None] + orders.usable_by(points) - orders.usable_by(start)
    _, short = expected_losses(levels, np.zeros_like(supply), knots, supply)
    probability = (1.0 - probability_within(levels, knots, supply)).max(axis=1, initial=0.0)
    missed = short.max(axis=1, initial=0.0)
    soon, _ = forecast.windows(start[:, :1], start[:, :1] + RECENT_DAYS, np.zeros(0))
    stocked = series["planned"].to_numpy() == "stock"
    out = stocked & (on_hand <= 0) & (soon[:, 0] > 0)
    ahead = stocked & ~out & (probability >= LEAST_PROBABILITY) & (missed > 0)
    kind = np.where(out, KINDS[0], KINDS[1])
    due = calendar.as_of + (last + 1).astype("timedelta64[D]")
    frame = series[["sku", "location", "description", "supplier"]].assign(
        kind=kind,
        units=missed.round(4),
        money=(missed * series["shortage"].to_numpy()).round(4),
        date=due.astype("datetime64[s]"),
        order_id="",
        line_id="",
        sentence=[
            f"{'Sold out' if now else 'Likely to sell out'}; an order of today arrives on {day},"
            f" {amount(units)} units are expected to be missed until then."
            for now, day, units in zip(out, due, missed, strict=True)
        ],
        rank=0,
    )
    return frame[out | ahead][list(EXCEPTIONS.names)]


def _by_now(
    ground: Ground, series: pd.DataFrame, calendar: Calendar, since: Since
) -> tuple[int, Floats]:
    """Days from the plan's last day to the newest that is known, and units on hand then."""
    as_of = calendar.as_of
    index = pd.MultiIndex.from_frame(series[["sku", "location"]])
    on_hand = series["usable"].to_numpy(dtype=np.float64).copy()
    counted = np.zeros(len(series), dtype=np.int64)
    if not since.stock.empty:
        newest = newest_stock(since.stock, as_of)
        at = index.get_indexer(pd.MultiIndex.from_frame(newest[["sku", "location"]].astype("str")))
        there = at >= 0
        usable = newest["on_hand"] - newest["blocked"]
        if ground.settings.sales_dated_by == "order":
            usable = usable - newest["reserved"]
        day = (newest["date"].to_numpy().astype("datetime64[D]") - as_of).astype(np.int64)
        on_hand[at[there]] = usable.to_numpy(dtype=np.float64)[there]
        counted[at[there]] = day[there]
    today = int(counted.max(initial=0))
    if not since.sales.empty:
        begins = since.sales["date"].to_numpy().astype("datetime64[D]")
        bucket = calendar.index_of(begins)
        ends = (calendar.end_of(bucket) - as_of).astype(np.int64)
        today = max(today, int(ends.max()))
        keys = pd.MultiIndex.from_frame(since.sales[["sku", "location"]].astype("str"))
        at = index.get_indexer(keys)
        later = (at >= 0) & ((begins - as_of).astype(np.int64) > counted[np.maximum(at, 0)])
        sold = since.sales["units_sold"].to_numpy(dtype=np.float64)
        np.subtract.at(on_hand, at[later], sold[later])
    come = ground.orders[ground.orders["counted"].astype(bool)]
    place = np.full(len(ground.series), -1)
    place[np.flatnonzero(ground.series["kept"].to_numpy())] = np.arange(len(series))
    at = place[come["series"].to_numpy()]
    day = come["usable_from"].to_numpy()
    arrived = (at >= 0) & (day <= today) & (day > counted[np.maximum(at, 0)])
    np.add.at(on_hand, at[arrived], come["remaining"].to_numpy(dtype=np.float64)[arrived])
    return today, np.maximum(on_hand, 0.0)


def _orders(ground: Ground, rows: Integers) -> OpenOrders:
    """The plan's open orders of some series, counted anew."""
    return OpenOrders(ground.orders.assign(counted=ground.orders["counted"].astype(bool))).take(
        rows, len(ground.series)
    )


def forecast_of(ground: Ground, rows: Integers, calendar: Calendar) -> Forecast:
    """The forecast of some series as it was kept."""
    series, rest = ground.series.iloc[rows], ground.rest
    cumulative = np.array(ground.arrays["cumulative"][rows])
    spread = ground.arrays["spread"]
    varying = (ground.series["lead_time_std_days"] > 0).to_numpy()
    place = np.where(varying & bool(len(spread)), np.cumsum(varying) - 1, -1)[rows]
    head = KeptHead(
        levels=np.array(ground.arrays["levels"][rows]),
        table=np.array(ground.arrays["table"][rows]),
        spread=np.array(spread[np.maximum(place, 0)] if len(spread) else spread),
        spread_row=np.where(place >= 0, np.arange(rows.size), -1),
    )
    return Forecast(
        keys=tuple(
            SeriesKey(str(sku), str(location))
            for sku, location in zip(series["sku"], series["location"], strict=True)
        ),
        calendar=calendar,
        mean=np.diff(cumulative, axis=1),
        cumulative=cumulative,
        days=np.array(rest["days"]),
        starts_day=series["starts_day"].to_numpy(),
        ends_day=series["ends_day"].to_numpy(),
        ordinary=series["ordinary"].to_numpy(),
        whole_units=series["whole_units"].to_numpy(),
        sum_head=head,
        bucket_head=head,
        diagnostics=pd.DataFrame(),
        judged_buckets=0,
        threads=rest["threads"],
    )
