"""Goods that grow too old to sell: how `shelf_life_days` limits what is bought.

Goods of an order are on the shelf at the opening of day a and can be sold through day a + m - 1,
m the shelf life; the oldest is sold first. Of the supply C up to and with that order,
E(C - D_{a + m - 1})⁺ is then unsold and wasted (expected outdating, Chiu 1995, European Journal
of Operational Research 87(1); of the order alone it is that less the same without it).

In the plan it is the charge κ of DESIGN §6 at that day, where it comes before the day on which
stock counts as slow: κ · E(C_U - D_{a_U + m - 1})⁺, for all supply of the plan once, its last
cycle being the last whose goods come while today's can still be sold. A shorter shelf life makes
more of a position unsold. Approximate: the age of stock is not known and taken to be that of
fresh goods, and what ages within the plan counts at its end. Where p comes from a level or a fill
rate the level is kept: only what lies above it is charged.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from domain.terms import Floats, Integers
from optimization.cycles import PADDING
from optimization.problem import Cycles


def shelf_lives(terms: pd.DataFrame) -> Floats:
    """Days goods can be sold, 1 or more, infinite where none is given, S."""
    if "shelf_life_days" not in terms:
        return np.full(len(terms), np.inf)
    life = pd.to_numeric(terms["shelf_life_days"]).astype(np.float64).fillna(np.inf)
    return np.maximum(np.floor(life.to_numpy()), 1.0)


def within_shelf_life(cycles: Cycles, terms: pd.DataFrame) -> Cycles:
    """The cycles; of goods with a shelf life those that come while today's can still be sold."""
    life = shelf_lives(terms)
    if not np.isfinite(life).any():
        return cycles
    arrival = cycles.arrival_day
    fresh = (arrival >= 0) & (arrival < arrival[:, :1] + life[:, None])
    return replace(
        cycles,
        count=fresh.sum(axis=1),
        order_day=np.where(fresh, cycles.order_day, PADDING),
        arrival_day=np.where(fresh, arrival, PADDING),
        end_day=np.where(fresh, cycles.end_day, PADDING),
        point_day=np.where(fresh[:, :, None], cycles.point_day, PADDING),
        point_weight=np.where(fresh[:, :, None], cycles.point_weight, 0),
    )


def unsold_day(terms: pd.DataFrame, cycles: Cycles, slow_moving_days: int) -> Integers:
    """The day on which what is left of all supply of the plan is unsold: slow, or too old, S."""
    row, last = np.arange(len(terms)), cycles.count - 1
    slow = cycles.end_day[row, last] + slow_moving_days
    old = cycles.arrival_day[row, last] + shelf_lives(terms) - 1
    return np.minimum(slow, old).astype(np.int64)
