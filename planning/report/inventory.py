"""`inventory.csv`: every sku at every location."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.kpis.abc import abc
from domain.kpis.xyz import xyz
from domain.outputs import AGEING, INVENTORY, ON_TRIAL
from domain.periods import DAYS_PER_YEAR
from planning.expected_waste import ages, waste_cost
from planning.plan import Decision
from planning.report.reasons import amount, days
from planning.situation import Situation
from planning.trial import arms, reordered

OWN_REASONS = (
    "minimum order quantity", "order cost", "line cost", "change cost", "order multiple",
    "price break",
)  # fmt: skip
"""What may bind a line that is no shared limit."""


def inventory_frame(situation: Situation, decision: Decision) -> pd.DataFrame:
    """A row per series, in the order of the plan."""
    terms, outlook, solution = situation.terms.frame, decision.outlook, decision.solution
    cost = terms["unit_cost"].to_numpy()
    position = outlook.on_hand + outlook.on_order - situation.stock.backordered
    frame = pd.DataFrame(
        {
            **{name: terms[name] for name in ("sku", "location", "description", "category")},
            **{name: terms[name] for name in ("supplier", "planned", "unit_cost")},
            "on_hand": outlook.on_hand,
            "on_order": outlook.on_order,
            "backordered": situation.stock.backordered,
            "inventory_position": position,
            "quantity": solution.quantity[:, 0] * situation.cycles.orders_today,
            "protection_days": outlook.protection_days,
            "lead_time_demand": outlook.lead_time_demand.round(4),
            "safety_stock": outlook.safety_stock.round(4),
            "order_up_to_level": solution.order_up_to_level.round(6),
            "target_level": outlook.target_level.round(6),
            "days_of_cover": outlook.cover.round(1),
            "days_of_cover_with_orders": outlook.cover_with_orders.round(1),
            "demand_class": situation.forecast.diagnostics["demand_class"].to_numpy(),
            "abc": abc(situation.sold_in_last(int(DAYS_PER_YEAR)) * cost),
            "xyz": xyz(situation.monthly_demand()),
            "slow_moving_units": outlook.slow_moving_units.round(4),
            "slow_moving_value": (outlook.slow_moving_units * cost).round(4),
            "excess_units": outlook.excess_units.round(4),
            "excess_value": (outlook.excess_units * cost).round(4),
            "expected_waste_units": outlook.expected_waste.round(4),
            "expected_waste_value": (outlook.expected_waste * waste_cost(situation)).round(4),
            "stockout_probability": outlook.stockout_probability.round(4),
            "stock_value": (np.maximum(outlook.on_hand, 0.0) * cost).round(4),
            "fallback": situation.forecast.diagnostics["fallback"].to_numpy(),
        }
    )
    frame["arm"] = arms(situation)
    frame["reason_not_ordered"] = reasons_not_ordered(situation, decision)
    left_out = [] if ages(situation) else list(AGEING)
    left_out += [] if situation.trial is not None else ON_TRIAL
    return frame[[name for name in INVENTORY.names if name not in left_out]]


def reasons_not_ordered(situation: Situation, decision: Decision) -> list[str]:
    """Why a series is not ordered today, in a sentence; blank where it is."""
    cycles, solution, outlook = situation.cycles, decision.solution, decision.outlook
    planned = situation.terms.frame["planned"].to_numpy()
    position = outlook.on_hand + outlook.on_order - situation.stock.backordered
    level = solution.order_up_to_level
    next_day = situation.date(cycles.order_day[:, 0])
    theirs = reordered(situation)
    told: list[str] = []
    for row in range(situation.series):
        if solution.quantity[row, 0] > 0 and cycles.orders_today[row]:
            told.append("")
        elif planned[row] == "no":
            told.append("The items table says not to plan it.")
        elif planned[row] == "on_order":
            told.append("It is bought on order only, and no customer waits for more of it.")
        elif not cycles.orders_today[row]:
            told.append(f"The supplier takes no orders today; the next chance is {next_day[row]}.")
        elif theirs[row]:
            would = amount(solution.wanted[row])
            told.append(f"The policy on trial orders nothing; the plan itself would want {would}.")
        elif not outlook.wanted_later[row]:
            told.append("No demand is expected after an order could be here.")
        elif level[row] <= 0:
            told.append(f"No demand is expected in the next {days(outlook.protection_days[row])}.")
        elif position[row] >= level[row]:
            told.append(
                f"{amount(position[row])} on hand and on order reach the level of"
                f" {amount(level[row])} for the next {days(outlook.protection_days[row])}."
            )
        else:
            told.append(
                _too_dear(
                    solution.binding[row],
                    solution.wanted[row],
                    level[row] - position[row],
                    outlook.shortage_before[row],
                )
            )
    return told


def _too_dear(binding: str, wanted: float, below: float, missed: float) -> str:
    """Why a series `below` its level is left to the next review; `missed` until it could come."""
    if wanted <= 0 and missed >= below:
        return (
            f"It is {amount(below)} below its level, but {amount(missed)} are expected to be"
            " missed before an order could be here, and nothing is ordered against those."
        )
    if wanted <= 0:
        return (
            f"It is {amount(below)} below its level, but what may stay unsold costs more than"
            " the shortage an order of today prevents."
        )
    if binding and binding not in OWN_REASONS:
        return f"{amount(wanted)} would be welcome, but {binding} leaves no room for it."
    if binding:
        return f"{amount(wanted)} would be welcome, but the {binding} makes waiting cheaper."
    return f"{amount(wanted)} would be welcome, but waiting for the next review costs less."
