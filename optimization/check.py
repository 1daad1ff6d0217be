"""Judges a finished plan in pandas, without the solver: every limit, every multiple, every balance.

Nothing here reads a `Problem` or a `Solution`; it sees what a planner would see. The plan has a
row per sku-location and decision, with 0 where nothing is ordered:

    sku, location, decision (1, 2 …), order_day, arrival_day (days from `as_of`), quantity,
    supply_before, supply_after (units, without what arrives by itself between decisions)

and the terms a row per sku-location:

    sku, location, planned (stock / on_order / no), minimum, multiple, lead_time_days,
    order_weekdays (bit 0 = Monday), supply (units at the first decision)
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimization.constraints import order_multiple, order_size, supply_balance
from optimization.constraints.violation import TOLERANCE, Violation, room, violations_of

KEY = ["sku", "location"]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def check_plan(
    plan: pd.DataFrame, terms: pd.DataFrame, closed: pd.DataFrame, first_weekday: int
) -> list[Violation]:
    """Everything wrong with a plan's lines; empty where nothing is.

    `closed`: sku, location, day, on which no orders are taken. `first_weekday`: of `as_of`,
    Monday = 0.
    """
    joined = plan.merge(terms, on=KEY, how="left", validate="many_to_one", indicator="known")
    unknown = joined[joined["known"] == "left_only"]
    joined = joined[joined["known"] == "both"]
    return [
        *violations_of(
            "terms", unknown, ("no terms are known for it" for _ in range(len(unknown)))
        ),
        *_repeated(joined),
        *order_size.violations(joined),
        *order_multiple.violations(joined),
        *supply_balance.violations(joined),
        *_start(joined),
        *_order_days(joined, closed, first_weekday),
        *_lead_times(joined),
        *_planned(joined),
    ]


def check_total(
    costs: pd.DataFrame, order_costs: float, objective: float, bound: float
) -> list[Violation]:
    """Whether what the plan costs is the sum of its parts, and not below its own bound.

    `costs`: sku, location, cost (money), a row per sku-location.
    """
    total = float(costs["cost"].sum()) + order_costs
    found = []
    slack = TOLERANCE * max(abs(objective), 1.0)
    if not abs(total - objective) <= slack:
        sentence = f"the parts cost {total:g}, the plan says {objective:g}"
        found.append(Violation("cost total", "", "", 0, sentence))
    if not bound <= objective + slack:
        sentence = f"the plan costs {objective:g}, less than its own bound of {bound:g}"
        found.append(Violation("bound", "", "", 0, sentence))
    return found


def _repeated(plan: pd.DataFrame) -> list[Violation]:
    """One line for each sku-location and decision."""
    twice = plan[plan.duplicated([*KEY, "decision"])]
    return violations_of("lines", twice, ("it has two lines" for _ in range(len(twice))))


def _start(plan: pd.DataFrame) -> list[Violation]:
    """The first decision starts from the supply there is."""
    first = plan.loc[plan.groupby(KEY, sort=False)["decision"].idxmin()]
    off = first[~((first["supply_before"] - first["supply"]).abs() <= room(first["supply"]))]
    return violations_of(
        "supply balance",
        off,
        (
            f"starts from {line.supply_before:g}, but there is {line.supply:g}"
            for line in off.itertuples()
        ),
    )


def _order_days(plan: pd.DataFrame, closed: pd.DataFrame, first_weekday: int) -> list[Violation]:
    """Orders only on days on which the supplier takes them."""
    ordered = plan[plan["quantity"] > 0]
    weekday = (first_weekday + ordered["order_day"]) % 7
    weekdays = ordered["order_weekdays"].to_numpy(dtype=np.int64)
    takes = np.right_shift(weekdays, weekday.to_numpy(dtype=np.int64)) & 1
    wrong = ordered[takes == 0]
    keys = pd.MultiIndex.from_frame(ordered[[*KEY, "order_day"]])
    shut = ordered[keys.isin(pd.MultiIndex.from_frame(closed[[*KEY, "day"]]))]
    return [
        *violations_of(
            "order day",
            wrong,
            (
                f"no orders are taken on a {WEEKDAYS[(first_weekday + line.order_day) % 7]}"
                for line in wrong.itertuples()
            ),
        ),
        *violations_of("order day", shut, (f"closed on day {day}" for day in shut["order_day"])),
    ]


def _lead_times(plan: pd.DataFrame) -> list[Violation]:
    """Goods are on the shelf at the opening of order day + lead time + 1, never before."""
    early = plan[plan["arrival_day"] < plan["order_day"] + plan["lead_time_days"] + 1]
    return violations_of(
        "lead time",
        early,
        (
            f"ordered on day {line.order_day} with a lead time of {line.lead_time_days} days, "
            f"it cannot be there on day {line.arrival_day}"
            for line in early.itertuples()
        ),
    )


def _planned(plan: pd.DataFrame) -> list[Violation]:
    """Nothing is ordered of what the items table says not to plan."""
    wrong = plan[(plan["planned"] == "no") & (plan["quantity"] > 0)]
    return violations_of("planned", wrong, ("it is not to be planned" for _ in range(len(wrong))))
