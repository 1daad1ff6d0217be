"""Orders that an earlier plan had are kept under shared limits where changing them saves too
little: how each series is priced with the choice, and the plan of all together."""

from __future__ import annotations

from contextlib import suppress
from itertools import product

import numpy as np
import pytest

from domain.errors import InfeasibleError
from domain.settings import Settings
from domain.terms import Floats
from experiments.benchmarks.optimization_instances import Shape
from optimization.kept_orders import CHANGE_COST
from optimization.problem import Problem
from optimization.reference import solve_reference
from optimization.shared.changes import solve_with_planned
from optimization.shared.decomposition import Decomposition
from optimization.shared.joint import Joint
from optimization.shared.rows import Entries, Planned, Row, bounds
from optimization.shared.solve import Shared
from optimization.solve import cost_of
from tests.unit.optimization.shared_limits import EXACT, instance, solved, use_of

BACKORDERED = Settings(unmet_demand="backordered")
HUGE = 1e6
EVERYTHING = ("budget", "storage", "order_lines")


def with_planned(problem: Problem, rows: list[Row], planned: Floats, change_cost: float) -> Shared:
    every = np.arange(problem.series)
    return solve_with_planned([problem], [every], rows, EXACT, [planned], change_cost)


def first(found: Shared) -> Floats:
    return found.solutions[0].quantity[:, 0]


def jittered(problem: Problem, today: Floats, seed: int) -> Floats:
    """Orders that differ from today's for half the series, by whole packs."""
    draw = np.random.default_rng(seed)
    pack = np.where(problem.multiple > 0, problem.multiple, 1.0)
    moved = (draw.random(today.size) < 0.5) * draw.integers(-2, 3, today.size)
    return np.maximum(today + moved * pack, 0.0)


@pytest.mark.parametrize("multiple", [0.0, 0.4])
@pytest.mark.parametrize("kinds", [("budget",), EVERYTHING])
def test_nothing_changes_where_nothing_changed(kinds: tuple[str, ...], multiple: float) -> None:
    problem, rows = instance(Shape(16, multiple=multiple), 3, BACKORDERED, kinds, 0.8)
    plain = solved(problem, rows)
    for planned, cost in ((first(plain), 5.0), (np.full(16, np.nan), 5.0), (np.zeros(16), 0.0)):
        again = with_planned(problem, rows, planned, cost)
        assert again.solutions[0].quantity.tobytes() == plain.solutions[0].quantity.tobytes()
        assert (again.objective, again.bound) == (plain.objective, plain.bound)


@pytest.mark.parametrize("multiple", [0.0, 0.4])
@pytest.mark.parametrize("kinds", [("budget",), ("budget", "supplier_minimum")])
def test_dear_changes_are_made_for_none_where_limits_leave_room(
    kinds: tuple[str, ...], multiple: float
) -> None:
    problem, rows = instance(Shape(16, multiple=multiple), 4, BACKORDERED, kinds, 0.9)
    plain = solved(problem, rows)
    pack = problem.multiple if multiple else 0.2 * first(plain)
    odd = (np.arange(16) % 2 == 1) & (first(plain) > 0)
    before = np.where(odd, np.maximum(first(plain) - pack, 0.0), first(plain))
    found = with_planned(problem, rows, before, HUGE)
    assert first(found) == pytest.approx(before)
    assert found.bound == pytest.approx(plain.bound)
    assert found.objective >= plain.bound - 1e-6
    changed = np.abs(first(plain) - before) > 1e-6
    assert changed.any()
    assert (found.solutions[0].binding[changed] == CHANGE_COST).all()


