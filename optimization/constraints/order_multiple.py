"""An order is whole packs: q = multiple · n, n = 0, 1, 2 …; a multiple of 0 asks for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from optimization.constraints.violation import Violation, room, violations_of

if TYPE_CHECKING:
    import pulp


def add(
    model: pulp.LpProblem, quantity: pulp.LpVariable, packs: pulp.LpVariable, multiple: float
) -> None:
    """quantity = multiple · packs, with packs a whole number."""
    model += quantity == multiple * packs


def violations(plan: pd.DataFrame) -> list[Violation]:
    """Lines that are no whole number of packs.

    `plan`: sku, location, decision, quantity, multiple.
    """
    packed = plan[plan["multiple"] > 0]
    packs = packed["quantity"] / packed["multiple"]
    broken = packed[(packs - packs.round()).abs() > room(packs)]
    return violations_of(
        "order multiple",
        broken,
        (f"{line.quantity:g} is no multiple of {line.multiple:g}" for line in broken.itertuples()),
    )
