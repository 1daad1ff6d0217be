"""What each order of today is made of: signed parts that add up to its quantity.

The first parts are the arithmetic of one cycle: demand + safety stock - what is there. Each part
after them is what one more rule changes, solved again with it: lost sales, shelf life, later
cycles, the minimum, packs, price breaks, the cost of ordering, and limits that items share. So
the sum is exact by construction, and a part that acts on nothing is 0.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from domain.outputs_waterfall import PARTS, TRIAL_PART
from domain.terms import Floats, Integers
from optimization.price_breaks import has_breaks
from optimization.problem import Problem
from optimization.separable import solve_separable
from optimization.solve import prepare, solve_prepared
from planning.decision import portions
from planning.distributions import Distributions, distributions, means_through
from planning.plan import Decision
from planning.problem import build_problem, plan_cycles, worth_ordering
from planning.shelf_life import shelf_lives
from planning.situation import Situation, trimmed
from planning.trial import reordered

NAMES = tuple(part.name for part in PARTS)
EVERY = (*NAMES, TRIAL_PART.name)


def order_parts(situation: Situation, decision: Decision) -> pd.DataFrame:
    """A row for each series ordered today from its usual supplier: series, and EVERY part."""
    found = [pd.DataFrame({"series": np.zeros(0, dtype=np.int64)}, columns=["series", *EVERY])]
    ordered = (decision.solution.quantity[:, 0] > 0) & situation.cycles.orders_today
    for rows in portions(situation):
        if ordered[rows].any():
            found.append(_of_portion(situation, decision, rows, rows[ordered[rows]]))
    whole = pd.concat(found[1:] or found, ignore_index=True)
    return whole.sort_values("series", ignore_index=True)


def _of_portion(
    situation: Situation, decision: Decision, portion: Integers, rows: Integers
) -> pd.DataFrame:
    """The parts of the series `rows`, which lie in one portion."""
    part = situation.take(rows)
    known = distributions(part)
    base = build_problem(part, known)
    problem = prepare(base, situation.dataset.settings)
    quantity = decision.solution.quantity[rows, 0]
    theirs = reordered(part)
    shared = theirs | (decision.limits is not None or situation.network is not None)
    own = quantity
    if shared.any():
        own = np.where(shared, _unshared(situation, decision, portion, rows), quantity)
    stocked = part.planned_for_stock
    threads = situation.dataset.settings.solver.threads
    parts = _arithmetic(part, base, problem, known)
    orders = _rule_by_rule(problem, threads)
    wanted = orders.pop("wanted")
    parts["shelf_life"] = wanted - _without_ageing(part, wanted)
    parts["later_cycles"] = wanted - sum(parts.values())
    before = wanted
    for name, after in orders.items():
        parts[name] = after - before
        before = after
    parts["order_costs"] = own - before
    parts["trial"] = np.where(theirs, quantity - own, 0.0)
    parts["limits"] = np.where(theirs, 0.0, quantity - own)
    if not stocked.all():
        _on_order(part, parts, quantity, ~stocked)
    frame = pd.DataFrame({name: parts[name] for name in EVERY})
    frame.insert(0, "series", rows)
    return frame


def _arithmetic(
    part: Situation, base: Problem, problem: Problem, known: Distributions
) -> dict[str, Floats]:
    """Demand and safety stock of the first cycle, what is there, and what will be lost, S each."""
    row = np.arange(part.series)
    end = (part.cycles.point_day[:, 0] >= 0).sum(axis=1) - 1
    _, alone = solve_separable(problem, threads=part.dataset.settings.solver.threads)
    level = alone if problem.order_up_to is None else problem.order_up_to
    lines = part.open_orders
    faster = np.zeros(part.series)
    if "decided" in lines.frame:
        bought = lines.frame["decided"] & (lines.frame["kind"] == "purchase")
        decided = replace(lines, frame=lines.frame[bought])
        faster = decided.usable_by(part.cycles.end_day[:, 0])
    coming = base.supply[row, 0, end] - part.stock.usable + part.stock.backordered
    demand = known.mean[row, 0, end]
    # Level and supply as solved, less the same as they are: what lost sales make of both.
    lost = (alone - level) - (problem.supply[row, 0, end] - base.supply[row, 0, end])
    return {
        "expected_demand": demand,
        "safety_stock": level - demand,
        "on_hand": -part.stock.usable,
        "on_order": faster - coming,
        "faster_orders": -faster,
        "backordered": part.stock.backordered.astype(np.float64),
        "lost_before_arrival": lost,
    }


def _rule_by_rule(problem: Problem, threads: int) -> dict[str, Floats]:
    """Today's order with one more rule each, S: wanted, minimum, packs, price_breaks."""
    series = problem.series
    nothing = np.zeros(series)
    bare = replace(
        problem,
        minimum=nothing,
        multiple=nothing,
        line_cost=nothing,
        order_group=np.full(series, -1),
        order_cost=np.zeros(0),
        break_from=None,
        break_saving=None,
    )
    orders = {"wanted": solve_separable(bare, threads=threads)[0].order[:, 0].copy()}
    with_minimum = replace(bare, minimum=problem.minimum)
    in_packs = replace(with_minimum, multiple=problem.multiple)
    broken = replace(in_packs, break_from=problem.break_from, break_saving=problem.break_saving)
    before = orders["wanted"]
    for name, rules, acts in (
        ("minimum", with_minimum, problem.minimum > 0),
        ("packs", in_packs, problem.multiple > 0),
        ("price_breaks", broken, has_breaks(problem)),
    ):
        before = before.copy()
        index = np.flatnonzero(acts)
        if index.size:
            before[index] = solve_prepared(rules.take(index), threads).quantity[:, 0]
        orders[name] = before
    return orders


