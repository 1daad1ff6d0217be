"""Laws of every plan, whatever the problem."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.settings import Settings
from domain.terms import Floats
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.integer import smallest_order
from optimization.problem import Problem
from optimization.refine import refine, tidy
from optimization.separable import solve_separable
from optimization.solve import prepare, solve, solve_prepared

FEW = settings(max_examples=40, deadline=None)
LOST = Settings(unmet_demand="lost")
BACKORDERED = Settings(unmet_demand="backordered")
ANY = st.sampled_from([LOST, BACKORDERED])
SEEDS = st.integers(0, 10_000)
SERIES = 40
TINY = 1e-7

CHEAP_TO_ORDER = (
    Shape(SERIES, cycles=4, points=2, ragged=True, whole_stock=False),
    Shape(SERIES, cycles=4, points=2, multiple=0.5, ragged=True),
    Shape(SERIES, cycles=5, minimum=1.0, ragged=True),
    Shape(SERIES, cycles=5, minimum=1.0, multiple=0.3, ragged=True),
    Shape(SERIES, cycles=3, minimum=3.0, multiple=1.0),
)
COSTLY_TO_ORDER = (
    Shape(SERIES, cycles=4, line_cost=0.3, ragged=True),
    Shape(SERIES, cycles=4, minimum=1.0, multiple=0.3, line_cost=0.2, ragged=True),
    Shape(SERIES, cycles=4, multiple=0.3, order_cost=2.0, groups=5, ragged=True),
    Shape(SERIES, cycles=4, minimum=0.7, line_cost=0.1, order_cost=1.0, groups=12),
)
SHAPES = st.sampled_from(CHEAP_TO_ORDER + COSTLY_TO_ORDER)


def with_more_stock(problem: Problem, units: float) -> Problem:
    return replace(
        problem, supply=problem.supply + units, before_supply=problem.before_supply + units
    )


def today(problem: Problem, orders: Settings) -> Floats:
    return np.where(problem.cycles.orders_today, solve(problem, orders).quantity[:, 0], 0.0)


@FEW
@given(
    st.sampled_from(CHEAP_TO_ORDER), SEEDS, ANY,
    st.one_of(st.integers(1, 30).map(float), st.floats(0.01, 100)),
)  # fmt: skip
def test_more_stock_never_raises_an_order(
    shape: Shape, seed: int, orders: Settings, units: float
) -> None:
    problem = random_problem(shape, seed)
    less = solve(problem, orders).quantity[:, 0]
    more = solve(with_more_stock(problem, units), orders).quantity[:, 0]
    assert (more <= less + TINY).all()


@FEW
@given(SHAPES, SEEDS, ANY)
def test_accepting_all_orders_and_planning_again_orders_nothing(
    shape: Shape, seed: int, orders: Settings
) -> None:
    problem = random_problem(shape, seed)
    accepted = replace(problem, supply=problem.supply + today(problem, orders)[:, None, None])
    assert (today(accepted, orders) <= TINY).all()


@FEW
@given(SHAPES, SEEDS, ANY)
def test_orders_keep_multiples_and_minimums(shape: Shape, seed: int, orders: Settings) -> None:
    problem = random_problem(shape, seed)
    quantity = solve(problem, orders).quantity
    assert (quantity >= 0).all()
    packs = np.where(problem.multiple > 0, problem.multiple, np.nan)[:, None]
    off = np.abs(quantity / packs - np.round(quantity / packs))
    assert (np.nan_to_num(off) <= 1e-9).all()
    least = smallest_order(problem)[:, None] * (1 - 1e-9)
    assert ((quantity == 0) | (quantity >= least)).all()
    assert (quantity[np.arange(shape.cycles) >= problem.cycles.count[:, None]] == 0).all()


@FEW
@given(SHAPES, SEEDS)
def test_the_plan_lies_between_its_bound_and_doing_nothing_today(shape: Shape, seed: int) -> None:
    problem = prepare(random_problem(shape, seed), LOST)
    solution = solve_prepared(problem)
    assert solution.bound <= solution.objective
    gap = solution.objective / solution.bound - 1
    assert gap <= 0.1
    assert (solution.status == "optimal") == (gap <= 1e-9)
    exact = solve_prepared(problem, monotone=False)
    assert exact.objective <= solution.objective * (1 + 1e-9)
    if shape in CHEAP_TO_ORDER:
        assert (exact.cost <= exact.cost_without * (1 + 1e-9)).all()


@FEW
@given(st.sampled_from(CHEAP_TO_ORDER), SEEDS, st.floats(1.01, 5))
def test_a_higher_shortage_cost_never_lowers_a_level(
    shape: Shape, seed: int, factor: float
) -> None:
    problem = tidy(random_problem(shape, seed))
    dearer = replace(problem, shortage=problem.shortage * factor)
    low, high = (solve_separable(refine(part))[1] for part in (problem, dearer))
    assert (high >= low - TINY).all()


@FEW
@given(SEEDS, st.floats(0.0, 50.0), ANY)
def test_more_demand_before_the_end_of_the_cycle_never_lowers_a_level(
    seed: int, units: float, orders: Settings
) -> None:
    # A longer lead time adds demand to every day the order answers for.
    problem = random_problem(CHEAP_TO_ORDER[0], seed)
    longer = replace(problem, knots=problem.knots + units)
    low, high = (solve(part, BACKORDERED).order_up_to_level for part in (problem, longer))
    assert (high >= low - TINY).all()


@FEW
@given(SHAPES, SEEDS, ANY)
def test_permuting_series_permutes_the_plan(shape: Shape, seed: int, orders: Settings) -> None:
    problem = random_problem(shape, seed)
    order = np.random.default_rng(seed).permutation(problem.series)
    one, other = solve(problem, orders), solve(problem.take(order), orders)
    assert np.array_equal(one.quantity[order], other.quantity)
    assert np.array_equal(one.cost[order], other.cost)


@FEW
@given(SHAPES, SEEDS, st.sampled_from([0.125, 4.0, 1024.0]))
def test_scaling_money_scales_the_objective_and_leaves_the_orders(
    shape: Shape, seed: int, factor: float
) -> None:
    problem = random_problem(shape, seed)
    money = ("holding", "shortage", "surplus", "line_cost", "order_cost")
    scaled = replace(problem, **{name: getattr(problem, name) * factor for name in money})
    one, other = solve(problem, LOST), solve(scaled, LOST)
    assert np.array_equal(one.quantity, other.quantity)
    assert np.isclose(one.objective * factor, other.objective, rtol=1e-12)


def test_the_number_of_threads_changes_no_byte() -> None:
    for shape in CHEAP_TO_ORDER + COSTLY_TO_ORDER:
        problem = prepare(random_problem(replace(shape, series=700), 3), LOST)
        one, more = solve_prepared(problem, threads=1), solve_prepared(problem, threads=3)
        for field in fields(one):
            ours, theirs = getattr(one, field.name), getattr(more, field.name)
            assert np.asarray(ours).tolist() == np.asarray(theirs).tolist(), field.name
