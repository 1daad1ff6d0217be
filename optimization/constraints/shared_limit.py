"""A limit that many orders share: Σ weight · (ordered, lines, expected stock) ≤ bound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pulp


def add(model: pulp.LpProblem, taken: Sequence[pulp.LpAffineExpression], bound: float) -> None:
    """Σ taken ≤ bound; nothing to add where nothing is taken."""
    from pulp import lpSum

    if taken:
        model += lpSum(taken) <= bound
