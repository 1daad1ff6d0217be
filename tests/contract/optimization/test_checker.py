"""The checker never saw the solver: it passes sound plans and objects to each corruption."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from domain.settings import Settings
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.check import check_plan, check_total
from optimization.solve import prepare, solve_prepared

MONDAY = 0
NO_CLOSURES = pd.DataFrame({"sku": [], "location": [], "day": pd.Series([], dtype="int64")})


def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The plan and terms of twenty solved series, as a planner would see them."""
    shape = Shape(20, cycles=3, minimum=1.0, multiple=0.3)
    problem = prepare(random_problem(shape, 5), Settings())
    quantity = solve_prepared(problem).quantity
    series, cycles = quantity.shape
    after = problem.supply[:, :1, 0] + np.cumsum(quantity, axis=1)
    names = [f"sku-{i:02d}" for i in range(series)]
    plan = pd.DataFrame(
        {
            "sku": np.repeat(names, cycles),
            "location": "main",
            "decision": np.tile(np.arange(1, cycles + 1), series),
            "order_day": problem.cycles.order_day.ravel(),
            "arrival_day": problem.cycles.arrival_day.ravel(),
            "quantity": quantity.ravel(),
            "supply_before": (after - quantity).ravel(),
            "supply_after": after.ravel(),
        }
    )
    terms = pd.DataFrame(
        {
            "sku": names,
            "location": "main",
            "planned": "stock",
            "minimum": problem.minimum,
            "multiple": problem.multiple,
            "lead_time_days": problem.cycles.arrival_day[:, 0] - 1,
            "order_weekdays": 0b0000001,
            "supply": problem.supply[:, 0, 0],
        }
    )
    return plan, terms


def test_a_sound_plan_passes() -> None:
    plan, terms = frames()
    assert plan["quantity"].sum() > 0
    assert check_plan(plan, terms, NO_CLOSURES, MONDAY) == []


def ordered_line(plan: pd.DataFrame) -> int:
    return int(plan.index[plan["quantity"] > 0][0])


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("quantity", np.nan, "quantity"),
        ("quantity", np.inf, "quantity"),
        ("quantity", -1000.0, "quantity"),
        ("quantity", 1e-3, "minimum order quantity"),
        ("quantity", 1000.5, "order multiple"),
        ("supply_after", 1e9, "supply balance"),
        ("supply_before", -1e9, "supply balance"),
        ("supply_after", np.nan, "supply balance"),
        ("order_day", 1, "order day"),
        ("arrival_day", 1, "lead time"),
        ("sku", "nobody's", "terms"),
    ],
)
def test_a_corrupt_line_is_found(column: str, value: object, rule: str) -> None:
    plan, terms = frames()
    line = ordered_line(plan)
    plan.loc[line, column] = value
    found = check_plan(plan, terms, NO_CLOSURES, MONDAY)
    assert rule in {violation.rule for violation in found}
    assert all(violation.sentence for violation in found)


def test_an_order_for_what_is_not_stocked_is_found() -> None:
    plan, terms = frames()
    terms["planned"] = "no"
    assert {v.rule for v in check_plan(plan, terms, NO_CLOSURES, MONDAY)} == {"planned"}


def test_an_order_on_a_closed_day_is_found() -> None:
    plan, terms = frames()
    line = plan.loc[ordered_line(plan)]
    closed = pd.DataFrame({"sku": [line["sku"]], "location": ["main"], "day": [line["order_day"]]})
    found = check_plan(plan, terms, closed, MONDAY)
    assert [violation.sku for violation in found] == [line["sku"]]


def test_a_line_twice_is_found() -> None:
    plan, terms = frames()
    twice = pd.concat([plan, plan.iloc[:1]], ignore_index=True)
    assert "lines" in {v.rule for v in check_plan(twice, terms, NO_CLOSURES, MONDAY)}


def test_a_plan_that_starts_from_stock_there_is_not_is_found() -> None:
    plan, terms = frames()
    terms["supply"] = terms["supply"] + 5
    assert {v.rule for v in check_plan(plan, terms, NO_CLOSURES, MONDAY)} == {"supply balance"}


def test_costs_that_do_not_add_up_are_found() -> None:
    costs = pd.DataFrame({"sku": ["a", "b"], "location": "main", "cost": [3.0, 4.0]})
    assert check_total(costs, order_costs=1.0, objective=8.0, bound=7.5) == []
    assert [v.rule for v in check_total(costs, 1.0, 9.0, 7.5)] == ["cost total"]
    assert [v.rule for v in check_total(costs, 1.0, 8.0, 8.5)] == ["bound"]
    assert [v.rule for v in check_total(costs, 1.0, float("nan"), 8.0)] == ["cost total", "bound"]
