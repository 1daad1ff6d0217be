"""Stock at a source: Σ units moved from it today ≤ units there, and no unit made or lost.

Kept by `optimization.stock_shares`, which shares a shortage out by marginal value.
"""

from __future__ import annotations

import pandas as pd

from optimization.constraints.violation import Violation, room, violations_of


def violations(moved: pd.DataFrame, stock: pd.DataFrame) -> list[Violation]:
    """Sources from which more is moved than is there, and ones that nothing is known of.

    `moved`: sku, from_location, quantity, a row a transfer of today; `stock`: sku, location,
    on_hand (units that can be used).
    """
    taken = moved.groupby(["sku", "from_location"], as_index=False, sort=True)["quantity"].sum()
    taken = taken.rename(columns={"from_location": "location"})
    joined = taken.merge(stock, on=["sku", "location"], how="left", validate="one_to_one")
    there = joined["on_hand"].fillna(0.0).clip(lower=0.0)
    over = joined[~(joined["quantity"] <= there + room(there))].assign(decision=1)
    return violations_of(
        "warehouse stock",
        over,
        (
            f"{line.quantity:g} are moved from there, but {line.on_hand:g} can be used"
            for line in over.itertuples()
        ),
    )


def unbalanced(before: pd.DataFrame, after: pd.DataFrame, moved: pd.DataFrame) -> list[Violation]:
    """Series whose stock or coming goods changed by more or less than what was moved.

    `before`, `after`: sku, location, decision, on_hand, coming (units), a row a series in one
    order; `moved` as in `violations`, with `location`.
    """
    keys = pd.MultiIndex.from_frame(before[["sku", "location"]])
    out = moved.groupby(["sku", "from_location"])["quantity"].sum().reindex(keys, fill_value=0.0)
    into = moved.groupby(["sku", "location"])["quantity"].sum().reindex(keys, fill_value=0.0)
    left = before["on_hand"] - after["on_hand"] - out.to_numpy()
    came = after["coming"] - before["coming"] - into.to_numpy()
    off = left.abs() + came.abs()
    wrong = before[~(off <= room(before["on_hand"]))]
    return violations_of(
        "conserved", wrong, (f"{units:g} units were made or lost" for units in off[wrong.index])
    )
