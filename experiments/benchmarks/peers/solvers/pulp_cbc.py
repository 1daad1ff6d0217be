"""PuLP with the solver it carries."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.benchmarks.peers.ordering import SOLVERS, AnsweredOrders, GivenOrders
from experiments.benchmarks.peers.with_pulp import run_solver, solve_with


@dataclass(frozen=True)
class PulpCbc:
    """CBC, one thread, its own defaults."""

    def solve(self, given: GivenOrders) -> AnsweredOrders:
        """PULP_CBC_CMD, told nothing but when to stop."""
        import pulp

        return solve_with(given, lambda limit: pulp.PULP_CBC_CMD(msg=False, timeLimit=limit))


SOLVERS.register("pulp_cbc")(PulpCbc())

if __name__ == "__main__":
    run_solver(PulpCbc())
