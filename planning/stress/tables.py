"""`stress.csv` and `stress.json`: what every scenario costs, by item and in all."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from domain.outputs_stress import STRESS
from domain.terms import Flags, Floats
from planning.limits import limits_left_out
from planning.report.orders import MONEY_DIGITS, UNIT_DIGITS
from planning.stress.compare import Outcome
from planning.stress.run import Stress, Trial

LEAST_MONEY = 0.005
"""Money below which a difference is rounding."""
LEAST_UNITS = 1e-5
"""Units below which an order is the same: those of a plan are written with six decimals."""
MOST_GROUPS = 10
FEWER_SALES = {"demand_down", "location_closed"}
"""Scenarios in which less is sold, however well the plan is."""
PARTS = ("holding", "shortage", "surplus", "orders")


def changed_lines(stress: Stress, outcome: Outcome) -> Flags:
    """Which of today's order lines would be others under a scenario [S]."""
    least = LEAST_UNITS + 1e-9 * stress.ordered
    return np.asarray(np.abs(outcome.quantity - stress.ordered) > least)


def stress_frame(stress: Stress) -> pd.DataFrame:
    """A row per scenario and series that costs more or less, or whose order would change.

    The scenario that costs most first, and in it the items that do.
    """
    parts = [
        _scenario_frame(stress, name, trial.outcome)
        for name, trial in by_cost(stress.trials)
        if trial.outcome is not None
    ]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in STRESS.names})
    return pd.concat(parts, ignore_index=True)[list(STRESS.names)]


def by_cost(trials: Mapping[str, Trial]) -> list[tuple[str, Trial]]:
    """Trials, the one that costs most first; those that could strike nothing last."""

    def place(entry: tuple[str, Trial]) -> tuple[bool, float, str]:
        name, trial = entry
        found = trial.outcome
        return (found is None, 0.0 if found is None else -float(found.extra.sum()), name)

    return sorted(trials.items(), key=place)


def _scenario_frame(stress: Stress, name: str, outcome: Outcome) -> pd.DataFrame:
    """The rows of one scenario."""
    extra = outcome.extra
    rows = np.flatnonzero((np.abs(extra) >= LEAST_MONEY) | changed_lines(stress, outcome))
    item = stress.situation.terms.frame.iloc[rows].reset_index(drop=True)
    frame = pd.DataFrame(
        {
            "plan_id": stress.plan.plan_id,
            "scenario": name,
            "sku": item["sku"],
            "location": item["location"],
            "description": item["description"],
            "supplier": item["supplier"],
            "currency": item["currency"],
            "cost_without": outcome.without.total[rows].round(MONEY_DIGITS),
            "extra_cost": extra[rows].round(MONEY_DIGITS),
            "extra_purchase": outcome.purchase[rows].round(MONEY_DIGITS),
            "quantity": stress.ordered[rows].round(UNIT_DIGITS),
            "quantity_under_scenario": outcome.quantity[rows].round(UNIT_DIGITS),
            "saving": outcome.saving[rows].round(MONEY_DIGITS),
        }
    )
    for part in PARTS:
        frame[f"extra_{part}"] = _more(outcome, part)[rows].round(MONEY_DIGITS)
    return frame.sort_values(
        ["extra_cost", "sku", "location"], ascending=[False, True, True], ignore_index=True
    )


def _more(outcome: Outcome, part: str) -> Floats:
    """What the scenario adds to one part of the cost, money [S]."""
    return np.asarray(getattr(outcome.kept, part) - getattr(outcome.without, part))


def summarize(stress: Stress) -> dict[str, Any]:
    """What `stress.json` holds but steps and files."""
    situation = stress.situation
    return {
        "plan_id": stress.plan.plan_id,
        "as_of": str(situation.as_of),
        "dataset": situation.name,
        "currency": str(situation.terms.frame["currency"].iloc[0]),
        "series": int(situation.planned_for_stock.sum()),
        "order_lines": int((stress.ordered > 0).sum()),
        "cost": money(stress.plain.cost.total.sum()),
        "left_out": left_out(stress),
        "scenarios": {
            name: scenario_summary(stress, trial) for name, trial in by_cost(stress.trials)
        },
    }


def left_out(stress: Stress) -> list[str]:
    """What no number counts, in sentences."""
    said = list(limits_left_out(stress.situation.dataset))
    if said:
        said.append("What other orders would save includes what keeping these limits costs.")
    struck = {name.partition(":")[0] for name, each in stress.trials.items() if each.outcome}
    if struck & FEWER_SALES:
        said.append(
            "Where demand falls or a place closes, the margin lost on what is not sold is not"
            " counted."
        )
    return said


def scenario_summary(stress: Stress, trial: Trial) -> dict[str, Any]:
    """One scenario in numbers; without an outcome, only why."""
    settings = dataclasses.asdict(trial.scenario)  # type: ignore[call-overload]
    outcome = trial.outcome
    if outcome is None:
        return {"what": trial.what, "settings": settings, "struck": 0}
    changed = changed_lines(stress, outcome)
    before, after = stress.ordered[changed], outcome.quantity[changed]
    cost = stress.situation.terms.frame["unit_cost"].to_numpy()[changed]
    return {
        "what": trial.what,
        "settings": settings,
        "struck": int(outcome.rows.size),
        "cost_without": money(outcome.without.total.sum()),
        "extra_cost": money(outcome.extra.sum()),
        **{f"extra_{part}": money(_more(outcome, part).sum()) for part in PARTS},
        "extra_purchase": money(outcome.purchase.sum()),
        "saving": money(outcome.saving.sum()),
        "changed_lines": int(changed.sum()),
        "more": int((after > before).sum()),
        "less": int((after < before).sum()),
        "order_value_change": money(((after - before) * cost).sum()),
        "suppliers": groups(stress, outcome, "supplier"),
        "locations": groups(stress, outcome, "location"),
    }


def groups(stress: Stress, outcome: Outcome, column: str) -> list[dict[str, Any]]:
    """The suppliers or locations with most extra cost: what each costs if only it is struck."""
    keys = stress.situation.terms.frame[column].iloc[outcome.rows]
    extra = pd.Series(outcome.extra[outcome.rows], index=keys.index)
    total = extra.groupby(keys).agg(["sum", "size"]).reset_index(names=column)
    worst = total.sort_values(["sum", column], ascending=[False, True]).head(MOST_GROUPS)
    return [
        {column: str(row[column]), "extra_cost": money(row["sum"]), "items": int(row["size"])}
        for row in worst.to_dict("records")
    ]


def money(value: float) -> float:
    """Money as it is written."""
    return round(float(value), MONEY_DIGITS) + 0.0
