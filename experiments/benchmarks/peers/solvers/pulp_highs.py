"""PuLP with HiGHS in the same process."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.benchmarks.peers.ordering import SOLVERS, AnsweredOrders, GivenOrders
from experiments.benchmarks.peers.with_pulp import run_solver, solve_with


@dataclass(frozen=True)
class PulpHighs:
    """HiGHS, its own defaults."""

    def solve(self, given: GivenOrders) -> AnsweredOrders:
        """The solver HiGHS of PuLP, told nothing but when to stop."""
        import pulp

        return solve_with(given, lambda limit: pulp.HiGHS(msg=False, timeLimit=limit))


SOLVERS.register("pulp_highs")(PulpHighs())

if __name__ == "__main__":
    run_solver(PulpHighs())
