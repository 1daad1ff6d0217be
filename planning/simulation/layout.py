"""The arrays of a walk: what stands fast for S series, and where one of them is on P paths."""

from __future__ import annotations

from typing import NamedTuple

from domain.terms import Flags, Floats, Integers


class Ground(NamedTuple):
    """All that a walk needs of S series, T buckets and U reviews (see `Reviews`)."""

    ends: Integers  # T, days from as_of to bucket ends
    lost: bool  # whether unmet demand is lost
    whole: Flags  # S, whole units
    on_hand: Floats  # S, units
    waiting: Floats  # S, units customers wait for
    promised: Floats  # S, units, below which demand so far never lies
    open_begins: Integers  # S + 1, where each series' open orders begin
    open_day: Integers  # N, day at whose opening a line is there
    open_units: Floats  # N
    today: Floats  # S, units the plan orders today; -1 where no order can be placed today
    order_day: Integers  # S × U
    arrival_day: Integers  # S × U
    delay: Integers  # S × U × P, days a delivery comes late; 0 × 0 × 0 where none does
    latest: Integers  # S, the most days that any of a series comes late or early
    level: Floats  # S × U
    most: Floats  # S × U
    mean: Floats  # S × U
    through: Floats  # S × U
    gain: Floats  # S × U
    open_due: Floats  # S × U
    lot: Floats  # S
    multiple: Floats  # S
    worth: Flags  # S, whether a lot that is more than what lacks may be ordered
    cost: Floats  # S, money per unit
    price: Floats  # S, money per unit unserved
    holding: Floats  # S, money per unit and day
    shortage: Floats  # S, money per unit short
    planned: Floats  # S × T, days of the bucket it is planned for stock
    use: Floats  # S, units that are not slow-moving at the end


class Paths(NamedTuple):
    """One series on its way, P each."""

    on_hand: Floats
    waiting: Floats
    coming: Floats  # units of its own orders under way
    so_far: Floats  # demand from as_of to the end of the last bucket
    asked: Floats  # demand of the bucket so far
    missed: Floats  # units unserved in this step
    before: Floats  # units unserved before the first delivery
    after: Floats  # and after it
    handed: Floats  # units handed to customers
    ordered: Floats  # U × P, units of each order that is not there yet
    due: Integers  # U × P, day at whose opening it comes
