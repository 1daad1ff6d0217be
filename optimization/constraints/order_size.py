"""An order is nothing, or at least the minimum: q = 0 or q ≥ minimum; never negative."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from optimization.constraints.violation import Violation, room, violations_of

if TYPE_CHECKING:
    import pulp


def add(
    model: pulp.LpProblem,
    quantity: pulp.LpVariable,
    placed: pulp.LpVariable,
    minimum: float,
    most: float,
) -> None:
    """minimum · placed ≤ quantity ≤ most · placed, with placed 0 or 1."""
    model += quantity <= most * placed
    if minimum > 0:
        model += quantity >= minimum * placed


def violations(plan: pd.DataFrame) -> list[Violation]:
    """Lines with a quantity that is no number, negative, or below the minimum and not 0.

    `plan`: sku, location, decision, quantity, minimum.
    """
    no_number = plan[~np.isfinite(plan["quantity"])]
    negative = plan[plan["quantity"] < -room(plan["minimum"])]
    small = plan[
        (plan["quantity"] > room(plan["minimum"]))
        & (plan["quantity"] < plan["minimum"] - room(plan["minimum"]))
    ]
    return [
        *violations_of(
            "quantity",
            no_number,
            (f"the quantity is {q}, no number" for q in no_number["quantity"]),
        ),
        *violations_of(
            "quantity", negative, (f"the quantity {q:g} is negative" for q in negative["quantity"])
        ),
        *violations_of(
            "minimum order quantity",
            small,
            (
                f"{line.quantity:g} is ordered, less than the minimum of {line.minimum:g}"
                for line in small.itertuples()
            ),
        ),
    ]
