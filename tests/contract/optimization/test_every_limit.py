"""Every kind of limit: what its rows take is what its judge sees, and both object alike."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from domain.settings import Settings
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.constraints import LIMITS, Limit
from optimization.shared.ground import Ground
from optimization.shared.rows import Row
from optimization.solve import prepare, solve_prepared
from tests.unit.optimization.shared_limits import (
    EVERY_KIND,
    ground_of,
    limits_of_kind,
    opening_frame,
    plan_frame,
    use_of,
)

SHAPE = Shape(24, cycles=3, points=2, multiple=0.3)
BOUND = {"budget": "amount", "storage": "capacity", "supplier_capacity": "units",
         "supplier_minimum": "value", "order_lines": "most", "linear_limit": "bound",
         "container_fill": "least_share", "group_service": "fill_rate",
         "source_stock": "units", "group_cycle_service": "most"}  # fmt: skip


def scale_of(limit: Limit, kind: str, rows: list[Row]) -> np.ndarray:
    """What each row takes when its limit's bound is 1."""
    if kind == "container_fill":
        return np.full(len(rows), limit.size)  # type: ignore[attr-defined]
    if kind == "group_service":  # half of demand may be short
        return np.array([(row.bound + row.taken) / 0.5 for row in rows])
    if kind == "group_cycle_service":
        return np.array([row.bound + row.taken for row in rows])
    return np.ones(len(rows))


def with_bound(limit: Limit, kind: str, bound: float) -> Limit:
    bound = 1.0 - bound if kind == "group_service" else bound
    assert BOUND[kind] in {field.name for field in fields(limit)}  # type: ignore[arg-type]
    return replace(limit, **{BOUND[kind]: bound})  # type: ignore[type-var]


def grounds() -> list[Ground]:
    found = []
    for unmet in ("lost", "backordered"):
        settings = Settings(unmet_demand=unmet)  # type: ignore[arg-type]
        problem = prepare(random_problem(SHAPE, 4), settings)
        found.append(ground_of(problem, settings))
    return found


def test_every_registered_kind_is_tested() -> None:
    assert LIMITS.names() == tuple(sorted(EVERY_KIND))


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_rows_and_judge_agree_on_what_a_plan_takes(kind: str) -> None:
    for ground in grounds():
        quantity = solve_prepared(ground.problem, 1).quantity
        plan, openings = plan_frame(ground, quantity), opening_frame(ground, quantity)
        for limit in limits_of_kind(kind, ground):
            rows = limit.rows([ground])
            taken = np.array([row.taken for row in rows])
            sign = -1.0 if rows[0].at_least else 1.0
            used = sign * use_of(ground.problem, rows, quantity) + taken
            used = used / scale_of(limit, kind, rows)
            # The period that is broken first: the largest, or the smallest order there is.
            edge = float(used[used > 0].min() if rows[0].at_least else used.max())
            assert edge > 0
            kept, broken = edge * (1 + sign * 1e-4), edge * (1 - sign * 1e-4)
            assert with_bound(limit, kind, kept).violations(plan, openings) == []
            found = with_bound(limit, kind, broken).violations(plan, openings)
            assert found
            assert all(violation.sentence for violation in found)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_kind_measures_portions_as_it_measures_all(kind: str) -> None:
    ground = grounds()[0]
    cut = np.array_split(np.arange(ground.place.size), 2)
    parts = [ground.take(rows) for rows in cut]
    quantity = solve_prepared(ground.problem, 1).quantity
    for limit in limits_of_kind(kind, ground):
        one, two = limit.rows([ground]), limit.rows(parts)
        assert [row.name for row in one] == [row.name for row in two]
        np.testing.assert_allclose(
            use_of(ground.problem, one, quantity), use_of(ground.problem, two, quantity), rtol=1e-9
        )


def test_what_is_settled_counts_as_taken() -> None:
    ground = grounds()[0]
    settled = np.zeros(ground.place.size)
    settled[3] = 5.0
    bought = replace(ground, settled=settled)
    budget = LIMITS.get("budget")("budget", "", 100.0, 0, 6, 10.0)
    (row,) = budget.rows([bought])
    cost = float(ground.frame["unit_cost"].iloc[3])
    assert row.taken == pytest.approx(10.0 + 5.0 * cost)
    assert row.bound == pytest.approx(90.0 - 5.0 * cost)
