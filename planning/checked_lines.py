"""A finished plan laid out for the checker, from the tables and not from the solver's arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.periods import as_days, weekday
from domain.terms import Integers
from optimization.check import check_plan, check_total
from optimization.constraints import warehouse_stock
from optimization.constraints.violation import Violation
from planning.item_costs import numbers
from planning.moved_excess import moved_lines
from planning.plan import Decision
from planning.problem import starting_stock
from planning.shared_stock import moved_today
from planning.situation import Situation
from planning.supply import OpenOrders, current_stock, without_what_leaves
from planning.supplying_locations import paid_to_suppliers

SERIES = ["sku", "location"]


def broken_rules(situation: Situation, decision: Decision) -> list[Violation]:
    """Everything wrong with a plan; empty where nothing is."""
    lines = plan_lines(situation, decision)
    terms = checked_terms(situation)
    closed = closed_order_days(situation, lines)
    first_weekday = int(weekday(as_days(situation.as_of)))
    solution = decision.solution
    costs = terms[["sku", "location"]].assign(cost=solution.cost)
    return [
        *check_plan(lines, terms, closed, first_weekday),
        *broken_limits(situation, decision, lines),
        *broken_transfers(situation, decision),
        *check_total(costs, paid_for_orders(situation, lines), solution.objective, solution.bound),
    ]


def broken_transfers(situation: Situation, decision: Decision) -> list[Violation]:
    """More moved from a location than is there, and units made or lost on the way.

    Stock and open orders are read anew from the tables.
    """
    frame = situation.terms.frame
    excess = moved_lines(situation, decision.moves)
    moved = pd.concat([moved_today(situation, decision), excess], ignore_index=True)
    if moved.empty:
        return []
    orders = situation.open_orders.frame
    own = orders[~orders["decided"]] if "decided" in orders else orders
    counted = current_stock(situation.dataset, frame, situation.as_of)
    free = without_what_leaves(counted, OpenOrders(own), frame)
    series = frame[SERIES].assign(decision=1, on_hand=free.usable)
    planned = series.assign(
        on_hand=situation.stock.usable, coming=situation.open_orders.per_series(situation.series)
    )
    before = series.assign(coming=OpenOrders(own).per_series(situation.series))
    if decision.faster is not None and len(decision.faster):
        bought = decision.faster.groupby("series")["quantity"].sum()
        before.loc[bought.index, "coming"] += bought
    return [
        *warehouse_stock.violations(moved, series[[*SERIES, "on_hand"]]),
        *warehouse_stock.unbalanced(before, planned, excess),
    ]


def broken_limits(situation: Situation, decision: Decision, lines: pd.DataFrame) -> list[Violation]:
    """Limits that the finished plan breaks, each judged in pandas by its own kind."""
    if decision.limits is None:
        return []
    frame = situation.terms.frame
    known = frame.reindex(
        columns=["sku", "location", "supplier", "category", "unit_cost", "from_location"]
    )
    known = known.assign(volume_m3=numbers(frame, "volume_m3"), unit_cost=paid_to_suppliers(frame))
    joined = lines.merge(known, on=SERIES)
    joined = joined.merge(decision.limits.shortages, on=[*SERIES, "decision"], how="left")
    openings = decision.limits.openings
    return [
        violation
        for limit in decision.limits.limits
        for violation in limit.violations(joined, openings)
    ]


def plan_lines(situation: Situation, decision: Decision) -> pd.DataFrame:
    """A row per series and decision, in that order, with 0 where nothing is ordered."""
    cycles, quantity = situation.cycles, decision.solution.quantity
    alive = np.arange(quantity.shape[1]) < cycles.count[:, None]
    rows, decisions = np.nonzero(alive)
    frame = situation.terms.frame
    after = starting_stock(situation)[:, None] + np.cumsum(quantity, axis=1)
    return pd.DataFrame(
        {
            "sku": frame["sku"].to_numpy()[rows],
            "location": frame["location"].to_numpy()[rows],
            "decision": decisions + 1,
            "order_day": cycles.order_day[rows, decisions],
            "arrival_day": cycles.arrival_day[rows, decisions],
            "quantity": quantity[rows, decisions],
            "supply_before": (after - quantity)[rows, decisions],
            "supply_after": after[rows, decisions],
        }
    )


def checked_terms(situation: Situation) -> pd.DataFrame:
    """What the lines are held to, a row per series."""
    frame = situation.terms.frame
    return frame[["sku", "location", "planned", "lead_time_days", "order_weekdays"]].assign(
        minimum=frame["minimum_order_quantity"],
        multiple=frame["order_multiple"],
        supply=starting_stock(situation),
    )


def closed_order_days(situation: Situation, lines: pd.DataFrame) -> pd.DataFrame:
    """The lines' days on which their supplier takes no orders, from the `closures` table."""
    closures = situation.dataset.table("closures")
    keys = ["sku", "location", "day"]
    if closures is None or closures.empty:
        return pd.DataFrame({"sku": [], "location": [], "day": np.zeros(0, dtype=np.int64)})
    ordered = lines[lines["quantity"] > 0].rename(columns={"order_day": "day"})
    named = ordered[keys].merge(
        situation.terms.frame[["sku", "location", "supplier"]], on=["sku", "location"]
    )
    found = []
    for closure in closures[closures["stops"] == "orders"].itertuples():
        first, last = (_day(situation, day) for day in (closure.starts_on, closure.ends_on))
        theirs = named["day"].between(first, last)
        for column in ("supplier", "location"):
            if pd.notna(getattr(closure, column)):
                theirs &= named[column] == getattr(closure, column)
        found.append(named.loc[theirs, keys])
    return pd.concat(found) if found else named.head(0)[keys]


def _day(situation: Situation, date: pd.Timestamp) -> int:
    """Days from `as_of` to a date."""
    days = as_days(np.array([date], dtype="datetime64[D]")) - situation.as_of
    return int(days.astype(np.int64)[0])


def paid_for_orders(situation: Situation, lines: pd.DataFrame) -> float:
    """What the orders of the plan cost: one a supplier, location and day with any line."""
    frame = situation.terms.frame
    stocked: Integers = np.flatnonzero(situation.planned_for_stock)
    theirs = frame.iloc[stocked][["sku", "location", "supplier", "order_cost"]]
    ordered = lines[lines["quantity"] > 0].merge(theirs, on=["sku", "location"])
    paid = ordered.groupby(["supplier", "location", "order_day"])["order_cost"].first()
    return float(paid.sum())
