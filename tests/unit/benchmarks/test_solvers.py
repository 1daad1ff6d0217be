"""A user's PuLP model and the separable solve are of the same problem."""

import numpy as np
import pytest

from domain.settings import Solver
from experiments.benchmarks.monoliths import as_plain_arrays
from experiments.benchmarks.optimization import SETTINGS
from experiments.benchmarks.optimization_instances import Shape, random_problem
from experiments.benchmarks.optimization_limits import SETTINGS as LIMITED
from experiments.benchmarks.optimization_limits import binding_rows, given
from experiments.benchmarks.peers.ordering import SOLVERS, AnsweredOrders, GivenOrders
from optimization.reference import solve_reference
from optimization.solve import prepare, solve_prepared


# PuLP 4 will not carry CBC; the lock of the peers keeps it below.
@pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated:DeprecationWarning")
@pytest.mark.parametrize("name", SOLVERS.names())
def test_both_find_the_same_cost(name: str) -> None:
    problem = prepare(random_problem(Shape(12, cycles=4, points=2), seed=3), SETTINGS)
    answer = SOLVERS.get(name).solve(as_plain_arrays(problem, limit=60.0))
    assert answer.optimal
    np.testing.assert_allclose(answer.objective, solve_prepared(problem).objective, rtol=1e-6)


def test_arrays_come_back_as_they_went() -> None:
    answer = AnsweredOrders(1.5, False, 0.25, 2.0)
    assert AnsweredOrders.of(answer.arrays()) == answer
    problem = prepare(random_problem(Shape(3)), SETTINGS)
    plain = as_plain_arrays(problem, limit=5.0)
    for name, array in GivenOrders.of(plain.arrays()).arrays().items():
        np.testing.assert_array_equal(array, plain.arrays()[name])


@pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated:DeprecationWarning")
@pytest.mark.parametrize("name", SOLVERS.names())
def test_both_keep_the_same_limits(name: str) -> None:
    problem, rows = prepare(given(15), LIMITED), binding_rows(15)
    answer = SOLVERS.get(name).solve(as_plain_arrays(problem, 60.0, rows))
    ours = solve_reference(problem, Solver(), rows)
    assert answer.optimal
    np.testing.assert_allclose(answer.objective, ours.objective, rtol=1e-6)
    assert ours.objective > 1.01 * solve_prepared(problem).objective
