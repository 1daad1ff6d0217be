"""What a limit is worth against the reference model with more and with less of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.settings import Settings
from experiments.benchmarks.optimization_instances import Shape
from optimization.reference import solve_reference
from optimization.shared.decomposition import STEP
from optimization.shared.worth import MOST_SOLVED_AGAIN, solved_again
from optimization.solve import solve_prepared
from tests.unit.optimization.shared_limits import EXACT, instance, solved, use_of

BACKORDERED = Settings(unmet_demand="backordered")


@pytest.mark.parametrize("seed", [3, 4])
@pytest.mark.parametrize("kinds", [("budget",), ("budget", "storage", "supplier_capacity")])
def test_ranges_are_what_the_reference_saves_and_loses(kinds: tuple[str, ...], seed: int) -> None:
    problem, rows = instance(Shape(12, cycles=3), seed, BACKORDERED, kinds, 0.6)
    ours = solved(problem, rows)
    told = solved_again([problem], [np.arange(12)], rows, ours, EXACT)
    binding = ours.marginal_value > 1e-6 * ours.marginal_value.max()
    assert told.again[binding].all() or told.again.sum() == MOST_SOLVED_AGAIN
    assert (told.again <= (ours.marginal_value > 0)).all()
    free = use_of(problem, rows, solve_prepared(problem, 1).quantity)
    for r in np.flatnonzero(told.again & binding):
        step = STEP * max(abs(rows[r].bound), free[r])
        more = [replace(o, bound=o.bound + step * (k == r)) for k, o in enumerate(rows)]
        less = [replace(o, bound=o.bound - step * (k == r)) for k, o in enumerate(rows)]
        saved = (ours.objective - solve_reference(problem, EXACT, more).objective) / step
        lost = (solve_reference(problem, EXACT, less).objective - ours.objective) / step
        unsure = 0.01 * ours.marginal_value[r]
        assert told.more[r] == pytest.approx(saved, abs=unsure)
        assert told.less[r] == pytest.approx(lost, abs=unsure)
        assert told.more[r] <= told.marginal_value[r] <= told.less[r]
    assert (told.more[~told.again] == ours.more[~told.again]).all()
    assert (told.less[~told.again] == ours.less[~told.again]).all()


def test_of_many_series_the_plans_at_hand_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, rows = instance(Shape(12, cycles=3), 3, BACKORDERED, ("budget",), 0.6)
    ours = solved(problem, rows)
    monkeypatch.setattr("optimization.shared.worth.SERIES_IN_ALL", 11)
    told = solved_again([problem], [np.arange(12)], rows, ours, EXACT)
    assert told is ours
    assert not told.again.any()
