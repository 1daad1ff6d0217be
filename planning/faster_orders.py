"""Orders of today from suppliers that are faster than the usual one: by air what sea is late for.

The usual supplier's first goods come on day a; a faster one's on an earlier day. What is ordered
from it today answers for the days until then, and what is left of it goes on. So today's orders
and all later ones of the usual supplier are one chain of decisions by arrival, which
`optimization.offers` solves exactly: every quantity from each supplier, together (a series may be
bought from several), with the price above the usual one's, packs, price breaks, cost of the line
and the whole cost of an order. A unit short costs the same whoever could have brought it.

Approximate: where demand is lost (as everywhere, DESIGN §6), and in that limits that series share
are kept by the orders that follow, with these counted as placed already. Suppliers slower than
the usual one are not mixed in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from domain.terms import Floats, Integers
from optimization.cycles import points_between
from optimization.integer import smallest_order
from optimization.offers import Offers, solve_offers
from optimization.problem import Cycles, Problem
from optimization.solve import prepare
from planning.distributions import distributions
from planning.price_breaks import break_arrays, tier_reached
from planning.problem import build_problem
from planning.situation import Situation
from planning.supply import with_decided
from planning.usual_suppliers import line_and_order_cost, supplied_by

LEAST_SAVING = 1e-6
"""Share of the expected cost that orders from faster suppliers must save."""


class Fast(NamedTuple):
    """A supplier that is faster than the usual one of a series."""

    arrival: int  # day its goods of today are on the shelf
    unit_cost: float  # money per unit, landed
    option: int  # which of the situation's terms


def with_faster_orders(situation: Situation) -> tuple[Situation, pd.DataFrame]:
    """The situation with today's orders from faster suppliers on their way, and these orders.

    A row an order: series, supplier, quantity, unit_cost, price, paid_in, arrival_day,
    sooner_days, minimum, multiple, premium (money above the usual price, its costs with it) and
    saving (expected cost without them minus with them).
    """
    fast = _fast_suppliers(situation)
    lines: list[dict[str, object]] = []
    for count in sorted({len(some) for some in fast.values()}):
        rows = np.array([row for row, some in fast.items() if len(some) == count], dtype=np.int64)
        lines += _orders(situation, rows, [fast[int(row)] for row in rows])
    found = pd.DataFrame(lines)
    return (_on_their_way(situation, found), found) if lines else (situation, found)


def _fast_suppliers(situation: Situation) -> dict[int, list[Fast]]:
    """By row, the faster suppliers that take orders today, by arrival; one, the cheapest, a day."""
    usual = situation.cycles.arrival_day[:, 0]
    stocked = situation.planned_for_stock
    found: dict[int, dict[int, Fast]] = {}
    for option, terms in enumerate(situation.others):
        cycles = supplied_by(situation, terms).cycles
        arrival = cycles.arrival_day[:, 0]
        cost = terms.frame["unit_cost"].to_numpy()
        for row in np.flatnonzero((arrival < usual) & cycles.orders_today & stocked).tolist():
            one = Fast(int(arrival[row]), float(cost[row]), option)
            by_day = found.setdefault(row, {})
            by_day[one.arrival] = min(by_day.get(one.arrival, one), one)
    return {row: [by_day[day] for day in sorted(by_day)] for row, by_day in sorted(found.items())}


def _orders(
    situation: Situation, rows: Integers, fast: list[list[Fast]]
) -> list[dict[str, object]]:
    """The orders from faster suppliers of some series, which have equally many."""
    part = situation.take(rows)
    front = len(fast[0])
    usual = build_problem(part, distributions(part))
    chained = replace(part, cycles=_chain(part, np.array([[f.arrival for f in s] for s in fast])))
    problem = replace(
        build_problem(chained, distributions(chained)),
        shortage=usual.shortage, surplus_above_target=usual.surplus_above_target,
    )  # fmt: skip
    problem = prepare(problem, situation.dataset.settings)
    offers = _offers(situation, part, rows, fast, problem)
    threads = situation.dataset.settings.solver.threads
    plan, cost = _best(problem, offers, threads)
    starts = offers.starts.copy()
    starts[:, :front] = np.inf
    _, without = _best(problem, replace(offers, starts=starts), threads)
    saving = without - cost
    lines: list[dict[str, object]] = []
    for i in np.flatnonzero(saving > LEAST_SAVING * np.abs(without)).tolist():
        ordered = plan[i, :front]
        for j in np.flatnonzero(ordered > 0).tolist():
            share = float(ordered[j] / ordered.sum())
            line = _line(situation, part, i, int(rows[i]), fast[i][j], float(ordered[j]))
            premium = float(line.pop("above")) + float(offers.fixed[i, j])  # type: ignore[arg-type]
            lines.append(line | {"premium": premium, "saving": float(saving[i]) * share})
    return lines


def _best(problem: Problem, offers: Offers, threads: int) -> tuple[Floats, Floats]:
    """The cheapest plan of each series, S × U, and its cost, S."""
    plans, _ = solve_offers(problem, offers, threads)
    ordering = plans.order_cost + offers.fixed[:, 0]
    now = ordering < plans.stay_cost
    return np.where(now[:, None], plans.order, plans.stay), np.where(now, ordering, plans.stay_cost)


def _chain(part: Situation, arrivals: Integers) -> Cycles:
    """The cycles of a series with today's orders from faster suppliers before its own.

    `arrivals` S × F, ascending, before the usual supplier's first.
    """
    own = part.cycles
    series, front = arrivals.shape
    last = int(max(own.end_day.max(), own.arrival_day[:, 0].max()))
    ends = [int(d) for d in part.calendar.ends_ahead(part.calendar.buckets_to_cover(last))]
    until = np.concatenate([arrivals[:, 1:], own.arrival_day[:, :1]], axis=1) - 1
    points = [
        [points_between(ends, int(arrivals[s, f]), int(until[s, f])) for f in range(front)]
        for s in range(series)
    ]
    width = max(own.point_day.shape[2], max(len(one) for some in points for one in some))
    day = np.full((series, front + own.order_day.shape[1], width), -1, dtype=np.int64)
    weight = np.zeros_like(day)
    day[:, front:, : own.point_day.shape[2]] = own.point_day
    weight[:, front:, : own.point_day.shape[2]] = own.point_weight
    before = [
        [d for d, _ in points_between(ends, 1, int(first) - 1)] if first > 1 else []
        for first in arrivals[:, 0]
    ]
    before_day = np.full((series, max(len(some) for some in before)), -1, dtype=np.int64)
    for s in range(series):
        before_day[s, : len(before[s])] = before[s]
        for f, one in enumerate(points[s]):
            day[s, f, : len(one)] = [d for d, _ in one]
            weight[s, f, : len(one)] = [w for _, w in one]
    today = np.zeros((series, front), dtype=np.int64)
    return Cycles(
        count=own.count + front,
        orders_today=np.ones(series, dtype=np.bool_),
        order_day=np.concatenate([today, own.order_day], axis=1),
        arrival_day=np.concatenate([arrivals, own.arrival_day], axis=1),
        end_day=np.concatenate([until, own.end_day], axis=1),
        point_day=day,
        point_weight=weight,
        before_day=before_day,
    )


def _offers(
    situation: Situation, part: Situation, rows: Integers, fast: list[list[Fast]], problem: Problem
) -> Offers:
    """What each decision of the chain can order, prices above the usual supplier's first."""
    series, decisions = problem.floor.shape
    usual_cost = part.terms.frame["unit_cost"].to_numpy()
    fixed = np.repeat(line_and_order_cost(part.terms.frame)[:, None], decisions, axis=1)
    pack = np.repeat(problem.multiple[:, None], decisions, axis=1)
    smallest = np.repeat(smallest_order(problem)[:, None], decisions, axis=1)
    tiers = [break_arrays(terms.frame) for terms in situation.others]
    most = max((some[0].shape[1] for some in tiers if some is not None), default=0)
    starts = np.full((series, decisions, 1 + most), np.inf)
    price = np.zeros((series, decisions, 1 + most))
    starts[:, :, 0] = 0.0
    own = break_arrays(part.terms.frame)
    if own is not None:
        starts[:, :, 1 : 1 + own[0].shape[1]] = own[0][:, None, :]
        price[:, :, 1 : 1 + own[1].shape[1]] = -own[1][:, None, :]
    for i, some in enumerate(fast):
        for j, one in enumerate(some):
            terms = situation.others[one.option].frame.iloc[int(rows[i])]
            pack[i, j] = terms["order_multiple"]
            smallest[i, j] = _least(problem, i, terms)
            fixed[i, j] = terms["line_cost"] + terms["order_cost"]
            starts[i, j, 1:], price[i, j] = np.inf, one.unit_cost - usual_cost[i]
            theirs = tiers[one.option]
            if theirs is not None:
                count = theirs[0].shape[1]
                starts[i, j, 1 : 1 + count] = theirs[0][rows[i]]
                price[i, j, 1 : 1 + count] -= theirs[1][rows[i]]
    return Offers(pack, smallest, fixed, starts, price)


