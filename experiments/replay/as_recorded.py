"""Walks the orders that users really made, beside policies that are asked."""

from __future__ import annotations

import numpy as np

from domain.errors import DataError
from experiments.replay.ground import Ground
from experiments.replay.order_record import OrderRecord
from experiments.replay.ordering_cost import order_money
from experiments.replay.state import State
from optimization.policies import Policy
from planning.supplying_locations import is_moved


def is_recorded(policy: Policy) -> bool:
    """Whether a policy is walked by the record, and never asked."""
    return bool(getattr(policy, "as_recorded", False))


def why_not(ground: Ground) -> str | None:
    """Why the orders that were made cannot be walked on a ground; None: they can."""
    made, end = ground.made, ground.day(ground.calendar.count - 1)
    days = f"after {ground.start} until {ground.calendar.as_of}"
    if made is None or not made.placed(0, end)[0].size:
        return f"no orders are recorded {days}"
    if not ((made.parts.arrives > 1) & (made.parts.arrives <= end + 1)).any():
        return f"no receipts are recorded {days}"
    if is_moved(ground.terms.frame).any():
        return "locations supply one another, and what moved between them is not recorded"
    return None


def record_of(ground: Ground) -> OrderRecord:
    """The orders that were made; raises DataError where they cannot be walked."""
    why = why_not(ground)
    if why is not None or ground.made is None:
        raise DataError(
            f"orders_made: {why}",
            "open_orders, receipts",
            "Give the orders you made with ordered_on, or leave this policy out.",
        )
    return ground.made


def place_recorded(ground: Ground, record: OrderRecord, state: State, bucket: int) -> None:
    """Send off the orders that were made within a bucket; they cost in that bucket.

    Lines of one supplier at a location on one day are taken to be one order, as a plan's are.
    """
    days, made = record.placed(ground.day(bucket - 1), ground.day(bucket))
    for day in np.unique(days):
        today, units = made.part(days == day), np.zeros(ground.series)
        np.add.at(units, today.rows, today.units)
        state.order_money += order_money(ground.terms.frame, units)
    state.place(made.rows, made.units, made.expected, made.arrives)
