"""Cost and service against cash: the plan solved again with less and less money for orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from domain.errors import DataError
from domain.kpis.abc import abc
from domain.kpis.fill_rate import fill_rate
from domain.outputs_frontier import FRONTIER
from domain.periods import DAYS_PER_YEAR
from domain.settings import BudgetSetting
from domain.terms import Floats
from planning.decision import decide, decide_together, ready_portions
from planning.forecasts import known_at
from planning.frontier_page import render_page
from planning.limits import limits_of
from planning.pipeline import look
from planning.plan import Decision
from planning.report.write import write_csv
from planning.situation import Situation
from planning.steps import Steps
from planning.whole_files import ResultFolder

SHARES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5)
"""Budgets tried, over what is spent without one."""
NAME = "frontier"
FRONTIER_FOLDER = ResultFolder("frontier", ("frontier.csv", "frontier.html"))
DIGITS = 6


@dataclass(frozen=True)
class Frontier:
    """Rows of FRONTIER, the largest budget of a group first, and what they are of."""

    table: pd.DataFrame
    dataset: str
    as_of: str
    currency: str


def frontier(
    path: Path,
    as_of: date | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
) -> Frontier:
    """The plan solved with less and less money; each solve searches on from the one before."""
    dataset, calendar = known_at(path, as_of, settings_file, overrides, steps)
    situation = look(path.resolve().stem, dataset, calendar, steps)
    if not situation.terms.costs_known:
        raise DataError("no unit cost is known", str(path), "Give unit_cost in items.")
    with steps.step("solve") as advance:
        free = decide(situation, lambda _: None)
        spend = float(_order_values(situation, free).sum())
        ready, near, frames = ready_portions(situation), None, []
        for place, share in enumerate(SHARES, 1):
            limited = with_budget(situation, share * spend)
            decision = decide_together(limited, limits_of(limited), lambda _: None, ready, near)
            near = decision.limits
            frames.append(_rows(situation, decision, share, share * spend))
            advance(place / len(SHARES))
    table = pd.concat(frames, ignore_index=True)[list(FRONTIER.names)]
    currency = str(situation.terms.frame["currency"].iloc[0])
    return Frontier(table, situation.name, str(situation.as_of), currency)


def write_frontier(found: Frontier, out: Path) -> None:
    """The table and its page in a folder of their own."""

    def fill(draft: Path) -> None:
        write_csv(found.table, draft / "frontier.csv")
        page = render_page(found.table, found.dataset, found.as_of, found.currency)
        (draft / "frontier.html").write_text(page, encoding="utf-8")

    FRONTIER_FOLDER.write(out, fill)


def with_budget(situation: Situation, amount: float) -> Situation:
    """The situation with so much money for all orders of the plan, beside limits it has."""
    last = situation.date(int(situation.cycles.order_day.max(initial=0)))
    settings = situation.dataset.settings
    first = situation.date(0).item()
    budget = BudgetSetting(amount=amount, starts_on=first, ends_on=last.item(), name=NAME)
    changed = settings.model_copy(update={"budget": (*settings.budget, budget)})
    return replace(situation, dataset=replace(situation.dataset, settings=changed))


def _order_values(situation: Situation, decision: Decision) -> Floats:
    """All orders of the plan at cost, money, S."""
    cost = situation.terms.frame["unit_cost"].to_numpy(dtype=np.float64)
    return np.asarray(decision.solution.quantity.sum(axis=1) * cost)


def _rows(situation: Situation, decision: Decision, share: float, budget: float) -> pd.DataFrame:
    """The rows of one budget."""
    cost = situation.terms.frame["unit_cost"].to_numpy(dtype=np.float64)
    outlook = decision.outlook
    classes = abc(situation.sold_in_last(int(DAYS_PER_YEAR)) * cost)
    kept = decision.limits
    value = 0.0
    if kept is not None:
        value = max(
            float(worth)
            for row, worth in zip(kept.rows, kept.marginal_value, strict=True)
            if row.limit.startswith(NAME)
        )
    found = []
    for group in ("all", *sorted({str(name) for name in classes})):
        mine = np.ones(situation.series, dtype=np.bool_) if group == "all" else classes == group
        served = fill_rate(outlook.horizon_demand[mine], outlook.horizon_shortage[mine])
        found.append(
            {
                "group": group,
                "budget_share": share,
                "budget": round(budget, DIGITS),
                "order_value": round(float(_order_values(situation, decision)[mine].sum()), DIGITS),
                "expected_cost": round(float(decision.solution.cost[mine].sum()), DIGITS),
                "fill_rate": served,
                "average_stock_value": round(float((outlook.average_stock * cost)[mine].sum()), 4),
                "marginal_value": round(value, DIGITS),
            }
        )
    return pd.DataFrame(found)
