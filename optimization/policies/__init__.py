"""Replenishment policies: one file each, filed in `POLICIES`, judged by replaying the past.

A policy is a frozen dataclass whose fields are its settings. It sees a `Review`, what is known
at one moment of S series that may order, and says how much each orders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

from domain.periods import Bucket
from domain.registry import Registry
from domain.settings import Settings
from domain.terms import Flags, Floats
from optimization.foresight import Future
from optimization.problem import Problem


@dataclass(frozen=True)
class Ahead:
    """What a policy's forecast says of S series, its position filled in."""

    problem: Problem  # demand ahead, position, costs, packs and minimums
    has_use: Flags  # S, there is demand after the order can be here, or a debt to customers


@dataclass(frozen=True)
class Means:
    """Mean demand that a policy's forecast sees ahead of S series."""

    protection: Floats  # S, units: through the end of this order's cycle
    review: Floats  # S, units: of one more review period


@dataclass(frozen=True)
class Review:
    """S series at the close of a day on which they may order; T buckets of history.

    A forecast is made when a policy first asks what lies ahead: rules that live by history and
    position alone never pay for one.
    """

    settings: Settings
    bucket: Bucket
    on_hand: Floats  # S, units
    on_order: Floats  # S, units
    backordered: Floats  # S, units
    minimum: Floats  # S, units: `minimum_order_quantity`
    multiple: Floats  # S, units: `order_multiple`, 0: any amount
    history: Floats  # S × T, units of demand as known; NaN where the series was not alive
    censored: Flags  # S × T, history is a lower bound only, or says nothing
    bucket_days: Floats  # T, days of each bucket of history
    reorder_point: Floats  # S, units as the items table keeps them, NaN where it does not
    order_up_to_level: Floats  # S, units, NaN likewise
    minimum_stock: Floats  # S, units, NaN likewise
    maximum_stock: Floats  # S, units, NaN likewise
    calibrated_factor: Floats  # S, on the shortage cost, as calibrated on earlier days; else 1
    look_ahead: Callable[[], Ahead]
    look_at_means: Callable[[], Means]
    future: Future | None = None  # what will come; for lower bounds only

    @cached_property
    def ahead(self) -> Ahead:
        """What is forecast, looked up once."""
        return self.look_ahead()

    @cached_property
    def means(self) -> Means:
        """Mean demand ahead, which costs less to know than distributions; looked up once."""
        return self.look_at_means()

    @property
    def position(self) -> Floats:
        """`inventory_position`: on hand + on order - backordered, units [S]."""
        return self.on_hand + self.on_order - self.backordered


class Policy(Protocol):
    """A rule that says how much to order.

    One with `hears` False is shown forecasts as made, before planners and customers had a word;
    one with `as_recorded` True is never asked: a replay walks the orders that were really made.
    """

    def order(self, review: Review) -> Floats:
        """Units each of S series orders now, ≥ 0, in whole packs and not below the minimum."""
        ...


@runtime_checkable
class Weighs(Protocol):
    """A policy that is the optimizer with another cost of a shortage: limits can be shared."""

    def factor(self, calibrated: Floats) -> Floats:
        """What the shortage cost is multiplied by [S]; `calibrated`: S, what calibration says."""
        ...


PolicyKind = Callable[..., Policy]
"""A dataclass of settings: called with some of them, it makes a policy."""

POLICIES: Registry[PolicyKind] = Registry("policy", __name__)
