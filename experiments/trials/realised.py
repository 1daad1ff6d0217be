"""What items really cost, sold and lacked since a trial began, and before it.

Of each series the days from the first on which an order of the trial could be on its shelf; before
that, what happened was decided before. Costs are those of a plan: stock as counted (the newest
count until the next) at its holding cost, demand that stock-outs are taken to have hidden at its
shortage cost, orders as they were placed at theirs. Shortage costs are as of the first day of the
trial, without what a policy or a calibration multiplies them by: both arms are judged by the same.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from domain.periods import Day
from domain.terms import Flags, Floats, Integers, Known
from experiments.monitoring.known import Seen
from experiments.orders_made import orders_made
from planning.situation import Situation
from planning.supply import row_of


@dataclass(frozen=True)
class Rates:
    """Per item [N] and day, money unless said otherwise; its places added up."""

    holding: Floats
    shortage: Floats
    order: Floats
    demand: Floats  # units
    hidden: Floats  # units of them that were not served
    days_stocked: Floats  # places, a day each
    days_without: Floats  # of these, without stock
    goods: Floats  # units sold at cost
    stock: Floats  # on hand at cost

    @property
    def cost(self) -> Floats:
        """All of it, N."""
        return np.asarray(self.holding + self.shortage + self.order)

    def take(self, items: Integers) -> Rates:
        """The same of some items only."""
        return Rates(*(getattr(self, field.name)[items] for field in fields(self)))


@dataclass(frozen=True)
class Prices:
    """What a unit costs each of S series, money."""

    holding: Floats  # a day
    shortage: Floats  # a unit short
    line: Floats  # an order line
    order: Floats  # an order, shared by its lines
    unit: Floats  # at cost


@dataclass(frozen=True)
class Windows:
    """Which of T buckets count, S × T each."""

    now: Flags
    before: Flags
    days: Floats  # T, days of each bucket


def windows_of(seen: Seen, lead_days: Floats, begin: Day, until: Day) -> Windows:
    """The judged buckets of each series, and as many days before the trial.

    `lead_days`: S; `begin`, `until`: the trial's first day, and the last that is judged.
    """
    starts, index = seen.calendar.starts(), np.arange(seen.calendar.count)
    ends = seen.calendar.end_of(index)
    days = (ends - starts).astype(np.float64) + 1.0
    first = begin + (np.ceil(lead_days).astype(np.int64) + 1).astype("timedelta64[D]")
    now = (starts[None, :] >= first[:, None]) & (ends <= until)
    length = (until - begin).astype(np.int64) + 1
    before = (ends < begin) & (starts >= begin - np.timedelta64(int(length), "D"))
    alive = seen.panel.known != Known.OUTSIDE
    return Windows(now & alive, before[None, :] & alive, days)


def rates(seen: Seen, prices: Prices, inside: Flags, days: Floats, item: Integers) -> Rates:
    """What each item cost a day of its buckets `inside`, S × T; NaN where no stock was counted.

    `item`: S, the number of each series' item, -1: none of interest.
    """
    stocked = inside & np.isfinite(seen.on_hand)
    known = (inside & seen.counted).any(axis=1) & (item >= 0)
    held = np.where(stocked, np.maximum(np.nan_to_num(seen.on_hand), 0.0), 0.0) * days
    time, all_time = (stocked * days).sum(axis=1), (inside * days).sum(axis=1)
    on_hand = _over(held.sum(axis=1), time)
    demand = _over(np.where(inside, np.nan_to_num(seen.demand), 0.0).sum(axis=1), all_time)
    hidden = _over(np.where(inside, seen.hidden, 0.0).sum(axis=1), all_time)
    sold = _over(np.where(inside, seen.sold, 0.0).sum(axis=1, dtype=np.float64), all_time)
    bare = stocked & (np.nan_to_num(seen.on_hand) <= 0)
    orders = _over(np.where(inside, _order_money(seen, prices), 0.0).sum(axis=1), all_time)
    of_series = {
        "holding": prices.holding * on_hand,
        "shortage": prices.shortage * hidden,
        "order": orders,
        "demand": demand,
        "hidden": hidden,
        "days_stocked": (time > 0).astype(np.float64),
        "days_without": _over((bare * days).sum(axis=1), time),
        "goods": prices.unit * sold,
        "stock": prices.unit * on_hand,
    }
    items = int(item.max(initial=-1)) + 1
    mine = np.flatnonzero(known)
    there = np.bincount(item[mine], minlength=items) > 0
    return Rates(
        **{
            name: np.where(there, np.bincount(item[mine], values[mine], items), np.nan)
            for name, values in of_series.items()
        }
    )


def _over(total: Floats, time: Floats) -> Floats:
    """Per day; 0 where there was none."""
    return np.divide(total, time, out=np.zeros(total.shape), where=time > 0)


def _order_money(seen: Seen, prices: Prices) -> Floats:
    """Line and order costs of the orders placed in each bucket, S × T; 0 where none is known."""
    money = np.zeros(seen.panel.demand.shape)
    made = orders_made(seen.dataset)
    if made is None:
        return money
    frame = seen.terms.frame
    rows = row_of(frame, made)
    bucket = seen.calendar.index_of(made["ordered_on"].to_numpy().astype("datetime64[D]"))
    kept = (rows >= 0) & (bucket >= 0) & (bucket < seen.calendar.count)
    rows, bucket = rows[kept], bucket[kept]
    known = pd.DataFrame(
        {
            "supplier": frame["supplier"].to_numpy()[rows],
            "location": frame["location"].to_numpy()[rows],
            "day": made["ordered_on"].to_numpy()[kept],
        }
    )
    lines = known.groupby(["supplier", "location", "day"])["day"].transform("size").to_numpy()
    np.add.at(money, (rows, bucket), prices.line[rows] + prices.order[rows] / lines)
    return money


def prices_at(situation: Situation, shortage: Floats, series: pd.DataFrame) -> Prices:
    """The prices of `series` (sku, location) as a situation knew them; NaN: it knew no such.

    `shortage`: money per unit short of the situation's series.
    """
    frame = situation.terms.frame
    rows = row_of(frame, series)

    def of(values: Floats) -> Floats:
        return np.where(rows >= 0, np.asarray(values, dtype=np.float64)[rows], np.nan)

    return Prices(
        holding=of(frame["holding_cost_per_day"].to_numpy(np.float64)),
        shortage=of(shortage),
        line=of(frame["line_cost"].to_numpy(np.float64)),
        order=of(frame["order_cost"].to_numpy(np.float64)),
        unit=of(frame["unit_cost"].to_numpy(np.float64)),
    )
