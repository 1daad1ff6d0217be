"""Which of its suppliers each series is usually bought from: the one that costs least a day.

A supplier's cost rate [money per day] is what it costs to be supplied by it alone, for ever:

    c · λ + K · λ / Q + h · (Q - λR)⁺ / 2 + (holding and shortage of a cycle) / its days

c landed unit cost, λ demand a day, K cost of an order line (an order's cost shared by the lines
of the supplier), Q the lot: the largest of smallest order, the cycle's demand λR, √(2Kλ/h) and
each price break's quantity at its own price (economic order quantity with all-units discounts,
Snyder & Shen, 2nd ed., §3.4). The cycle is the first one decided alone, from no stock, with the
supplier's own lead time, its spread and review: a longer lead time costs more safety stock.
Shortage costs are those of the first supplier by priority. On a tie priority decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from domain.terms import Floats, Integers
from optimization.first_cycle import first_cycle_only
from optimization.integer import smallest_order
from optimization.problem import Problem
from optimization.refine import refine, tidy
from optimization.separable import solve_separable
from planning.dataset import Dataset
from planning.distributions import distributions, means_through
from planning.item_terms import Terms, resolve_terms
from planning.landed_cost import offers_of
from planning.problem import build_problem, plan_cycles
from planning.shelf_life import within_shelf_life
from planning.situation import Situation

WORTH_CHANGING = 1e-9
"""Share of a cost rate that a supplier later by priority must save."""


def other_suppliers(dataset: Dataset, series: pd.DataFrame, as_of: np.datetime64) -> list[Terms]:
    """The terms with the second, third … supplier of each series; one with fewer has its first."""
    offers = offers_of(dataset, series, as_of).drop_duplicates(["series", "supplier"])
    rank = offers.groupby("series").cumcount()
    found = []
    for place in range(1, int(rank.max()) + 1 if len(rank) else 0):
        names = pd.Series("", index=series.index)
        some = offers[rank == place]
        names.iloc[some["series"].to_numpy(dtype=int)] = some["supplier"].to_numpy()
        found.append(resolve_terms(dataset, series, as_of, names))
    return found


def supplied_by(situation: Situation, terms: Terms) -> Situation:
    """The situation with other terms of every series, and the cycles that follow from them."""
    cycles = plan_cycles(situation.dataset, situation.calendar, terms.frame, situation.horizon_days)
    return replace(situation, terms=terms, cycles=within_shelf_life(cycles, terms.frame))


def with_usual_suppliers(situation: Situation, others: Sequence[Terms]) -> Situation:
    """The situation with the supplier of each series that has the least cost rate.

    The terms of all, those of the first by priority before `others`, are kept with it.
    """
    situation = replace(situation, others=(situation.terms, *others))
    first = situation.terms.frame["supplier"]
    several = np.zeros(situation.series, dtype=np.bool_)
    for terms in others:
        several |= (terms.frame["supplier"] != first).to_numpy()
    rows = np.flatnonzero(several & situation.planned_for_stock)
    if not rows.size:
        return situation
    part = situation.take(rows)
    shortage = build_problem(part, distributions(part)).shortage
    demand = means_through(part, np.full(rows.size, situation.horizon_days))
    demand = demand / situation.horizon_days
    best, chosen = cost_rate(part, shortage, demand), np.zeros(rows.size, dtype=np.int64)
    for place, terms in enumerate(others, start=1):
        rate = cost_rate(supplied_by(situation, terms).take(rows), shortage, demand)
        less = rate < best * (1.0 - WORTH_CHANGING)
        best, chosen = np.where(less, rate, best), np.where(less, place, chosen)
    if not chosen.any():
        return situation
    return supplied_by(situation, _with_terms(situation.terms, others, rows, chosen))


def _with_terms(terms: Terms, others: Sequence[Terms], rows: Integers, chosen: Integers) -> Terms:
    """The terms with those of `others` (1, 2 …; 0: its own) for some rows."""
    place = np.zeros(len(terms.frame), dtype=np.int64)
    place[rows] = chosen
    frames = [terms.frame, *(other.frame for other in others)]
    if any("breaks" in frame for frame in frames):
        nothing = [()] * len(terms.frame)
        frames = [frame if "breaks" in frame else frame.assign(breaks=nothing) for frame in frames]
    parts = [frame[place == number] for number, frame in enumerate(frames)]
    whole = pd.concat([part for part in parts if len(part)]).sort_index()
    return replace(terms, frame=whole[list(frames[0].columns)])


def cost_rate(situation: Situation, shortage: Floats, demand: Floats) -> Floats:
    """Cost of being supplied as the situation's terms say, for ever: money per day, S.

    `shortage` [p] money per unit short; `demand` [λ] units a day.
    """
    problem = replace(build_problem(situation, distributions(situation)), shortage=shortage)
    alone = first_cycle_only(problem)
    empty = refine(tidy(replace(alone, supply=np.zeros_like(alone.supply))))
    plans, _ = solve_separable(empty)
    days = empty.cycles.point_weight[:, 0].sum(axis=1)
    return plans.order_cost / days + _lot_rate(situation.terms.frame, problem, demand, days)


def line_and_order_cost(frame: pd.DataFrame) -> Floats:
    """Cost of an order line, with its share of the cost of an order: money, S."""
    lines = frame.groupby(["supplier", "location"])["sku"].transform("size")
    return (frame["order_cost"] / lines + frame["line_cost"]).to_numpy(dtype=np.float64)


def _lot_rate(frame: pd.DataFrame, problem: Problem, demand: Floats, days: Integers) -> Floats:
    """Purchase, ordering and the lot's holding, at the best of the prices: money per day, S."""
    fixed = line_and_order_cost(frame)
    holding = problem.holding
    needed = demand * days
    economic = np.sqrt(2.0 * fixed * demand / np.where(holding > 0, holding, 1.0))
    least = np.maximum(np.maximum(smallest_order(problem), needed), economic)
    starts, saving = np.zeros((problem.series, 1)), np.zeros((problem.series, 1))
    if problem.break_from is not None and problem.break_saving is not None:
        starts = np.concatenate([starts, problem.break_from], axis=1)
        saving = np.concatenate([saving, problem.break_saving], axis=1)
    best = np.full(problem.series, np.inf)
    for t in range(starts.shape[1]):
        there = np.isfinite(starts[:, t])
        lot = np.maximum(least, np.where(there, starts[:, t], 0.0))
        lots = demand / np.where(lot > 0, lot, 1.0)
        cost = frame["unit_cost"].to_numpy() - saving[:, t]
        rate = cost * demand + fixed * lots + holding * np.maximum(lot - needed, 0.0) / 2.0
        best = np.where(there, np.minimum(best, rate), best)
    return np.asarray(best)
