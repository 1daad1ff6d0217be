"""What orders cost to make: a line's cost each, an order's shared by its lines."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.terms import Floats
from planning.problem import order_groups


def order_money(frame: pd.DataFrame, units: Floats) -> Floats:
    """Line and order costs of what N series order at once; lines of one order share its cost [N].

    `frame`: terms of the N series.
    """
    ordered = units > 0
    money = frame["line_cost"].to_numpy(np.float64) * ordered
    group, order_cost = order_groups(frame)
    shared = ordered & (group >= 0)
    if shared.any():
        lines = np.bincount(group[shared], minlength=order_cost.size)
        money[shared] += order_cost[group[shared]] / lines[group[shared]]
    return np.asarray(money)
