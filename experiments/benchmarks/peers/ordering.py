"""What a solver among the peers is given, and what it answers. NumPy only.

S series, U decisions, P evaluation points a cycle, K + 1 values a demand may take: the linear
program of DESIGN §6 without minimums, packs and order costs, as plain arrays. R limits that all
share have N entries of what orders take of them and M of what expected stock takes.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from domain.registry import Registry
from experiments.benchmarks.peers.program import Arrays

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class GivenOrders:
    """min Σ holding · E(C - D)⁺ + shortage · E(D - C)⁺ + surplus · E(C - D_late)⁺, C = B + Σ q.

    A demand takes the first of its values with probability[0], and value k with
    probability[k] - probability[k - 1].
    """

    supply: Numbers  # S × U × P, units usable without any order [B]
    values: Numbers  # S × U × P × (K + 1), units, ascending
    probability: Numbers  # S × (K + 1), of not exceeding each value
    holding: Numbers  # S × U × P, money per unit on hand at the point, all its days
    shortage: Numbers  # S, money per unit short at the last point of a cycle
    late_values: Numbers  # S × (K + 1), units asked for long after the last cycle
    surplus: Numbers  # S, money per unit still unsold then
    time_limit: Numbers  # seconds, no dimension
    bound: Numbers  # R, of each limit
    order_entry: NDArray[np.int64]  # N × 3: limit, series, decision
    order_weight: Numbers  # N, of the limit per unit ordered
    stock_entry: NDArray[np.int64]  # M × 3: limit, series, last decision that is in
    stock_weight: Numbers  # M, of the limit per unit of expected stock
    stock_supply: Numbers  # M, units usable without any order
    stock_values: Numbers  # M × (K + 1), units of demand until then

    def arrays(self) -> dict[str, np.ndarray]:
        """The same as plain arrays."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def of(cls, arrays: Arrays) -> GivenOrders:
        """Back from plain arrays."""
        return cls(**{field.name: arrays[field.name] for field in fields(cls)})


@dataclass(frozen=True)
class AnsweredOrders:
    """What a solver found; wall seconds of making the model and of solving it."""

    objective: float  # money; NaN where there is no plan
    optimal: bool  # by the solver's own word, and within the time
    build_seconds: float
    solve_seconds: float

    def arrays(self) -> dict[str, np.ndarray]:
        """The same as plain arrays."""
        return {field.name: np.array(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def of(cls, arrays: Arrays) -> AnsweredOrders:
        """Back from plain arrays."""
        return cls(
            objective=float(arrays["objective"]),
            optimal=bool(arrays["optimal"]),
            build_seconds=float(arrays["build_seconds"]),
            solve_seconds=float(arrays["solve_seconds"]),
        )


class OrderSolver(Protocol):
    """A peer that solves the linear program."""

    def solve(self, given: GivenOrders) -> AnsweredOrders:
        """The cost of the best orders."""


SOLVERS: Registry[OrderSolver] = Registry("solver", "experiments.benchmarks.peers.solvers")
