"""Days of cover: how long stock lasts by the forecast."""

from __future__ import annotations

import numpy as np

from domain.kpis import KPIS, Kpi
from domain.terms import Floats

LONGEST_DAYS = 3650.0
"""Ten years: a longer cover, or stock that no demand is expected for, is shown as this."""


def days_of_cover(on_hand: Floats, expected_demand: Floats, bucket_days: Floats) -> Floats:
    """Days until expected demand has used up each series' stock, nothing else arriving.

    Formula: the first day d with Σ demand up to d ≥ on_hand, demand being even within a bucket;
    beyond the last bucket demand carries on at the mean rate of all buckets; at most 3650 days,
    which also stands for stock without any expected demand. Without stock 0.
    Window: ahead from `as_of`, as long as the forecast reaches, then carried on.
    Unit: days.
    Source: DESIGN §7. With on hand + on order as `on_hand` it is the cover with orders.

    `on_hand`: units [S]; `expected_demand`: mean units [S × H]; `bucket_days`: days [H].

    >>> days_of_cover(np.array([10.0, 30.0, 0.0]), np.full((3, 2), 7.0), np.array([7.0, 7.0]))
    array([10., 30.,  0.])
    """
    stock = np.maximum(np.asarray(on_hand, dtype=np.float64), 0.0)
    demand = np.asarray(expected_demand, dtype=np.float64)
    days = np.asarray(bucket_days, dtype=np.float64)
    if demand.shape[1] == 0:
        return np.full(stock.size, LONGEST_DAYS) * (stock > 0)
    summed = np.cumsum(demand, axis=1)
    ends = np.cumsum(days)
    bucket = np.minimum((summed < stock[:, None]).sum(axis=1), days.size - 1)
    row = np.arange(stock.size)
    left = stock - (summed[row, bucket] - demand[row, bucket])
    part = np.minimum(_ratio(left, demand[row, bucket]), 1.0)
    inside = ends[bucket] - days[bucket] + part * days[bucket]
    more = np.minimum(_ratio(stock - summed[:, -1], summed[:, -1]), LONGEST_DAYS)
    cover: Floats = np.where(stock > summed[:, -1], ends[-1] * (1.0 + more), inside)
    cover[cover > LONGEST_DAYS] = LONGEST_DAYS
    cover[stock <= 0] = 0.0
    return cover


def _ratio(units: Floats, rate: Floats) -> Floats:
    """units / rate, infinite where nothing is used."""
    forever = np.full(units.shape, np.inf)
    with np.errstate(over="ignore"):
        np.divide(units, rate, out=forever, where=rate > 0)
    return forever


KPIS.register("days_of_cover")(
    Kpi(
        "Days of cover",
        "days",
        "",
        "days until expected demand has used up what is on hand",
        days_of_cover,
    )
)
