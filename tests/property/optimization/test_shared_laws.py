"""Laws of plans with shared limits, whatever the problem."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from domain.settings import Settings, Solver
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.shared.solve import Shared
from optimization.solve import prepare, solve_prepared
from tests.unit.optimization.shared_limits import (
    EXACT,
    instance,
    rows_of,
    solved,
    tightened,
    use_of,
)
from tests.unit.optimization.shared_limits import ground_of as ground

# A failing example is not made smaller: each try is a whole decomposition.
FEW = settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.generate))
SEEDS = st.integers(0, 10_000)
BACKORDERED = Settings(unmet_demand="backordered")
LOST = Settings(unmet_demand="lost")
SHAPE = Shape(16, cycles=3, ragged=True)
PACKED = Shape(16, cycles=3, multiple=0.4)
CONTINUOUS = ("budget", "storage", "supplier_capacity", "linear_limit")


def same_bytes(one: Shared, other: Shared) -> bool:
    return all(
        getattr(a, field.name).tobytes() == getattr(b, field.name).tobytes()
        for a, b in zip(one.solutions, other.solutions, strict=True)
        for field in fields(a)
        if isinstance(getattr(a, field.name), np.ndarray) and getattr(a, field.name).dtype != object
    )


@FEW
@given(SEEDS, st.floats(0.2, 0.9), st.floats(1.01, 1.5))
def test_more_of_a_limit_never_costs_more(seed: int, share: float, factor: float) -> None:
    problem, rows = instance(SHAPE, seed, BACKORDERED, CONTINUOUS, share)
    wider = [replace(row, bound=row.bound * factor) for row in rows]
    less, more = solved(problem, rows), solved(problem, wider)
    assert more.objective <= less.objective * (1 + 1e-8)


@FEW
@given(SEEDS, st.sampled_from([SHAPE, PACKED]), st.sampled_from([LOST, BACKORDERED]))
def test_limits_that_do_not_bind_change_no_byte(seed: int, shape: Shape, orders: Settings) -> None:
    problem, rows = instance(shape, seed, orders, CONTINUOUS, 1.0)
    wide = [replace(row, bound=row.bound + 1.0) for row in rows]
    free, kept = solve_prepared(problem, 1), solved(problem, wide)
    for field in fields(free):
        ours, theirs = getattr(kept.solutions[0], field.name), getattr(free, field.name)
        assert np.asarray(ours).tolist() == np.asarray(theirs).tolist(), field.name
    assert (kept.marginal_value == 0).all()


@FEW
@given(SEEDS, st.sampled_from([0.125, 1024.0]))
def test_scaling_money_scales_the_objective(seed: int, factor: float) -> None:
    problem, rows = instance(SHAPE, seed, BACKORDERED, ("storage", "supplier_capacity"), 0.6)
    money = ("holding", "shortage", "surplus", "line_cost")
    scaled = replace(problem, **{name: getattr(problem, name) * factor for name in money})
    one, other = solved(problem, rows), solved(scaled, rows)
    assert np.isclose(one.objective * factor, other.objective, rtol=1e-7)


@FEW
@given(SEEDS)
def test_permuting_series_leaves_the_cost(seed: int) -> None:
    problem, rows = instance(SHAPE, seed, BACKORDERED, ("budget",), 0.6)
    order = np.random.default_rng(seed).permutation(problem.series)
    mixed = problem.take(order)
    theirs = rows_of(("budget",), ground(mixed, BACKORDERED, seed))
    theirs = [replace(a, bound=b.bound) for a, b in zip(theirs, rows, strict=True)]
    assert np.isclose(solved(problem, rows).objective, solved(mixed, theirs).objective, rtol=1e-7)


@FEW
@given(SEEDS, st.sampled_from([SHAPE, PACKED]), st.floats(0.3, 0.9))
def test_limits_hold_and_packs_are_whole(seed: int, shape: Shape, share: float) -> None:
    kinds = (*CONTINUOUS, "order_lines")
    problem, rows = instance(shape, seed, LOST, kinds, share)
    found = solved(problem, rows, Solver(time_limit_seconds=20.0, threads=1))
    quantity = found.solutions[0].quantity
    bound = np.array([row.bound for row in rows])
    used = use_of(problem, rows, quantity)
    assert (used <= bound + 1e-6 * np.maximum(np.abs(bound), 1.0)).all()
    packs = np.where(problem.multiple > 0, problem.multiple, np.nan)[:, None]
    off = np.abs(quantity / packs - np.round(quantity / packs))
    assert (np.nan_to_num(off) <= 1e-9).all()
    assert (quantity >= 0).all()
    assert found.bound <= found.objective


@FEW
@given(SEEDS, st.floats(0.3, 0.9), st.sampled_from([LOST, BACKORDERED]))
def test_orders_accepted_where_space_is_short_are_not_ordered_a_second_time(
    seed: int, share: float, orders: Settings
) -> None:
    # In any amount: whole packs are as good as their gap, and a second solve may be better.
    raw = random_problem(SHAPE, seed)
    raw = replace(  # customers who wait already are served first, which space does not reckon with
        raw, supply=raw.supply.clip(min=0.0), before_supply=raw.before_supply.clip(min=0.0)
    )
    problem = prepare(raw, orders)
    place = ground(problem, orders, seed)
    rows = tightened(problem, rows_of(("storage",), place), share)
    today = solved(problem, rows).solutions[0].quantity[:, 0] * problem.cycles.orders_today
    accepted = prepare(replace(raw, supply=raw.supply + today[:, None, None]), orders)
    comes = problem.cycles.arrival_day[:, 0]
    then = replace(
        place,
        problem=accepted,
        supply_on=lambda day: problem.supply[:, 0, 0] + today * (comes <= day),
    )
    again = [
        replace(new, bound=row.bound + row.taken - new.taken)
        for row, new in zip(rows, rows_of(("storage",), then), strict=True)
    ]
    more = solved(accepted, again).solutions[0].quantity[:, 0] * problem.cycles.orders_today
    assert more.sum() <= 1e-5 * max(float(today.sum()), 1.0)


def test_the_number_of_threads_changes_no_byte() -> None:
    for shape in (replace(SHAPE, series=300), replace(PACKED, series=300)):
        problem, rows = instance(shape, 5, LOST, CONTINUOUS, 0.7)
        one = solved(problem, rows, replace_threads(1))
        three = solved(problem, rows, replace_threads(3))
        assert same_bytes(one, three)
        assert one.marginal_value.tobytes() == three.marginal_value.tobytes()


def replace_threads(threads: int) -> Solver:
    return EXACT.model_copy(update={"threads": threads})


def test_out_of_time_the_best_so_far_is_told_with_its_gap() -> None:
    problem, rows = instance(Shape(2000, cycles=6), 1, BACKORDERED, CONTINUOUS, 0.6)
    found = solved(problem, rows, Solver(time_limit_seconds=1e-3, threads=1))
    full = solved(problem, rows)
    bound = np.array([row.bound for row in rows])
    assert (found.used <= bound + 1e-6 * np.maximum(np.abs(bound), 1.0)).all()
    assert found.status == "feasible"
    assert full.status == "optimal"
    assert found.bound <= full.objective * (1 + 1e-9) <= found.objective * (1 + 2e-9)
