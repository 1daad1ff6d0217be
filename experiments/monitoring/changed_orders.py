"""What it saved or cost that another quantity was ordered than the plan said.

An order made after a kept plan, and until the next one, is held against that plan: what item and
place had on hand and on order, with the plan's quantity and with the one that was ordered, against
demand of the protection period once that has come. Money is that of one stock for those days: each
unit too many held through them, each unit short at its shortage cost (a newsvendor; Snyder & Shen,
2nd ed., §4.3). A line that was not ordered may be ordered tomorrow: once its protection period is
over without any order of the item, it is judged as one of nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.periods import Day
from domain.terms import Floats
from experiments.monitoring.known import Seen
from experiments.monitoring.unordered import never_ordered
from experiments.orders_made import orders_made
from planning.kept_plans import KeptPlan
from planning.supply import row_of

COLUMNS = ("as_of", "sku", "location", "planned", "ordered", "demand", "saved")
SAME = 1e-6
"""Quantities nearer than this are the same."""


def changed_orders(seen: Seen) -> pd.DataFrame | None:
    """`COLUMNS`, a row per order that was another than planned, by money; None: none is recorded.

    `ordered`: units, 0 of a line that was never ordered; `demand`: units of the protection period;
    `saved`: money, below 0 where the change cost.
    """
    made = orders_made(seen.dataset)
    newest = {plan.as_of: plan for plan in seen.plans}  # of one day the one that was made last
    if made is None or not newest:
        return None
    days = sorted(newest)
    found = [
        _of_plan(seen, newest[day], _between(made, day, until))
        for day, until in zip(days, [*days[1:], seen.calendar.as_of], strict=True)
    ]
    plans = [newest[day] for day in days]
    found += [
        _judged(seen, plan, lines.assign(ordered=0.0))
        for plan, lines in never_ordered(seen, plans, made)
    ]
    frame = pd.concat(found, ignore_index=True)
    by_money = frame["saved"].abs().to_numpy().argsort(kind="stable")[::-1]
    return frame.iloc[by_money].reset_index(drop=True)


def _between(made: pd.DataFrame, day: Day, until: Day) -> pd.DataFrame:
    """Units ordered after a day and until another, by sku and location."""
    on = made["ordered_on"].to_numpy().astype("datetime64[D]")
    part = made[(on > day) & (on <= until)]
    return part.groupby(["sku", "location"], as_index=False, sort=True)["quantity"].sum()


def _of_plan(seen: Seen, plan: KeptPlan, made: pd.DataFrame) -> pd.DataFrame:
    """Orders that differ from one plan's."""
    lines = plan.lines().astype({"sku": str, "location": str})
    both = lines.merge(made.rename(columns={"quantity": "ordered"}), on=["sku", "location"])
    return _judged(seen, plan, both)


def _judged(seen: Seen, plan: KeptPlan, both: pd.DataFrame) -> pd.DataFrame:
    """Lines of a plan and what was `ordered`, where that differs and all demand has come."""
    both = both[(both["quantity"] - both["ordered"]).abs() > SAME].reset_index(drop=True)
    both["demand"] = _came(seen, plan, both)
    both = both[np.isfinite(both["demand"])].reset_index(drop=True)
    there = (both["on_hand"] + both["on_order"]).to_numpy(np.float64)
    saved = _cost(both, there + both["quantity"]) - _cost(both, there + both["ordered"])
    return pd.DataFrame(
        {
            "as_of": np.full(len(both), str(plan.as_of)),
            "sku": both["sku"],
            "location": both["location"],
            "planned": both["quantity"].astype(np.float64),
            "ordered": both["ordered"].astype(np.float64),
            "demand": both["demand"],
            "saved": saved,
        }
    )


def _cost(lines: pd.DataFrame, supply: pd.Series) -> Floats:
    """Money of each line with so many units for its protection period."""
    left = (supply - lines["demand"]).to_numpy(np.float64)
    days = lines["protection_days"].to_numpy(np.float64)
    held = lines["holding_cost_per_day"].to_numpy(np.float64) * days
    short = lines["shortage_cost"].to_numpy(np.float64)
    return np.asarray(np.where(left > 0, left * held, -left * short))


def _came(seen: Seen, plan: KeptPlan, lines: pd.DataFrame) -> Floats:
    """Demand of each line's protection period; NaN where it is not over, or not known."""
    origin = int(seen.calendar.index_of(plan.as_of))
    rows = row_of(seen.terms.frame, lines)
    days = lines["protection_days"].to_numpy(np.int64)
    last = seen.calendar.index_of(plan.as_of + days.astype("timedelta64[D]"))
    out = np.full(len(lines), np.nan)
    for place, (row, until) in enumerate(zip(rows, last, strict=True)):
        over = row >= 0 and origin >= 0 and until < seen.calendar.count
        if over and seen.calendar.end_of(np.array([until]))[0] <= seen.calendar.as_of:
            out[place] = float(seen.demand[row, origin + 1 : until + 1].sum())
    return out
