"""A shortage at a source is shared out by what a unit is worth: as well as any shares can be."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.settings import Settings
from domain.terms import Floats
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.problem import Problem
from optimization.solve import cost_of, prepare
from optimization.stock_shares import Shares, share_stock

FEW = settings(max_examples=25, deadline=None)
MOST = 6  # packs that an enumeration tries


def stores(seed: int, packs: list[float]) -> Problem:
    """Series of two decisions without stock, in packs that a few of satisfy them."""
    problem = random_problem(Shape(len(packs), cycles=2), seed)
    nothing = np.zeros_like(problem.supply)
    large = problem.knots[:, 0, 0, -1] / 4.0 + 1.0
    problem = replace(problem, supply=nothing, multiple=np.ceil(large * np.array(packs)))
    return prepare(problem, Settings(unmet_demand="backordered"))


def shared(problem: Problem, stock: float, window: int = 1) -> Shares:
    count = problem.series
    none = np.zeros(count, dtype=np.int64)
    return share_stock(problem, none, none + window, np.array([stock]))


def costs_by_packs(problem: Problem) -> Floats:
    """The least cost of each series by its packs today (rows) over all later ones."""
    found = np.full((problem.series, MOST + 1), np.inf)
    for today, later in product(range(MOST + 1), range(2 * MOST)):
        plan = problem.multiple[:, None] * np.array([today, later], dtype=float)
        found[:, today] = np.minimum(found[:, today], cost_of(problem, plan))
    return found


@FEW
@given(st.integers(0, 5000), st.integers(0, 9))
def test_shares_in_like_packs_cost_as_little_as_any(seed: int, packs: int) -> None:
    problem = stores(seed, [1.0, 1.0, 1.0])
    problem = replace(problem, multiple=np.full(3, problem.multiple.max()))
    stock = float(problem.multiple[0] * packs) + 0.5
    best = np.inf
    costs = costs_by_packs(problem)
    for some in product(range(MOST + 1), repeat=3):
        if sum(some) <= packs:
            best = min(best, float(costs[np.arange(3), some].sum()))
    found = shared(problem, stock)
    assert cost_of(problem, found.quantity).sum() == pytest.approx(best, rel=1e-7)
    assert found.bound[0] <= best * (1 + 1e-9) + 1e-9


@FEW
@given(st.integers(0, 5000), st.floats(0.0, 500.0), st.integers(1, 2))
def test_no_more_is_shared_than_there_is_and_packs_stay_whole(
    seed: int, stock: float, window: int
) -> None:
    problem = stores(seed, [0.3, 1.0, 0.7, 0.5])
    found = shared(problem, stock, window)
    assert (found.quantity >= 0).all()
    assert found.quantity[:, :window].sum() <= stock + 1e-6
    packs = found.quantity / problem.multiple[:, None]
    np.testing.assert_allclose(packs, np.round(packs), atol=1e-9)
    assert found.bound[0] <= cost_of(problem, found.quantity).sum() * (1 + 1e-9) + 1e-9


@FEW
@given(st.integers(0, 5000), st.floats(0.01, 0.95))
def test_any_amount_is_shared_to_the_bound(seed: int, share: float) -> None:
    problem = replace(stores(seed, [1.0, 1.0, 1.0]), multiple=np.zeros(3))
    wanted = float(shared(problem, 1e9).quantity[:, 0].sum())
    found = shared(problem, share * wanted)
    cost = float(cost_of(problem, found.quantity).sum())
    assert found.quantity[:, 0].sum() == pytest.approx(share * wanted, rel=1e-6)
    assert cost == pytest.approx(float(found.bound[0]), rel=1e-6, abs=1e-6)


def test_more_at_the_source_never_costs_more() -> None:
    problem = stores(3, [1.0, 0.6, 0.8])
    costs = [cost_of(problem, shared(problem, s).quantity).sum() for s in np.linspace(0, 300, 40)]
    bounds = [float(shared(problem, s).bound[0]) for s in np.linspace(0, 300, 40)]
    assert (np.diff(bounds) <= 1e-7).all()
    assert costs[-1] == min(costs)