def _least(problem: Problem, i: int, terms: pd.Series) -> float:
    """The smallest order of one supplier's terms, units."""
    one = problem.take(np.array([i]))
    minimum, multiple = (
        np.array([float(terms[name])]) for name in ("minimum_order_quantity", "order_multiple")
    )
    return float(smallest_order(replace(one, minimum=minimum, multiple=multiple))[0])


def _line(
    situation: Situation, part: Situation, i: int, row: int, fast: Fast, quantity: float
) -> dict[str, object]:
    """One order from a faster supplier."""
    terms = situation.others[fast.option].frame.iloc[row]
    usual = part.terms.frame.iloc[i]
    tier = tier_reached(terms["breaks"], quantity) if "breaks" in terms else None
    cost = fast.unit_cost - (0.0 if tier is None else tier.saving)
    abroad = terms["paid_in"] != ""
    return {
        "series": row,
        "supplier": terms["supplier"],
        "usual_supplier": usual["supplier"],
        "quantity": quantity,
        "unit_cost": cost,
        "price": tier.price if tier is not None and abroad else terms["price"],
        "paid_in": terms["paid_in"],
        "arrival_day": fast.arrival,
        "sooner_days": int(part.cycles.arrival_day[i, 0]) - fast.arrival,
        "minimum": float(terms["minimum_order_quantity"]),
        "multiple": float(terms["order_multiple"]),
        "above": quantity * (cost - float(usual["unit_cost"])),
    }


def _on_their_way(situation: Situation, found: pd.DataFrame) -> Situation:
    """The situation with the orders among the open ones, marked `decided`."""
    series = found["series"].to_numpy()
    item = situation.terms.frame.iloc[series].reset_index(drop=True)
    days = situation.date(found["arrival_day"].to_numpy()).astype("datetime64[s]")
    lines = pd.DataFrame(
        {
            "order_id": "", "line_id": "", "sku": item["sku"], "location": item["location"],
            "quantity": found["quantity"], "quantity_received": 0.0, "due_on": days,
            "ordered_on": pd.Timestamp(situation.as_of), "supplier": found["supplier"],
            "kind": "purchase", "status": "decided", "unit_cost": found["unit_cost"],
            "series": series, "remaining": found["quantity"],
            "usable_from": found["arrival_day"], "overdue": False, "counted": True,
        }
    )  # fmt: skip
    return replace(situation, open_orders=with_decided(situation.open_orders, lines))
