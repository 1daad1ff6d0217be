"""`restock stress`, top to bottom: the plan that is given, its price, and each scenario's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.errors import DataError, PlanError
from domain.terms import Floats
from planning.as_of import AS_OF
from planning.forecasts import known_at
from planning.pipeline import look
from planning.situation import Situation
from planning.steps import Steps
from planning.stress.compare import Outcome, Plain, compare, price_plainly
from planning.stress.given_plan import (
    GivenPlan,
    ordered_today,
    other_data,
    read_plan,
    refuse_other_data,
)
from planning.stress.scenarios import Scenario, Spared


@dataclass(frozen=True)
class Trial:
    """One scenario tried on the plan."""

    scenario: Scenario
    what: str  # what is taken to happen; where nothing could be struck, why
    outcome: Outcome | None  # None: nothing could be struck


@dataclass(frozen=True)
class Stress:
    """A plan under every scenario that was asked for."""

    plan: GivenPlan
    situation: Situation
    ordered: Floats  # S, units ordered today
    plain: Plain
    trials: Mapping[str, Trial]  # by the text that names the scenario


def stress_plan(
    path: Path, folder: Path, scenarios: Mapping[str, Scenario], steps: Steps
) -> Stress:
    """Try scenarios on the plan in `folder`, made from the dataset at `path`.

    `as_of` and settings are those the plan was made with. Raises NotFoundError, DataError or
    ConflictError where there is no plan, or one of other data.
    """
    with steps.step("read the plan"):
        plan = read_plan(folder)
    try:
        dataset, calendar = known_at(path, plan.as_of, None, plan.settings, steps)
    except DataError as error:
        if error.where == AS_OF:  # the plan's day is none of this dataset's
            raise other_data(plan) from error
        raise
    with steps.step("identify"):
        refuse_other_data(plan, dataset, calendar.as_of)
    situation = look(path.resolve().stem, dataset, calendar, steps, plan.used)
    return stress(plan, situation, ordered_today(plan, situation), scenarios, steps)


def stress(
    plan: GivenPlan,
    situation: Situation,
    ordered: Floats,
    scenarios: Mapping[str, Scenario],
    steps: Steps,
) -> Stress:
    """Try scenarios on a situation and the units (S) that are ordered today."""
    if not situation.planned_for_stock.any():
        raise PlanError(
            "no item is kept in stock, so there is nothing to stress",
            "items, column planned",
            "Plan at least one item for stock.",
        )
    with steps.step("price the plan") as advance:
        plain = price_plainly(situation, ordered, advance)
    trials = {
        name: _tried(name, scenario, situation, ordered, plain, steps)
        for name, scenario in scenarios.items()
    }
    return Stress(plan, situation, ordered, plain, trials)


def _tried(
    name: str,
    scenario: Scenario,
    situation: Situation,
    ordered: Floats,
    plain: Plain,
    steps: Steps,
) -> Trial:
    """One scenario's trial."""
    with steps.step(name) as advance:
        struck = scenario.strike(situation, ordered)
        if isinstance(struck, Spared):
            return Trial(scenario, struck.why, None)
        return Trial(scenario, struck.what, compare(situation, struck, ordered, plain, advance))
