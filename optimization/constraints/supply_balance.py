"""Supply through a day is what there is and what was ordered: C_u = B + q_1 + … + q_u."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from optimization.constraints.violation import Violation, room, violations_of

if TYPE_CHECKING:
    import pulp


def supply(
    stock: float, orders: Sequence[pulp.LpVariable | pulp.LpAffineExpression]
) -> pulp.LpAffineExpression:
    """C = B + Σ q, the supply usable on a day: `stock` [B] and the orders that are in by then."""
    from pulp import lpSum

    return stock + lpSum(orders)


def add(
    model: pulp.LpProblem,
    supply_usable: pulp.LpAffineExpression,
    lowest: float,
    short: pulp.LpVariable,
    pieces: Sequence[pulp.LpVariable],
) -> None:
    """C = lowest - short + Σ pieces: supply split at the values demand may take.

    `lowest` is the least demand; each piece is as long as the step to the next value.
    """
    from pulp import lpSum

    model += supply_usable == lowest - short + lpSum(pieces)


def violations(plan: pd.DataFrame) -> list[Violation]:
    """Lines whose supply after is not supply before and quantity, or does not hand on.

    `plan`: sku, location, decision, quantity, supply_before, supply_after (units, positions:
    without what arrives by itself between two decisions).
    """
    ordered = plan.sort_values(["sku", "location", "decision"])
    off = (ordered["supply_before"] + ordered["quantity"] - ordered["supply_after"]).abs()
    unequal = ordered[~(off <= room(ordered["supply_after"]))]
    before = ordered.groupby(["sku", "location"], sort=False)["supply_after"].shift()
    jump = (before - ordered["supply_before"]).abs()
    broken = ordered[before.notna() & ~(jump <= room(ordered["supply_before"]))]
    return [
        *violations_of(
            "supply balance",
            unequal,
            (
                f"{line.supply_before:g} and {line.quantity:g} are not {line.supply_after:g}"
                for line in unequal.itertuples()
            ),
        ),
        *violations_of(
            "supply balance",
            broken,
            (
                f"starts from {line.supply_before:g}, which the decision before did not leave"
                for line in broken.itertuples()
            ),
        ),
    ]