@pytest.mark.parametrize("multiple", [0.0, 0.4])
@pytest.mark.parametrize("kinds", [("budget",), EVERYTHING, ("budget", "supplier_minimum")])
@pytest.mark.parametrize("change_cost", [0.05, 2.0, HUGE])
def test_what_is_kept_keeps_limits_and_costs_no_more_than_the_changes(
    kinds: tuple[str, ...], multiple: float, change_cost: float
) -> None:
    problem, rows = instance(Shape(20, multiple=multiple), 5, BACKORDERED, kinds, 0.8)
    plain = solved(problem, rows)
    before = jittered(problem, first(plain), 5)
    found = with_planned(problem, rows, before, change_cost)
    quantity = found.solutions[0].quantity
    hard = np.array([not row.or_nothing for row in rows])
    over = use_of(problem, rows, quantity) - bounds(rows)
    assert (over <= 1e-6 * np.maximum(np.abs(bounds(rows)), 1.0))[hard].all()
    assert found.used[hard] == pytest.approx(use_of(problem, rows, quantity)[hard], abs=1e-6)
    np.testing.assert_allclose(cost_of(problem, quantity), found.solutions[0].cost, atol=1e-9)
    assert found.objective == pytest.approx(found.solutions[0].cost.sum())

    def with_changes(other: Shared) -> float:
        return other.objective + change_cost * int((np.abs(first(other) - before) > 1e-6).sum())

    assert with_changes(found) <= with_changes(plain) + 1e-9
    assert found.bound <= found.objective
    assert change_cost < HUGE or with_changes(found) < with_changes(plain)


def fixed_at(planned: Floats, which: list[int]) -> list[Row]:
    """Rows that hold first orders where they were planned."""
    rows = []
    for i in which:
        for sign in (1.0, -1.0):
            entries = Entries(np.array([i]), np.array([0]), np.array([sign]))
            bound = sign * float(planned[i])
            rows.append(Row("held", "held", "", bound, "units", orders=entries))
    return rows


@pytest.mark.parametrize(("seed", "change_cost"), [(1, 0.02), (2, 0.5), (3, 0.1)])
def test_the_choice_is_the_best_of_all_where_all_can_be_tried(
    seed: int, change_cost: float
) -> None:
    problem, rows = instance(Shape(5, cycles=2), seed, BACKORDERED, ("budget",), 0.8)
    before = jittered(problem, first(solved(problem, rows)), seed)
    best = np.inf
    for kept in product((False, True), repeat=5):
        which = [i for i in range(5) if kept[i]]
        with suppress(InfeasibleError):
            theirs = solve_reference(problem, EXACT, [*rows, *fixed_at(before, which)])
            best = min(best, theirs.objective + change_cost * (5 - len(which)))
    found = with_planned(problem, rows, before, change_cost)
    changes = int((np.abs(first(found) - before) > 1e-6).sum())
    mine = found.objective + change_cost * changes
    assert best - 1e-6 * best <= mine <= 1.01 * best
    planned = [Planned(before, change_cost)]
    layout = Joint([problem], [np.arange(5)], rows, 1, planned=planned)
    search = Decomposition(layout.pricer, bounds(rows), 1e-6, np.inf).run()
    assert search.bound <= best + 1e-6 * best  # of plans with their changes


@pytest.mark.parametrize("fixed", [False, True])
def test_a_series_is_priced_as_planned_or_otherwise_whichever_costs_less(fixed: bool) -> None:
    shape = Shape(25, multiple=0.3, minimum=0.5, line_cost=2.0) if fixed else Shape(25)
    problem, rows = instance(shape, 6, BACKORDERED, EVERYTHING[:2], 0.8)
    every, draw = np.arange(25), np.random.default_rng(6)
    plain = Joint([problem], [every], rows, 1)
    price = draw.uniform(0.0, 0.2, len(rows)) * np.abs(bounds(rows)).max() ** -0.5

    def charged(orders: list[Floats], layout: Joint) -> Floats:
        """What each series costs with prices."""
        whole = layout.joined(orders)[0]
        one = np.zeros(whole.shape)
        cost = cost_of(problem, whole)
        for s in every:
            one[:] = 0.0
            one[s] = whole[s]
            used = use_of(problem, rows, one) - use_of(problem, rows, np.zeros(whole.shape))
            cost[s] += price @ used
        return np.asarray(cost)

    free = plain.pricer.orders(price)
    before = jittered(problem, plain.joined(free)[0][:, 0], 6)
    before = np.where((before > 0) & (before < problem.minimum), 0.0, before)
    least = charged(free, plain)
    for change_cost in (0.0, 1.0, HUGE):
        layout = Joint([problem], [every], rows, 1, planned=[Planned(before, change_cost)])
        orders = layout.pricer.orders(price)
        mine = charged(orders, layout)
        changed = layout.joined(orders)[0][:, 0] != before
        mine[changed] += change_cost
        assert (mine >= least - 1e-9 * np.abs(least)).all()
        assert (mine <= least + change_cost + 1e-9 * np.abs(least)).all()
        assert change_cost < HUGE or not changed.any()
