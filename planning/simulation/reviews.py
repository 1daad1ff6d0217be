"""What is ordered at each review to come: the first cycle's rule, carried forward.

Today's order is the plan's. At every later review the rule that gave it is asked again: order up
to the quantile, at the same level, of demand through the end of that order's cycle (DESIGN §6).
The forecast is made anew as well: where demand ran above its mean, the mean to come is raised by
as much as the simulated demand itself carries on, and levels move with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Flags, Floats, Integers
from optimization.cycles import PADDING
from planning.distributions import means_through
from planning.problem import order_groups, plan_cycles
from planning.simulation.margins import Margins
from planning.situation import Situation

LEAST_LEVEL, MOST_LEVEL = 0.01, 0.999
TINY = 1e-9


@dataclass(frozen=True)
class Reviews:
    """The decisions of S series within the horizon, U at most; S × U unless said otherwise."""

    order_day: Integers  # days from as_of, at whose close it is taken; -1: padding
    arrival_day: Integers  # day at whose opening the order is due on the shelf
    level: Floats  # units to order up to [S_u]
    most: Floats  # units: no order is larger, where demand is lost (`leave_out_losses`)
    mean: Floats  # units expected from the review to the end of the order's cycle
    through: Floats  # units expected from as_of to the review
    gain: Floats  # what a share more of demand so far adds to the mean to come, a share
    open_due: Floats  # units of open orders that come after the review and before the cycle ends
    lot: Floats  # S, units: the least that is ordered
    multiple: Floats  # S, units, pack size; 0: any amount


def reviews(situation: Situation, target: Floats, lot: Floats, known: Margins) -> Reviews:
    """All decisions taken within the horizon.

    `target`: level of each series' first cycle [S]; `lot`: see `least_orders` [S].
    """
    frame, horizon = situation.terms.frame, situation.horizon_days
    protection = int((frame["lead_time_days"] + 2 * frame["review_period_days"]).max())
    cycles = plan_cycles(situation.dataset, situation.calendar, frame, horizon + protection)
    inside = (cycles.order_day >= 0) & (cycles.order_day < horizon)
    inside = inside[:, : max(1, int(inside.sum(axis=1).max(initial=1)))]
    order, arrival, end = (
        np.where(inside, days[:, : inside.shape[1]], PADDING)
        for days in (cycles.order_day, cycles.arrival_day, cycles.end_day)
    )
    levels = np.clip(target, LEAST_LEVEL, MOST_LEVEL)[:, None]
    spread = frame["lead_time_std_days"].to_numpy()
    mean, level = situation.windows(order, end, levels, spread if spread.any() else None)
    _, alone = situation.windows(np.maximum(arrival - 1, 0), end, levels)
    lost = situation.dataset.settings.unmet_demand == "lost"
    kept = situation.planned_for_stock[:, None] & inside
    through = means_through(situation, np.where(inside, order, 0))
    orders = situation.open_orders
    return Reviews(
        order_day=order,
        arrival_day=arrival,
        level=level[:, :, 0] * kept,
        most=np.where(kept, alone[:, :, 0] if lost else np.inf, 0.0),
        mean=mean * kept,
        through=through,
        gain=_gain(situation, known, order, end, through),
        open_due=orders.usable_by(end) - orders.usable_by(order),
        lot=lot,
        multiple=frame["order_multiple"].to_numpy(dtype=np.float64),
    )


def _gain(
    situation: Situation, known: Margins, order: Integers, end: Integers, through: Floats
) -> Floats:
    """Share by which the mean to come grows, for each share by which demand so far was above.

    The running total's part that scores explain goes on by its carries: from bucket t to e it
    grows by Π (1 + carry) - 1 (`margins`).
    """
    ends = situation.calendar.ends_ahead(known.mean.shape[1])
    last = np.searchsorted(ends, order, side="right")  # whole buckets before the review
    until = np.maximum(np.searchsorted(ends, end, side="right"), last)
    growth = np.ones((known.carry.shape[0], ends.size + 1))
    np.cumprod(np.maximum(1.0 + known.carry, TINY), axis=1, out=growth[:, 1:])
    summed = np.zeros_like(growth)
    np.cumsum(known.mean, axis=1, out=summed[:, 1:])
    explained = np.zeros_like(growth)
    explained[:, 1:] = known.explained

    def at(values: Floats, place: Integers) -> Floats:
        return np.asarray(np.take_along_axis(values, place, axis=1))

    more = at(growth, until) / at(growth, last) - 1.0
    window = at(summed, until) - at(summed, last)
    ratio = np.divide(through, window, out=np.zeros_like(through), where=window > TINY)
    gain: Floats = more * at(explained, last) * ratio
    there: Flags = window > TINY
    # A cycle beyond the last bucket that is simulated is taken to move like the one before it.
    for u in range(1, gain.shape[1]):
        gain[:, u] = np.where(there[:, u], gain[:, u], gain[:, u - 1])
    return gain


def least_orders(situation: Situation) -> Floats:
    """The least that is ordered of all series of a plan, units [S].

    Minimum, pack, or what earns the cost of an order, of which every line has its share.

    Where an order costs money, at least √(2Kλ / h): K money a line (its share of the order's
    cost included), λ units a day, h holding cost a unit and day (Snyder & Shen, §3.2).
    """
    frame, days = situation.terms.frame, situation.horizon_days
    groups, costs = order_groups(situation.terms.frame)
    lines = np.bincount(groups[groups >= 0], minlength=costs.size)
    shared = np.append(costs / np.maximum(lines, 1), 0.0)[groups]
    cost = frame["line_cost"].to_numpy() + shared
    holding = frame["holding_cost_per_day"].to_numpy()
    rate = means_through(situation, np.full(situation.series, days)) / days
    economic = np.sqrt(2.0 * cost * rate / np.where(holding > 0, holding, np.inf))
    least = np.maximum(frame["minimum_order_quantity"].to_numpy(), economic)
    pack = frame["order_multiple"].to_numpy(dtype=np.float64)
    packs = np.ceil(least / np.where(pack > 0, pack, 1.0) - TINY) * pack
    return np.asarray(np.where(pack > 0, np.maximum(packs, pack), least))
