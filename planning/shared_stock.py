"""A shortage at a source, shared out among the locations it supplies.

Where the orders of stores until the source's next goods come ask for more than can be used there,
they are decided again within it (`optimization.stock_shares`). Approximate in two things: where a
source sells itself, mean demand of its own until then is kept back first; and where limits are
shared as well, none of which asks for at least something, a store gets the smaller of what they and
what the source leave it.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from domain.terms import Flags, Floats, Integers
from optimization.constraints import Limit
from optimization.constraints.source_stock import SourceStock
from optimization.problem import Problem, Solution
from optimization.shared.rows import Row
from optimization.solve import cost_of, prepare
from optimization.stock_shares import Shares, share_stock
from planning.decision import decide, decide_together, ready_portions
from planning.distributions import distributions
from planning.limits import limits_of
from planning.outlook import Outlook, look_out
from planning.plan import Decision
from planning.problem import build_problem, worth_ordering
from planning.situation import Situation
from planning.steps import Advance

ROUNDS = 4
"""Times that sources which are short are made limits and all is decided again."""
NEVER = 10**6
NOISE = 1e-6
"""Units that are no shortage."""


class Short(NamedTuple):
    """Sources that are asked for more than they have until their next goods come."""

    stores: Integers  # N, rows of all series that are supplied by another
    window: Integers  # N, how many decisions of each draw on what is there now
    until: Integers  # S, day of each series' next goods
    free: Floats  # S, units that each may give
    short: Flags  # S, whether more is asked


def decide_within_sources(situation: Situation, advance: Advance) -> Decision:
    """The decision for all series of a plan, with no more moved from a source than it has.

    Where limits ask for at least something, a source that is short is a limit among them.
    """
    decision = decide(situation, advance)
    if decision.limits is None or not any(_promises(row) for row in decision.limits.rows):
        return within_sources(situation, decision)
    ready = ready_portions(situation)
    sources: dict[str, Limit] = {}
    for _ in range(ROUNDS):
        more = {limit.name: limit for limit in _as_limits(situation, decision)}
        if not more:
            break
        sources |= more
        limits = (*limits_of(situation), *sources.values())
        decision = decide_together(situation, limits, advance, ready)
    return within_sources(situation, decision)


def _promises(row: Row) -> bool:
    """Whether ordering less could break a limit that orders keep."""
    return row.at_least or row.kind in ("group_service", "group_cycle_service")


def _as_limits(situation: Situation, decision: Decision) -> list[SourceStock]:
    """A limit for each source that is short."""
    found = shortages(situation, decision)
    if found is None:
        return []
    frame = situation.terms.frame
    return [
        SourceStock(
            str(frame["sku"].iloc[row]), str(frame["location"].iloc[row]), float(found.free[row]),
            0, int(found.until[row]) - 1,
            f"until {situation.date(int(min(found.until[row], situation.horizon_days)) - 1)}",
        )
        for row in np.flatnonzero(found.short).tolist()
    ]  # fmt: skip


def shortages(situation: Situation, decision: Decision) -> Short | None:
    """Which sources a decision asks for more than they have; None where nothing is supplied."""
    network = situation.network
    if network is None:
        return None
    quantity, cycles = decision.solution.quantity, situation.cycles
    stores = np.flatnonzero(network.passes_on)
    goods = _next_goods(situation, quantity)
    until = goods[network.source[stores]]
    alive = np.arange(quantity.shape[1]) < cycles.count[stores, None]
    window = ((cycles.order_day[stores] < until[:, None]) & alive).sum(axis=1)
    drawn = np.arange(quantity.shape[1]) < window[:, None]
    asked = np.bincount(
        network.source[stores], (quantity[stores] * drawn).sum(axis=1), situation.series
    )
    free = np.maximum(situation.stock.usable - _kept_back(situation, until, stores), 0.0)
    return Short(stores, window, goods, free, np.asarray(asked > free + NOISE))


def within_sources(situation: Situation, decision: Decision) -> Decision:
    """The decision for all series of a plan, with no more moved from a source than it has."""
    network, found = situation.network, shortages(situation, decision)
    if network is None or found is None:
        return decision
    stores, window, _, free, short = found
    quantity = decision.solution.quantity
    rows = stores[short[network.source[stores]]]
    if not rows.size:
        return decision
    part = situation.take(rows)
    known = distributions(part)
    problem = prepare(build_problem(part, known), situation.dataset.settings)
    wanted_later = worth_ordering(part, known)
    places, group = np.unique(network.source[rows], return_inverse=True)
    decisions = problem.floor.shape[1]
    shares = share_stock(
        problem,
        group.astype(np.int64),
        np.minimum(window[short[network.source[stores]]], decisions),
        free[places],
        situation.dataset.settings.solver.threads,
    )
    units = shares.quantity * wanted_later[:, None]
    if decision.limits is not None:
        planned = np.cumsum(quantity[rows, :decisions], axis=1)
        units = np.diff(np.minimum(np.cumsum(units, axis=1), planned), axis=1, prepend=0.0)
    return _decided(situation, decision, rows, problem, shares, units)


def _next_goods(situation: Situation, quantity: Floats) -> Integers:
    """The day on which each series' next goods are on its shelf, S; NEVER where none come."""
    cycles = situation.cycles
    arrival = np.where(quantity > 0, cycles.arrival_day, NEVER).min(axis=1)
    lines = situation.open_orders.counted
    if len(lines):
        rows, day = lines["series"].to_numpy(), lines["usable_from"].to_numpy()
        np.minimum.at(arrival, rows, day.astype(arrival.dtype))
    return np.asarray(arrival, dtype=np.int64)


