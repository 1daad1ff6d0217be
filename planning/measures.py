"""The measures of a plan (DESIGN §7), now and with the plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.kpis import KPIS
from domain.kpis.cycle_service_level import cycle_service_level
from domain.kpis.days_of_inventory import days_of_inventory
from domain.kpis.dead import dead
from domain.kpis.gmroi import gmroi
from domain.kpis.moving_rate import moving_rate
from domain.kpis.non_moving import non_moving
from domain.kpis.slow_moving_rate import slow_moving_rate
from domain.kpis.slow_moving_sku_rate import slow_moving_sku_rate
from domain.kpis.stock_to_sales import stock_to_sales
from domain.kpis.stockout_rate import stockout_rate
from domain.kpis.turnover import turnover
from domain.periods import DAYS_PER_YEAR
from domain.terms import Floats
from planning.plan import Decision
from planning.simulation.totals import Projection
from planning.situation import Situation

RECENT_WINDOW_DAYS = 90
SHOWN = (
    "fill_rate",
    "cycle_service_level",
    "stockout_rate",
    "turnover",
    "days_of_inventory",
    "stock_to_sales",
    "slow_moving_rate",
    "slow_moving_sku_rate",
    "non_moving",
    "dead",
    "moving_rate",
    "gmroi",
)
"""The measures of a plan in the order people ask for them: service, stock, what does not move."""


@dataclass(frozen=True)
class Measure:
    """A measure now and with the plan; None where it cannot be known."""

    name: str
    title: str
    unit: str
    better: str
    meaning: str
    now: float | None
    projected: float | None


def measures(
    situation: Situation, decision: Decision, projection: Projection
) -> tuple[Measure, ...]:
    """The KPI table of a plan. Without a stock table what needs stock is None today."""
    now, then = _now(situation, decision), _projected(situation, decision, projection)
    found: list[Measure] = []
    for name in SHOWN:
        kpi = KPIS.get(name)
        before, after = now.get(name), then.get(name)
        words = (kpi.title, kpi.unit, kpi.better, kpi.meaning)
        found.append(Measure(name, *words, before, after))
    value = None
    if situation.stock.there:
        value = float((np.maximum(situation.stock.usable, 0.0) * _cost(situation)).sum())
    projected = simulated(projection, "average_stock_value")
    meaning = "stock on hand at cost; with the plan: expected, averaged over its days"
    first = Measure("inventory_value", "Stock value", "money", "less", meaning, value, projected)
    return (first, *found)


def _cost(situation: Situation) -> Floats:
    return situation.terms.frame["unit_cost"].to_numpy()


def _now(situation: Situation, decision: Decision) -> dict[str, float | None]:
    """From sales of the last year (or of all history, where shorter) and stock as counted."""
    frame, cost = situation.terms.frame, _cost(situation)
    history = float((situation.as_of - situation.calendar.first).astype(np.int64)) + 1.0
    window = min(DAYS_PER_YEAR, history)
    sold = situation.sold_in_last(int(window))
    goods = float((sold * cost).sum())
    if not situation.stock.there:
        return {}
    on_hand = np.maximum(situation.stock.usable, 0.0)
    stock_value = on_hand * cost
    value = float(stock_value.sum())
    idle = situation.days_without_demand()
    product = situation.panel.product
    stocked = frame["planned"].to_numpy() == "stock"
    price = frame["unit_price"].to_numpy() / (1.0 + situation.dataset.settings.price_tax_rate)
    priced = bool(np.isfinite(price[sold > 0]).all()) and situation.terms.costs_known
    revenue = float(np.nansum(sold * price)) if priced else None
    recent = situation.sold_in_last(RECENT_WINDOW_DAYS)
    slow = decision.outlook.slow_moving_units
    return {
        "turnover": turnover(goods, value, window),
        "days_of_inventory": days_of_inventory(goods, value, window),
        "stock_to_sales": stock_to_sales(value, goods, window),
        "gmroi": gmroi(revenue, goods, value, window),
        "stockout_rate": stockout_rate(
            (on_hand[stocked] <= 0).astype(np.float64), np.ones(int(stocked.sum()))
        ),
        "moving_rate": moving_rate(product, recent, on_hand),
        "non_moving": non_moving(idle, stock_value, history),
        "dead": dead(idle, stock_value, history),
        "slow_moving_rate": slow_moving_rate(slow * cost, stock_value),
        "slow_moving_sku_rate": slow_moving_sku_rate(product, slow, on_hand),
    }


def simulated(projection: Projection, name: str) -> float | None:
    """The mean of a simulated measure, with the plan."""
    spread = projection.with_plan.measures[name]
    return None if spread is None else spread.mean


def _projected(
    situation: Situation, decision: Decision, projection: Projection
) -> dict[str, float | None]:
    """Simulated over the horizon of the plan; what is not simulated, from the forecast."""
    outlook = decision.outlook
    stocked = situation.terms.frame["planned"].to_numpy() == "stock"
    turns = simulated(projection, "turnover")
    # Sales at cost of a year, for a stock worth 1.
    goods = 0.0 if turns is None else turns
    return {
        "turnover": turns,
        "days_of_inventory": days_of_inventory(goods, 1.0, DAYS_PER_YEAR),
        "stock_to_sales": stock_to_sales(1.0, goods, DAYS_PER_YEAR),
        "fill_rate": simulated(projection, "fill_rate"),
        "stockout_rate": simulated(projection, "stockout_rate"),
        "cycle_service_level": cycle_service_level(outlook.short_cycle_probability[stocked]),
        "slow_moving_rate": simulated(projection, "slow_moving_rate"),
        "slow_moving_sku_rate": slow_moving_sku_rate(
            situation.panel.product, outlook.late_slow_units, outlook.end_stock
        ),
    }
