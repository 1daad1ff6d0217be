"""The arrays of one solve (DESIGN §6). No solver here.

S series, U decisions at most, P evaluation points a cycle at most, Q points before the first
delivery, K levels. Where a series has fewer decisions or points, the rest is padding: days
are -1, numbers 0. Days are counted from `as_of` (0 is its close, 1 the day after).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from domain.terms import Flags, Floats, Integers


@dataclass(frozen=True)
class Cycles:
    """When each series can order, what that order answers for, and where cost is evaluated.

    Decision u is taken at the close of day `order_day` [r_u], is on the shelf at the opening
    of `arrival_day` = r_u + L_u + 1 and answers through `end_day` [e_u], the day before the
    next delivery. Holding of the cycle's days is evaluated at `point_day` (bucket ends within
    the cycle, the last one at `end_day`), each standing for `point_weight` days.
    """

    count: Integers  # S, decisions of each series
    orders_today: Flags  # S, whether the first decision is taken at `as_of`
    order_day: Integers  # S × U
    arrival_day: Integers  # S × U
    end_day: Integers  # S × U
    point_day: Integers  # S × U × P
    point_weight: NDArray[np.int32]  # S × U × P, days; 0 for padding
    before_day: Integers  # S × Q, bucket ends before the first delivery, the last = arrival - 1

    def take(self, index: Integers | slice) -> Self:
        """The same for some series only."""
        return type(self)(*(getattr(self, field.name)[index] for field in fields(self)))


@dataclass(frozen=True)
class Problem:
    """A replenishment problem without shared limits.

    Demand summed over days 1 … d as known when decision u is taken [D_d] is a step
    distribution: 0 below `floor`, then `levels` at `knots`. `supply` [B_d] is what can be used
    by that day without any decision.
    """

    cycles: Cycles
    levels: Floats  # S × K, ascending, 0 to 1
    floor: Floats  # S × U, units: mean demand up to order_day, below which D never lies
    knots: Floats  # S × U × P × K, units
    supply: Floats  # S × U × P, units
    before_knots: Floats  # S × Q × K, units, as known now
    before_supply: Floats  # S × Q, units
    late_floor: Floats  # S, units: mean demand up to the last decision's order day
    late_knots: Floats  # S × K, units: demand through end_day of the last cycle + slow_moving_days
    holding: Floats  # S, money per unit and day [h]
    shortage: Floats  # S, money per unit [p]
    surplus: Floats  # S, money per unit [κ]
    surplus_above_target: Flags  # S, κ counts only above the last cycle's own optimum [x_U]
    minimum: Floats  # S, units, smallest order
    multiple: Floats  # S, units, pack size; 0: any amount
    line_cost: Floats  # S, money per order line
    order_group: Integers  # S, which order a line belongs to (supplier at location); -1: none
    order_cost: Floats  # G, money per order of each group
    cycle_knots: Floats | None = None  # S × K, units: demand of the first cycle's days alone
    order_up_to: Floats | None = None  # S, units: the level [S], where knots leave out losses
    break_from: Floats | None = None  # S × T, units from which a lower price holds; infinite: none
    break_saving: Floats | None = None  # S × T, money: what every unit then costs less, rising
    daily_demand: Floats | None = None  # S, units a day, beyond the horizon; 0: κ as it stands
    saved: Floats | None = None  # S, money per unit left after the last cycle, of later orders
    waits: Flags | None = None  # S, whose unmet demand waits even where others' is lost
    share: Floats | None = None  # S × U, money: shares of order costs that are settled already
    saved_by_others: Floats | None = None  # S, money that other lines of the group save today
    given: Flags | None = None  # S, whose first order is in `supply`: none is placed beside it

    @property
    def series(self) -> int:
        """Number of series [S]."""
        return int(self.holding.size)

    def take(self, index: Integers | slice) -> Self:
        """The same problem for some series only."""
        picked = {
            field.name: getattr(self, field.name)[index]
            for field in fields(self)
            if field.name not in ("cycles", "order_cost") and getattr(self, field.name) is not None
        }
        return type(self)(cycles=self.cycles.take(index), order_cost=self.order_cost, **picked)


@dataclass(frozen=True)
class Solution:
    """What to order, and what it is expected to cost."""

    quantity: Floats  # S × U, units
    wanted: Floats  # S, units of the first order without minimum, multiple and fixed costs
    order_up_to_level: Floats  # S, units: the first cycle's own optimum, decided alone [S]
    cost: Floats  # S, money: holding, shortage, surplus and line costs of the plan
    cost_without: Floats  # S, money: the same, nothing ordered today; `cost` if that cannot be
    bound: float  # money: no plan costs less
    objective: float  # money: all of it, order costs included
    status: str  # optimal, feasible
    binding: np.ndarray  # S, text: what made `quantity` differ from `wanted`, "" where nothing
    share: Floats | None = None  # S × U, money: shares of order costs that were reckoned with
    saving: Floats | None = None  # S, money that today's order saves, without any order cost
