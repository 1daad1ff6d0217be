"""Replenishment policies: one file each, filed in `POLICIES`, judged by replaying the past.

A policy is a frozen dataclass whose fields are its settings. It sees a `Review`, what is known
at one moment of S series that may order, and says how much each orders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from domain.periods import Bucket
from domain.registry import Registry
from domain.settings import Settings
from domain.terms import Flags, Floats
from optimization.foresight import Future
from optimization.problem import Problem


@dataclass(frozen=True)
class Review:
    """S series at the close of a day on which they may order; T buckets of history."""

    problem: Problem  # as known now: demand ahead, position, costs, packs and minimums
    settings: Settings
    bucket: Bucket
    on_hand: Floats  # S, units
    on_order: Floats  # S, units
    backordered: Floats  # S, units
    history: Floats  # S × T, units of demand as known; NaN where the series was not alive
    censored: Flags  # S × T, history is a lower bound only, or says nothing
    bucket_days: Floats  # T, days of each bucket of history
    mean_protection: Floats  # S, units: mean demand through the end of this order's cycle
    mean_review: Floats  # S, units: mean demand of one more review period
    has_use: Flags  # S, there is demand after the order can be here, or a debt to customers
    reorder_point: Floats  # S, units as the items table keeps them, NaN where it does not
    order_up_to_level: Floats  # S, units, NaN likewise
    minimum_stock: Floats  # S, units, NaN likewise
    maximum_stock: Floats  # S, units, NaN likewise
    future: Future | None = None  # what will come; for lower bounds only

    @property
    def position(self) -> Floats:
        """`inventory_position`: on hand + on order - backordered, units [S]."""
        return self.on_hand + self.on_order - self.backordered


class Policy(Protocol):
    """A rule that says how much to order."""

    def order(self, review: Review) -> Floats:
        """Units each of S series orders now, ≥ 0, in whole packs and not below the minimum."""
        ...


PolicyKind = Callable[..., Policy]
"""A dataclass of settings: called with some of them, it makes a policy."""

POLICIES: Registry[PolicyKind] = Registry("policy", __name__)
