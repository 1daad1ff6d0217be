"""A plan against an earlier one: what is ordered otherwise today, and why.

What the earlier plan had for today is what it planned to order after its own day up to this
plan's; of a plan of the same day, its orders. The change is told apart by the arithmetic of an
order-up-to level, level - position: expected demand and safety stock of the protection period and
the inventory position, each as `inventory.csv` says them, and the rules that make an order of it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from domain.errors import ConflictError, NotFoundError
from domain.outputs_changes import CHANGES
from planning.plan import Plan
from planning.report.reasons import amount
from planning.situation import Situation
from planning.stress.given_plan import read_plan

KEY = ["sku", "location"]
SAME = 1e-6
"""Units that are no change."""
DIGITS = 4
CAUSES = {
    "demand_change": ("more demand is expected", "less demand is expected"),
    "safety_change": ("more is kept to be safe", "less is kept to be safe"),
    "position_change": ("less is in stock and on order", "more is in stock and on order"),
    "rule_change": (
        "packs, minimums, limits, costs or later cycles ask for more",
        "packs, minimums, limits, costs or later cycles ask for less",
    ),
}
"""Words for a cause that raises and that lowers an order."""


def changes_since(plan: Plan, previous: Path) -> pd.DataFrame:
    """A row of CHANGES for each sku and location that is ordered otherwise, by money."""
    before, inventory = _planned_for(previous, plan.situation.as_of)
    now = plan.inventory.set_index(KEY)
    quantity = plan.orders.groupby(KEY)["quantity"].sum()
    keys = now.index.union(before.index)
    had, wanted = (part.reindex(keys, fill_value=0.0) for part in (before, quantity))
    frame = pd.DataFrame({"previous_quantity": had, "quantity": wanted})
    frame["change"] = frame["quantity"] - frame["previous_quantity"]
    for name, column, sign in (
        ("demand_change", "lead_time_demand", 1.0),
        ("safety_change", "safety_stock", 1.0),
        ("position_change", "inventory_position", -1.0),
    ):
        both = now[column].reindex(keys) - inventory[column].reindex(keys)
        frame[name] = (sign * both).fillna(0.0).round(DIGITS)
    causes = list(CAUSES)
    frame["rule_change"] = frame["change"] - frame[causes[:3]].sum(axis=1)
    cost = now["unit_cost"].reindex(keys).fillna(0.0)
    frame["change_value"] = (frame["change"] * cost).round(DIGITS)
    frame["supplier"] = now["supplier"].reindex(keys).fillna("")
    frame = frame[frame["change"].abs() > SAME].reset_index(names=KEY)
    frame["sentence"] = [_sentence(line) for line in frame.itertuples(index=False)]
    frame["stake"] = -frame["change_value"].abs()
    return frame.sort_values(["stake", *KEY], ignore_index=True)[list(CHANGES.names)]


def with_planned_before(situation: Situation, previous: Path) -> Situation:
    """The situation that knows what a plan in a folder had for today; the same where changing an
    order costs nothing. Raises as `changes_since` does."""
    if situation.dataset.settings.change_cost <= 0:
        return situation
    before, inventory = _planned_for(previous, situation.as_of)
    keys = pd.MultiIndex.from_frame(situation.terms.frame[KEY])
    units = before.reindex(keys).to_numpy(dtype=np.float64)
    known = keys.isin(inventory.index) & ~keys.isin(_otherwise_ordered(situation, previous))
    return replace(situation, planned_before=np.where(known, np.nan_to_num(units), np.nan))


def _otherwise_ordered(situation: Situation, previous: Path) -> pd.MultiIndex:
    """What an earlier plan had of others than the usual suppliers: faster ones, or moved excess."""
    lines = pd.read_csv(
        previous / "orders.csv", dtype={"sku": str, "location": str}, keep_default_na=False,
        usecols=[*KEY, "supplier"],
    )  # fmt: skip
    usual = situation.terms.frame.set_index(KEY)["supplier"].fillna("")
    keys = pd.MultiIndex.from_frame(lines[KEY])
    same = usual.reindex(keys).to_numpy() == lines["supplier"].to_numpy()
    found: pd.MultiIndex = keys[~same | lines.duplicated(KEY, keep=False).to_numpy()]
    return found


def _planned_for(previous: Path, as_of: np.datetime64) -> tuple[pd.Series, pd.DataFrame]:
    """What the plan in a folder had for a day, units by sku and location, and its inventory."""
    given = read_plan(previous)
    day = np.datetime64(given.as_of)
    if day > as_of:
        raise ConflictError(
            f"the earlier plan is of {day}, after {as_of}",
            str(previous),
            "Name the folder of a plan of the same day or before.",
        )
    missing = [name for name in ("inventory.csv", "schedule.parquet")
               if not (previous / name).is_file()]  # fmt: skip
    if missing:
        raise NotFoundError(
            f"there is no whole plan: {missing[0]} is missing",
            str(previous),
            "Name a folder that `restock plan … --out` wrote.",
        )
    text = {"sku": str, "location": str}
    inventory = pd.read_csv(
        previous / "inventory.csv", dtype=text, keep_default_na=False,
        usecols=[*KEY, "lead_time_demand", "safety_stock", "inventory_position"],
    ).set_index(KEY)  # fmt: skip
    if day == as_of:
        return given.lines.groupby(KEY)["quantity"].sum(), inventory
    schedule = pd.read_parquet(previous / "schedule.parquet")
    moments = schedule["order_on"].to_numpy().astype("datetime64[D]")
    return schedule[moments <= as_of].groupby(KEY)["quantity"].sum(), inventory


def _sentence(line: Any) -> str:
    """What changed, and the causes, the largest first."""
    how = "more" if line.change > 0 else "fewer"
    causes = sorted(
        ((name, float(getattr(line, name))) for name in CAUSES), key=lambda one: -abs(one[1])
    )
    told = [
        f"{CAUSES[name][0 if units > 0 else 1]} ({units:+.3g})"
        for name, units in causes
        if abs(units) >= 0.05 * abs(line.change)
    ]
    return f"{amount(abs(line.change))} {how} than planned: {'; '.join(told)}."
