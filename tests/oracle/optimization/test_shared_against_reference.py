"""The decomposition and the whole PuLP model, with the same limits, cost the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.settings import Settings, Solver
from experiments.benchmarks.optimization_instances import Shape
from optimization.reference import solve_reference
from optimization.solver import Verdict
from tests.unit.optimization.shared_limits import EXACT, instance, solved, use_of

LOST = Settings(unmet_demand="lost")
BACKORDERED = Settings(unmet_demand="backordered")
CONTINUOUS = ("budget", "storage", "supplier_capacity", "linear_limit")
ANY_AMOUNT = Shape(8, cycles=3, points=2, ragged=True, whole_stock=False)


@pytest.mark.parametrize("kinds", [*((kind,) for kind in CONTINUOUS), CONTINUOUS])
def test_any_amount_costs_what_the_reference_costs(kinds: tuple[str, ...]) -> None:
    for seed in range(8):
        settings = LOST if seed % 2 else BACKORDERED
        share = float(np.random.default_rng(seed).uniform(0.2, 0.95))
        problem, rows = instance(ANY_AMOUNT, seed, settings, kinds, share)
        ours = solved(problem, rows)
        theirs = solve_reference(problem, EXACT, rows)
        assert theirs.verdict is Verdict.OPTIMAL
        assert ours.objective == pytest.approx(theirs.objective, rel=1e-6), f"seed {seed}"
        assert ours.bound == pytest.approx(theirs.objective, rel=1e-6), f"seed {seed}"
        bound = np.array([row.bound for row in rows])
        assert (ours.used <= bound + 1e-6 * np.maximum(np.abs(bound), 1.0)).all()
        # What the solve says is taken is what its orders take.
        taken = use_of(problem, rows, ours.solutions[0].quantity)
        np.testing.assert_allclose(taken, ours.used, rtol=1e-9, atol=1e-9)


WHOLE = {
    "packs": (Shape(10, cycles=3, multiple=0.4), ("budget", "storage")),
    "line cost": (Shape(8, cycles=2, minimum=0.7, multiple=0.3, line_cost=0.2), CONTINUOUS),
    "lines a day": (Shape(10, cycles=2, multiple=0.4), ("budget", "order_lines")),
}  # fmt: skip


@pytest.mark.parametrize("kind", WHOLE)
def test_whole_orders_lie_between_the_bound_and_a_little_more(kind: str) -> None:
    shape, kinds = WHOLE[kind]
    quick = Solver(time_limit_seconds=2.0, relative_gap=1e-6, threads=1)
    for seed in range(3):
        problem, rows = instance(shape, seed, BACKORDERED, kinds, 0.7)
        ours = solved(problem, rows, quick)
        theirs = solve_reference(problem, quick, rows)
        assert ours.bound <= theirs.objective * (1 + 1e-6)
        assert theirs.bound <= ours.objective * (1 + 1e-6)
        bound = np.array([row.bound for row in rows])
        assert (ours.used <= bound + 1e-6 * np.maximum(np.abs(bound), 1.0)).all()


def test_prices_are_what_the_reference_saves_with_more() -> None:
    problem, rows = instance(ANY_AMOUNT, 3, BACKORDERED, ("budget",), 0.5)
    ours = solved(problem, rows)
    for r, row in enumerate(rows):
        step = 1e-4 * row.bound
        more = [replace(o, bound=o.bound + step * (k == r)) for k, o in enumerate(rows)]
        less = [replace(o, bound=o.bound - step * (k == r)) for k, o in enumerate(rows)]
        saved = (ours.objective - solve_reference(problem, EXACT, more).objective) / step
        lost = (solve_reference(problem, EXACT, less).objective - ours.objective) / step
        assert saved - 1e-4 <= ours.marginal_value[r] <= lost + 1e-4
        assert ours.more[r] <= ours.marginal_value[r] * (1 + 1e-6) + 1e-9
        assert ours.less[r] >= ours.marginal_value[r] * (1 - 1e-6) - 1e-9
