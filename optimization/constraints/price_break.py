"""An order takes one price: q = Σ_t q_t, from_t · b_t ≤ q_t ≤ most · b_t, Σ_t b_t ≤ 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulp


def add(
    model: pulp.LpProblem,
    order: pulp.LpVariable,
    parts: Sequence[tuple[pulp.LpVariable, pulp.LpVariable, float]],
    most: float,
) -> None:
    """`parts`: quantity, whether it is taken (0 or 1) and smallest quantity of each price."""
    for quantity, taken, start in parts:
        model += quantity >= start * taken
        model += quantity <= most * taken
    model += sum(quantity for quantity, _, _ in parts) == order
    model += sum(taken for _, taken, _ in parts) <= 1
