"""A line is part of an order: its group's order of that day is paid for once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pulp


def add(model: pulp.LpProblem, placed: pulp.LpVariable, order: pulp.LpVariable) -> None:
    """placed ≤ order, both 0 or 1: no line without its order."""
    model += placed <= order
