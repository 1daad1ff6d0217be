"""Levels that a classical policy keeps to, as an ERP system stores them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from domain.terms import Floats
from optimization.expectation import expected_losses
from optimization.lot_sizes import discounted_lot
from optimization.policies import Review
from optimization.problem import Problem

ROUNDS = 40
NEAR = 1e-9
"""Relative change of a lot at which the search for it stops."""
LEAST_LEVEL = 0.5
"""Below the median of demand no reorder point is set, however dear holding is."""


@dataclass(frozen=True)
class StockLevels:
    """Per series [S], units; at or below `reorder_point` an order is due."""

    reorder_point: Floats  # [s], of the inventory position
    order_up_to_level: Floats  # [S], the position after an order; with a lot the highest
    safety_stock: Floats  # reorder point less mean demand of the protection period
    order_quantity: Floats  # [Q]; order_up_to_level - reorder_point where it is no fixed lot


@runtime_checkable
class KeepsLevels(Protocol):
    """A policy that can tell the levels it orders by."""

    def levels(self, review: Review) -> StockLevels:
        """The levels of S series at this moment."""
        ...


class Lead(NamedTuple):
    """Demand of the protection period as a step distribution."""

    levels: Floats  # S × K
    floor: Floats  # S
    knots: Floats  # S × K, units


def protection_demand(problem: Problem) -> Lead:
    """Demand through the end of the first cycle."""
    row = np.arange(problem.series)
    last = (problem.cycles.point_day[:, 0] >= 0).sum(axis=1) - 1
    return Lead(problem.levels, problem.floor[:, 0], problem.knots[row, 0, last])


def quantiles(lead: Lead, level: Floats) -> Floats:
    """The quantile of each series' demand at its own level, straight between knots, S."""
    below = np.concatenate([np.zeros((level.size, 1)), lead.levels], axis=1)
    units = np.concatenate([lead.floor[:, None], lead.knots], axis=1)
    k = np.clip((below < level[:, None]).sum(axis=1), 1, below.shape[1] - 1)
    row = np.arange(level.size)
    width = below[row, k] - below[row, k - 1]
    share = (level - below[row, k - 1]) / np.where(width > 0, width, 1.0)
    rise = units[row, k] - units[row, k - 1]
    return np.asarray(units[row, k - 1] + np.clip(share, 0.0, 1.0) * rise)


def reorder_point_and_lot(
    lead: Lead, demand: Floats, costs: Costs, least: Floats, lost: bool
) -> tuple[Floats, Floats]:
    """Reorder point r and lot Q that suit each other, units [S each].

    The expected-inventory-level approximation (Hadley & Whitin 1963; Snyder & Shen, 2nd ed.,
    §5.3.1, Example 5.2): in turns P(D > r) = Qh / (pλ), and Q the economic lot with K + p · n(r)
    paid for each, n(r) = E(D - r)⁺; where demand is lost P(D > r) = Qh / (pλ + Qh). `demand` [λ]
    and holding are per the same time; `least`: the smallest lot, S, units.
    """
    lot = np.maximum(least, 0.0)
    point = np.zeros_like(lot)
    short = np.zeros_like(lot)
    for _ in range(ROUNDS):
        fixed = costs.fixed + costs.shortage * short
        holding = np.repeat(costs.holding[:, None], costs.starts.shape[1], axis=1)
        found = discounted_lot(fixed, demand, holding, costs.starts, costs.saving, least)
        kept, missed = found * costs.holding, costs.shortage * demand
        total = missed + kept if lost else missed
        above = np.where(total > 0, kept / np.where(total > 0, total, 1.0), 1.0)
        point = quantiles(lead, np.maximum(1.0 - above, LEAST_LEVEL))
        _, short = expected_losses(lead.levels, lead.floor, lead.knots, point)
        done = np.abs(found - lot) <= NEAR * np.maximum(found, 1.0)
        lot = found
        if done.all():
            break
    return point, lot


class Costs(NamedTuple):
    """What a lot is weighed with, S unless said otherwise; money."""

    fixed: Floats  # per order [K]
    holding: Floats  # per unit and day [h]
    shortage: Floats  # per unit short [p]
    starts: Floats  # S × T, units from which each price holds, the first 0
    saving: Floats  # S × T, per unit, of each price


def costs_of(problem: Problem) -> Costs:
    """The costs of a problem; the cost of an order is shared evenly by its lines."""
    fixed = problem.line_cost.astype(np.float64)
    grouped = problem.order_group >= 0
    if grouped.any():
        groups = problem.order_group[grouped]
        lines = np.bincount(groups, minlength=problem.order_cost.size)
        fixed[grouped] += problem.order_cost[groups] / lines[groups]
    starts, saving = np.zeros((problem.series, 1)), np.zeros((problem.series, 1))
    if problem.break_from is not None and problem.break_saving is not None:
        starts = np.concatenate([starts, problem.break_from], axis=1)
        saving = np.concatenate([saving, problem.break_saving], axis=1)
    return Costs(fixed, problem.holding, problem.shortage, starts, saving)


def lot_levels(review: Review) -> tuple[Floats, Floats]:
    """Reorder point and lot of a review; a lot lasts at least until the next review."""
    problem = review.ahead.problem
    days = np.maximum(problem.cycles.point_weight[:, 0].sum(axis=1), 1)
    least = np.maximum(np.maximum(review.means.review, review.minimum), 0.0)
    lost = review.settings.unmet_demand == "lost"
    return reorder_point_and_lot(
        protection_demand(problem), review.means.review / days, costs_of(problem), least, lost
    )
