"""One series by hand: a problem small enough to solve on paper."""

from __future__ import annotations

import numpy as np

from optimization.problem import Cycles, Problem


def single(
    levels: list[float],
    knots: list[list[float]],
    stock: float = 0.0,
    holding: float = 1.0,
    shortage: float = 9.0,
    minimum: float = 0.0,
    multiple: float = 0.0,
    line_cost: float = 0.0,
    surplus: float = 0.0,
    above_target: bool = False,
    days: int = 1,
) -> Problem:
    """A series that orders every `days` days with no lead time; `knots` one row a cycle.

    Demand is known as of today throughout: no floor above 0.
    """
    cycles = len(knots)
    order = np.arange(cycles) * days
    return Problem(
        cycles=Cycles(
            count=np.array([cycles]),
            orders_today=np.array([True]),
            order_day=order[None],
            arrival_day=order[None] + 1,
            end_day=order[None] + days,
            point_day=(order + days)[None, :, None],
            point_weight=np.full((1, cycles, 1), days),
            before_day=np.zeros((1, 0), dtype=np.int64),
        ),
        levels=np.array([levels]),
        floor=np.zeros((1, cycles)),
        knots=np.array(knots, dtype=float)[None, :, None, :],
        supply=np.full((1, cycles, 1), float(stock)),
        before_knots=np.zeros((1, 0, len(levels))),
        before_supply=np.zeros((1, 0)),
        late_floor=np.zeros(1),
        late_knots=np.array([knots[-1]], dtype=float),
        holding=np.array([holding]),
        shortage=np.array([shortage]),
        surplus=np.array([surplus]),
        surplus_above_target=np.array([above_target]),
        minimum=np.array([minimum]),
        multiple=np.array([multiple]),
        line_cost=np.array([line_cost]),
        order_group=np.array([-1]),
        order_cost=np.zeros(0),
    )
