"""What many paths add up to: each measure's mean, and where eight paths in ten lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from domain.kpis.fill_rate import fill_rate
from domain.kpis.slow_moving_rate import slow_moving_rate
from domain.kpis.stockout_rate import stockout_rate
from domain.kpis.turnover import turnover
from domain.periods import Days
from domain.terms import Floats
from planning.simulation.walk import (
    DEMAND,
    EMPTY,
    HOLDING,
    SERVED_VALUE,
    SHORTAGE,
    SPENT,
    STOCK_VALUE,
    UNSERVED,
    UNSERVED_VALUE,
)

LEVELS = (0.1, 0.5, 0.9)
"""Quantiles over paths."""
MEASURED = {
    "fill_rate": "share",
    "stockout_rate": "share",
    "turnover": "per year",
    "demand_units": "units",
    "unserved_units": "units",
    "unserved_value": "money",
    "average_stock_value": "money",
    "end_stock_value": "money",
    "order_value": "money",
    "slow_moving_value": "money",
    "slow_moving_rate": "share",
    "holding_cost": "money",
    "shortage_cost": "money",
}
"""Every measure of a scenario and its unit."""


@dataclass(frozen=True)
class Spread:
    """A measure over paths."""

    mean: float
    quantiles: tuple[float, ...]  # at LEVELS


@dataclass(frozen=True)
class Band:
    """A measure by bucket, over paths."""

    mean: Floats  # T
    quantiles: Floats  # T × LEVELS


@dataclass(frozen=True)
class Scenario:
    """What comes of a way to order."""

    measures: Mapping[str, Spread | None]  # by the names of MEASURED; None: cannot be known
    stock_value: Band  # money at cost, at the end of each bucket
    spent: Band  # money of all orders placed so far, on the day they are placed


@dataclass(frozen=True)
class Projection:
    """What a plan would bring, over `paths` ways in which demand may come."""

    paths: int
    thinned: bool  # fewer paths than usual, for the number of series and buckets
    error_correlation: float  # of two series' forecast errors
    days: Days  # T, last day of each bucket
    with_plan: Scenario
    without: Scenario  # nothing is ordered, today or later
    facts: Floats  # 2 × S × FACTS of `walk`: with the plan, without it


def scenario(
    course: Floats, sums: Floats, slow: Floats, days: Floats, planned_days: float
) -> Scenario:
    """From what a walk added up: COURSES × T × P, SUMS × P and P; `days` T, of each bucket."""
    found = _by_path(course, sums, slow, days, planned_days)
    return Scenario(
        measures={name: _spread(values) for name, values in found.items()},
        stock_value=_band(course[STOCK_VALUE]),
        spent=_band(np.cumsum(course[SPENT], axis=0)),
    )


def _by_path(
    course: Floats, sums: Floats, slow: Floats, days: Floats, planned_days: float
) -> dict[str, list[float | None]]:
    """Every measure of every path, by the KPI's own function where there is one."""
    horizon, end = float(days.sum()), course[STOCK_VALUE, -1]
    average = (course[STOCK_VALUE] * days[:, None]).sum(axis=0) / horizon
    spent = course[SPENT].sum(axis=0)
    planned = np.array([planned_days])
    found: dict[str, list[float | None]] = {name: [] for name in MEASURED}
    for p in range(slow.size):
        now = sums[:, p]
        values = {
            "fill_rate": fill_rate(now[DEMAND], now[UNSERVED]),
            "stockout_rate": stockout_rate(now[EMPTY], planned),
            "turnover": turnover(float(now[SERVED_VALUE]), float(average[p]), horizon),
            "demand_units": float(now[DEMAND]),
            "unserved_units": float(now[UNSERVED]),
            "unserved_value": float(now[UNSERVED_VALUE]),
            "average_stock_value": float(average[p]),
            "end_stock_value": float(end[p]),
            "order_value": float(spent[p]),
            "slow_moving_value": float(slow[p]),
            "slow_moving_rate": slow_moving_rate(slow[p], end[p]),
            "holding_cost": float(now[HOLDING]),
            "shortage_cost": float(now[SHORTAGE]),
        }
        for name, value in values.items():
            found[name].append(value)
    return found


def _spread(values: list[float | None]) -> Spread | None:
    """Mean and quantiles over the paths on which the measure is known; None where on none is."""
    known = np.array([value for value in values if value is not None])
    if not known.size:
        return None
    quantiles = np.quantile(known, LEVELS)
    return Spread(float(known.mean()), tuple(float(value) for value in quantiles))


def _band(values: Floats) -> Band:
    return Band(values.mean(axis=1), np.quantile(values, LEVELS, axis=1).T)
