"""One product decided on again from what a plan left behind, with something otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from domain.errors import ConflictError, NotFoundError
from domain.terms import Floats
from optimization.integer import smallest_order
from optimization.kept_orders import keep_planned
from optimization.problem import Problem, Solution
from optimization.shared.minimums import NEARER
from optimization.solve import cost_of, decide, solve_prepared
from planning.decision import nothing_ordered
from planning.what_if.ground import Ground
from planning.what_if.held import Held, at_held_prices, with_bounds
from planning.what_if.one import Change, Ready, ready

ROUNDING = 1e-9


@dataclass(frozen=True)
class Answer:
    """What would be ordered today."""

    quantity: float  # units
    wanted: float  # units, without minimum, multiple and budget
    order_up_to_level: float  # units [S]
    order_value: float  # money
    order_on: str
    due_on: str
    orders_today: bool  # whether the supplier takes orders that day
    expected_cost: float  # money, of the plan's days
    expected_cost_without: float  # money, nothing ordered today
    limits: tuple[dict[str, Any], ...] = ()  # that charge the order, at prices that are held


def answer(ground: Ground, sku: str, location: str, change: Change) -> Answer:
    """The decision on one product; the number that a whole plan with that change would give.

    Where limits are shared, their prices are held: see `held`. The line of the plan itself where
    nothing is otherwise. Raises NotFoundError for a product or limit that the plan does not have,
    ConflictError for a product on which others decide too, and for a limit without a price.
    """
    row = ground.place.get((sku, location))
    if row is None:
        raise NotFoundError(
            f"the plan has no {sku!r} at {location!r}", "sku", "Ask for one of its inventory."
        )
    why = str(ground.series["why_not"].iloc[row])
    if why:
        raise ConflictError(
            f"{sku} at {location} is not decided on by itself: {why}",
            "what-if",
            "Ask for a plan with the change in its tables or settings.",
        )
    held = with_bounds(ground.held, change.limits)
    now = ready(ground, row, change)
    if not now.solved:
        return _told(now, nothing_ordered(*now.problem.cycles.order_day.shape), change)
    if not ground.limited:
        return _told(now, _by_itself(ground, row, now), change)
    solution, charged = _at_prices(ground, row, now, held)
    found = _told(now, solution, change)
    return replace(found, limits=tuple(one.told for one in charged))


def _by_itself(ground: Ground, row: int, now: Ready) -> Solution:
    """The exact decision where no limit is reached."""
    solution = solve_prepared(now.problem, 1)
    before = ground.series["planned_before"].to_numpy(dtype=np.float64)[row : row + 1]
    if np.isfinite(before).any():
        solution = keep_planned(now.problem, solution, before, ground.settings.change_cost, 1)
    return solution


def _at_prices(
    ground: Ground, row: int, now: Ready, held: Sequence[Held]
) -> tuple[Solution, tuple[Held, ...]]:
    """The decision at the prices of the limits, and the limits that charge it.

    Of orders that are about as good at these prices the nearest to the plan's own position, which
    mixes them so that the limits are kept; what whole packs made of it is kept as well.
    """
    before = ready(ground, row, Change())
    old = at_held_prices(before.situation, before.measured, ground.limits, ground.held)
    new = at_held_prices(now.situation, now.measured, ground.limits, held)
    planned = float(ground.series["quantity"].iloc[row])
    low = new.low[0] + min(planned - old.low[0], 0.0)
    high = new.high[0] + max(planned - old.high[0], 0.0)
    moved = float(before.problem.supply[0, 0, 0] - now.problem.supply[0, 0, 0])
    today = _whole(now.problem, min(max(planned + moved, low), high))
    orders = np.concatenate([[today], _later(new.orders, today)])[None, :]
    alone, _ = decide(now.problem, 1)
    without = cost_of(now.problem, new.staying[None, :])
    solution = replace(
        alone, quantity=orders, cost=cost_of(now.problem, orders), cost_without=without
    )
    return solution, new.charged


def _whole(problem: Problem, units: float) -> float:
    """Whole packs within `units`, and no order that is smaller than the smallest."""
    least = float(smallest_order(problem)[0])
    pack = float(problem.multiple[0])
    found = max(units, 0.0)
    if pack > 0:
        found = float(np.floor(found / pack + ROUNDING) * pack)
    if found >= least - ROUNDING:
        return found
    return least if found >= NEARER * least else 0.0


def _later(orders: Floats, today: float) -> Floats:
    """Later orders that lead to the same positions, `today` units ordered first."""
    position = np.cumsum(orders)
    reached = np.maximum.accumulate(np.maximum(position, today))
    return np.diff(np.concatenate([[today], reached[1:]]))


def _told(now: Ready, solution: Solution, change: Change) -> Answer:
    """The decision in units, money and days, within the money there is."""
    problem, situation = now.problem, now.situation
    cost = float(situation.terms.frame["unit_cost"].iloc[0])
    today = bool(problem.cycles.orders_today[0])
    quantity = float(solution.quantity[0, 0]) if today else 0.0
    expected = float(solution.cost[0])
    if change.budget is not None and quantity * cost > change.budget:
        quantity = _affordable(problem, change.budget / cost)
        orders = solution.quantity.copy()
        orders[0, 0] = quantity
        expected = float(cost_of(problem, orders)[0])
    arrival = int(problem.cycles.arrival_day[0, 0])
    return Answer(
        quantity=quantity,
        wanted=float(solution.wanted[0]),
        order_up_to_level=float(solution.order_up_to_level[0]),
        order_value=quantity * cost,
        order_on=str(situation.date(int(problem.cycles.order_day[0, 0]))),
        due_on=str(situation.date(arrival)),
        orders_today=today,
        expected_cost=expected,
        expected_cost_without=float(solution.cost_without[0]),
    )


def _affordable(problem: Problem, units: float) -> float:
    """The most whole packs within `units`; none where that is less than the smallest order.

    What an order saves is concave in its size, so that as much as can be had is best.
    """
    pack = float(problem.multiple[0])
    most = units if pack == 0 else np.floor(units / pack + ROUNDING) * pack
    return float(most) if most >= problem.minimum[0] - ROUNDING else 0.0