def _kept_back(situation: Situation, until: Integers, stores: Integers) -> Floats:
    """Units that each source keeps for its own customers until its next goods come, S."""
    network = situation.network
    kept = np.zeros(situation.series)
    if network is None:
        return kept
    sources, first = np.unique(network.source[stores], return_index=True)
    last = np.minimum(until[first] - 1, int(situation.forecast.days[-1]))[:, None]
    mean, _ = situation.forecast.windows(
        np.zeros_like(last), last, np.zeros(0), situation.rows[sources]
    )
    kept[sources] = mean[:, 0] * network.sells[sources]
    return kept


def _decided(
    situation: Situation,
    decision: Decision,
    rows: Integers,
    problem: Problem,
    shares: Shares,
    units: Floats,
) -> Decision:
    """The decision with other orders of some rows."""
    threads = situation.dataset.settings.solver.threads
    old = decision.solution
    quantity = old.quantity.copy()
    quantity[rows] = 0.0
    quantity[rows, : units.shape[1]] = units
    cost = _with(old.cost, rows, cost_of(problem, units, threads))
    objective = old.objective + float(cost.sum()) - float(old.cost.sum())
    bound = old.bound
    if decision.limits is None:
        bound += float(shares.bound.sum()) - float(old.cost[rows].sum())
    less = units[:, 0] < old.quantity[rows, 0] - NOISE
    frame = situation.terms.frame.iloc[rows]
    words = "the stock at " + frame["from_location"].astype(object).to_numpy()
    staying = np.maximum(cost_of(problem, shares.stay, threads), cost[rows])
    solution = replace(
        old,
        quantity=quantity,
        cost=cost,
        cost_without=_with(old.cost_without, rows, staying),
        objective=objective,
        bound=min(bound, objective),
        status=old.status if objective - bound <= 1e-9 * abs(objective) else "feasible",
        binding=_with(old.binding, rows, np.where(less, words, old.binding[rows])),
    )
    part = situation.take(rows)
    seen = look_out(part, distributions(part), problem, _of(solution, rows, units))
    outlook = Outlook(
        **{
            field.name: _with(
                getattr(decision.outlook, field.name), rows, getattr(seen, field.name)
            )
            for field in fields(Outlook)
        }
    )
    return replace(decision, solution=solution, outlook=outlook)


def _of(solution: Solution, rows: Integers, units: Floats) -> Solution:
    """The solution of some rows."""
    names = ("wanted", "order_up_to_level", "cost", "cost_without", "binding")
    return replace(
        solution, quantity=units, **{name: getattr(solution, name)[rows] for name in names}
    )


def _with(whole: np.ndarray, rows: Integers, values: np.ndarray) -> np.ndarray:
    """A copy of `whole` with other values at `rows`."""
    copy = whole.copy()
    copy[rows] = values
    return copy


def moved_today(situation: Situation, decision: Decision) -> pd.DataFrame:
    """Transfers of today, a row each: sku, from_location, location, quantity, for the checker."""
    frame = situation.terms.frame
    columns = ["sku", "from_location", "location", "quantity"]
    if "from_location" not in frame:
        return pd.DataFrame({name: [] for name in columns})
    quantity = decision.solution.quantity[:, 0] * situation.cycles.orders_today
    moved = frame.assign(quantity=quantity)[columns]
    return moved[(moved["quantity"] > 0) & (moved["from_location"] != "")]