def _without_ageing(part: Situation, wanted: Floats) -> Floats:
    """What would be wanted if goods did not grow too old, S."""
    index = np.flatnonzero(np.isfinite(shelf_lives(part.terms.frame)) & part.planned_for_stock)
    if not index.size:
        return wanted
    some = part.take(index)
    frame = some.terms.frame.drop(columns="shelf_life_days")
    cycles = plan_cycles(part.dataset, part.calendar, frame, part.horizon_days)
    lasting = replace(some, terms=replace(some.terms, frame=frame), cycles=trimmed(cycles))
    problem = prepare(build_problem(lasting, distributions(lasting)), part.dataset.settings)
    ageless = wanted.copy()
    ageless[index] = solve_separable(problem)[0].order[:, 0]
    return ageless


def _unshared(
    situation: Situation, decision: Decision, portion: Integers, rows: Integers
) -> Floats:
    """What the series `rows` would order today if no limit or source's stock were shared, units."""
    part = situation.take(portion)
    known = distributions(part)
    base = build_problem(part, known)
    problem = prepare(base, situation.dataset.settings)
    solved = np.flatnonzero(part.planned_for_stock & worth_ordering(part, known))
    found = np.zeros(portion.size)
    threads = situation.dataset.settings.solver.threads
    found[solved] = solve_prepared(problem.take(solved), threads).quantity[:, 0]
    return found[np.searchsorted(portion, rows)]


def _on_order(
    part: Situation, parts: dict[str, Floats], quantity: Floats, which: np.ndarray
) -> None:
    """Write the parts of items bought on order only: what customers wait for, in whole packs."""
    for name in EVERY:
        if name not in ("on_hand", "backordered"):
            parts[name] = np.where(which, 0.0, parts[name])
    coming = part.open_orders.per_series(part.series)
    need = part.stock.promised + parts["backordered"] + parts["on_hand"] - coming
    least = np.maximum(need, part.terms.frame["minimum_order_quantity"].to_numpy())
    told = {
        "expected_demand": part.stock.promised,
        "on_order": -coming,
        "minimum": least - need,
        "packs": quantity - least,
    }
    for name, values in told.items():
        parts[name] = np.where(which, values, parts[name])


def faster_parts(situation: Situation, faster: pd.DataFrame) -> pd.DataFrame:
    """The same for today's orders from faster suppliers: `series`, EVERY part, a row each.

    Each answers for the days until the usual supplier's goods come; what it holds above their
    mean demand is its safety stock.
    """
    series = faster["series"].to_numpy(dtype=np.int64)
    part = situation.take(series)
    until = situation.cycles.arrival_day[series, 0] - 1
    demand = means_through(part, until)
    lines = situation.open_orders.frame
    others = replace(situation.open_orders, frame=lines[~lines["decided"]])
    coming = others.usable_by(np.maximum(situation.cycles.arrival_day[:, 0] - 1, 0))[series]
    quantity = faster["quantity"].to_numpy(dtype=np.float64)
    earlier = faster.groupby("series")["quantity"].cumsum().to_numpy() - quantity
    frame = pd.DataFrame(0.0, index=faster.index, columns=list(EVERY))
    frame["expected_demand"] = demand
    frame["on_hand"] = -part.stock.usable
    frame["on_order"] = -coming
    frame["faster_orders"] = -earlier
    frame["backordered"] = part.stock.backordered
    frame["safety_stock"] = quantity - frame.sum(axis=1)
    frame.insert(0, "series", series)
    return frame


def moved_parts(situation: Situation, decision: Decision, moves: pd.DataFrame) -> pd.DataFrame:
    """The same for moves of excess: what the place lacks, and what of it others have too much.

    What today's order of the place answers for is asked of each move in turn.
    """
    series = moves["series"].to_numpy(dtype=np.int64)
    part, end = situation.take(series), situation.cycles.end_day[:, 0]
    demand = means_through(part, end[series])
    lines = situation.open_orders.frame
    bought = lines["decided"] & (lines["kind"] == "purchase")
    faster = replace(situation.open_orders, frame=lines[bought]).usable_by(end)[series]
    coming = replace(situation.open_orders, frame=lines[~lines["decided"]]).usable_by(end)[series]
    quantity = moves["quantity"].to_numpy(dtype=np.float64)
    earlier = moves.groupby("series")["quantity"].cumsum().to_numpy() - quantity
    frame = pd.DataFrame(0.0, index=moves.index, columns=list(EVERY))
    frame["expected_demand"] = demand
    frame["safety_stock"] = decision.solution.order_up_to_level[series] - demand
    frame["on_hand"] = -part.stock.usable
    frame["on_order"] = -(coming + earlier)
    frame["faster_orders"] = -faster
    frame["backordered"] = part.stock.backordered
    frame["limits"] = quantity - frame.sum(axis=1)
    frame.insert(0, "series", series)
    return frame
