"""Price breaks and orders from several suppliers: against the PuLP model, and every plan tried."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from domain.settings import Settings, Solver
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.offers import Offers, solve_offers
from optimization.problem import Problem
from optimization.reference import solve_reference
from optimization.separable import evaluate
from optimization.solve import cost_of, prepare, solve_prepared
from optimization.solver import Verdict

EXACT = Solver(time_limit_seconds=60.0, relative_gap=1e-9, threads=1)
KINDS = {
    "packs": Shape(3, cycles=3, multiple=0.3, ragged=True),
    "minimum and packs": Shape(3, cycles=3, minimum=0.7, multiple=0.3),
    "line cost": Shape(2, cycles=3, multiple=0.3, line_cost=0.2),
    "any amount": Shape(2, cycles=3, minimum=0.5),
}


def with_breaks(problem: Problem, seed: int) -> Problem:
    """Two breaks: from about one and three weeks of demand, some per cent of a shortage less."""
    draw = np.random.default_rng(seed)
    week = problem.knots[:, 0, 0].mean(axis=1, keepdims=True)
    saving = problem.shortage[:, None] * np.cumsum(draw.uniform(0.005, 0.1, (week.size, 2)), axis=1)
    return replace(problem, break_from=week * [[1.0, 3.0]], break_saving=saving)


@pytest.mark.parametrize("kind", KINDS)
def test_price_breaks_are_the_reference_models(kind: str) -> None:
    gained = 0
    for seed in range(5):
        problem = prepare(random_problem(KINDS[kind], seed), Settings(unmet_demand="backordered"))
        plain = solve_prepared(problem, threads=1, monotone=False)
        broken = with_breaks(problem, seed)
        ours = solve_prepared(broken, threads=1, monotone=False)
        theirs = solve_reference(broken, EXACT)
        assert theirs.verdict is Verdict.OPTIMAL
        slack = 1e-6 * abs(theirs.objective)
        if kind == "any amount":  # on a grid, and the bound says so
            assert ours.bound - slack <= theirs.objective <= ours.objective + slack
            assert ours.objective <= theirs.objective + 1e-3 * plain.objective
        else:
            assert abs(ours.objective - theirs.objective) <= slack, f"{kind}, {seed}"
        judged = float(cost_of(broken, np.where(theirs.quantity > 1e-7, theirs.quantity, 0)).sum())
        assert judged == pytest.approx(theirs.objective, rel=1e-4)
        gained += ours.objective < plain.objective - slack
    assert gained >= 3


def small(seed: int) -> tuple[Problem, Offers]:
    """One series, three decisions in packs of their own, one or two prices each."""
    draw = np.random.default_rng(seed)
    shape = Shape(1, cycles=3, multiple=0.3, whole_stock=True)
    problem = prepare(random_problem(shape, seed), Settings(unmet_demand="backordered"))
    top = float(problem.knots.max())
    packs = np.array([[1.0, 2.0, 3.0]]) * max(np.ceil(top / 24), 1.0)
    prices = problem.shortage[0] * draw.uniform(-0.05, 0.3, (1, 3, 1))
    less = problem.shortage[0] * draw.uniform(0.0, 0.1, (1, 3, 1))
    offers = Offers(
        pack=packs,
        smallest=packs * draw.integers(1, 3, (1, 3)),
        fixed=problem.shortage[0] * draw.uniform(0.0, 3.0, (1, 3)),
        starts=np.concatenate([np.zeros((1, 3, 1)), 3.0 * packs[:, :, None]], axis=2),
        price=np.concatenate([prices, prices - less], axis=2),
    )
    return problem, offers


def paid(offers: Offers, plan: np.ndarray) -> float:
    """Price and fixed cost of a plan [U], told anew."""
    total = 0.0
    for u, quantity in enumerate(plan):
        if quantity > 0:
            reached = [p for s, p in zip(offers.starts[0, u], offers.price[0, u], strict=True)
                       if quantity >= s]  # fmt: skip
            total += offers.fixed[0, u] + reached[-1] * quantity
    return total


def test_every_plan_that_can_be_ordered_costs_as_much_or_more() -> None:
    orders = 0
    for seed in range(12):
        problem, offers = small(seed)
        found, slack = solve_offers(problem, offers)
        assert slack[0] == 0.0
        best = min(found.order_cost[0] + offers.fixed[0, 0], found.stay_cost[0])
        order = found.order_cost[0] + offers.fixed[0, 0] < found.stay_cost[0]
        plan = (found.order if order else found.stay)[0]
        assert best == pytest.approx(evaluate(problem, plan[None])[0] + paid(offers, plan))
        most = float(problem.knots.max()) + 3 * float(offers.pack.max())
        choices = [
            [0.0, *np.arange(offers.smallest[0, u], most, offers.pack[0, u])] for u in range(3)
        ]
        tried = np.array(list(product(*choices)))
        costs = evaluate(problem.take(np.zeros(len(tried), dtype=np.int64)), tried)
        costs = costs + [paid(offers, one) for one in tried]
        assert best == pytest.approx(costs.min(), rel=1e-9), f"seed {seed}"
        orders += order
    assert 0 < orders < 12


def test_scaling_money_scales_and_a_dearer_price_changes_nothing_it_did_not_sell() -> None:
    for seed in range(6):
        problem, offers = small(seed)
        found, _ = solve_offers(problem, offers)
        by = 8.0
        dear = replace(
            problem, holding=problem.holding * by, shortage=problem.shortage * by,
            surplus=problem.surplus * by,
        )  # fmt: skip
        scaled, _ = solve_offers(
            dear, replace(offers, fixed=offers.fixed * by, price=offers.price * by)
        )
        assert scaled.stay_cost == pytest.approx(found.stay_cost * by)
        np.testing.assert_array_equal(scaled.order, found.order)
        unused = found.stay[0] == 0.0
        raised = offers.price + 0.1 * problem.shortage[0] * unused[None, :, None]
        again, _ = solve_offers(problem, replace(offers, price=raised))
        np.testing.assert_array_equal(again.stay, found.stay)
