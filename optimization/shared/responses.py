"""One series after the other ordered anew, exactly, given what all others order.

What breaking a limit or missing a smallest order costs is a penalty on what is over or lacking,
so that an order's charge is any function of its size: the programme compares every pair of
positions. Each answer lowers the merit, the cost with penalties, or leaves it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from domain.terms import Flags, Floats, Integers
from optimization.compiling import Index, inner, kernel
from optimization.shared.tables import Tables


class Stakes(NamedTuple):
    """What limits (L) and orders (E) charge; their entries as `order_events.Entered`.

    Of what is over a bound, g (below 0: left), (max(price + curve · g, 0)² - price²) / (2 curve)
    is charged (the augmented Lagrangian, Hestenes 1969, doi 10.1007/BF00927673).
    """

    limit_start: Integers
    limit: Integers
    limit_weight: Floats
    bound: Floats  # L
    price: Floats  # L, money per unit
    curve: Floats  # L, above 0, money per unit and unit
    event_start: Integers
    event: Integers
    event_weight: Floats
    least: Floats  # E
    cost: Floats  # E, money
    credit: Floats  # E, money per unit
    bend: Floats  # E, above 0, money per unit and unit


class Standing(NamedTuple):
    """Where a plan stands: written as series change."""

    plan: Integers  # S × U, steps
    used: Floats  # L
    came: Floats  # E, what each order comes to
    lines: Integers  # E, how many lines it has
    open: Flags  # E, whether it may be placed


@inner
def _penalty(over: float, price: float, curve: float) -> float:
    """What is charged for being `over` a bound (below 0: within it)."""
    slope = max(price + curve * over, 0.0)
    return (slope * slope - price * price) / (2.0 * curve)


@inner
def _count_cell(stakes: Stakes, standing: Standing, cell: Index, units: float, sign: int) -> None:
    """Add (sign 1) or take away (-1) an order of a cell."""
    for e in range(stakes.limit_start[cell], stakes.limit_start[cell + 1]):
        standing.used[stakes.limit[e]] += sign * stakes.limit_weight[e] * units
    for e in range(stakes.event_start[cell], stakes.event_start[cell + 1]):
        standing.came[stakes.event[e]] += sign * stakes.event_weight[e] * units
        standing.lines[stakes.event[e]] += sign


@inner
def _saving(tables: Tables, s: Index, n: int) -> float:
    """What an order of n steps costs less than at the first price, money."""
    saving = 0.0
    for tier in range(tables.tier.shape[1]):
        if n > 0 and n >= tables.tier[s, tier]:
            saving = max(saving, tables.saving[s, tier])
    return saving * n * tables.step[s]


@inner
def _charge(
    stakes: Stakes, standing: Standing, cell: Index, step: float, fixed: float, charge: Floats
) -> bool:  # fmt: skip
    """What an order of n steps costs with all it shares, into `charge` (n); whether it may be.

    The series' own orders are taken away.
    """
    for n in range(charge.size):
        charge[n] = fixed if n > 0 else 0.0
    for e in range(stakes.limit_start[cell], stakes.limit_start[cell + 1]):
        r = stakes.limit[e]
        over = standing.used[r] - stakes.bound[r]
        price, curve, take = stakes.price[r], stakes.curve[r], stakes.limit_weight[e] * step
        for n in range(charge.size):
            slope = max(price + curve * (over + take * n), 0.0)
            charge[n] += (slope * slope - price * price) / (2.0 * curve)
    may = True
    for e in range(stakes.event_start[cell], stakes.event_start[cell + 1]):
        k = stakes.event[e]
        may = may and standing.open[k]
        lack = stakes.least[k] - standing.came[k]
        price, curve, take = stakes.credit[k], stakes.bend[k], stakes.event_weight[e] * step
        alone = standing.lines[k] == 0
        for n in range(1 if alone else 0, charge.size):
            slope = max(price + curve * (lack - take * n), 0.0)
            charge[n] += (slope * slope - price * price) / (2.0 * curve)
            if alone:
                charge[n] += stakes.cost[k]
    return may


@kernel
def respond(
    tables: Tables, stakes: Stakes, standing: Standing, fixed: Floats, series: Integers
) -> None:
    """Each of `series` ordered anew, in their turn. `fixed` S × U: money per order."""
    width = fixed.shape[1]
    most = tables.size.max()
    charge = np.empty((width, most))
    after, before = np.empty(most), np.empty(most)
    choice = np.zeros((width, most), dtype=np.int64)
    may = np.zeros(width, dtype=np.bool_)
    for s in series:
        count, least, cycles = tables.size[s], tables.least[s], tables.cycles[s]
        for u in range(cycles):
            if standing.plan[s, u] > 0:
                units = standing.plan[s, u] * tables.step[s]
                _count_cell(stakes, standing, s * width + u, units, -1)
        for u in range(cycles):
            row = charge[u, :count]
            may[u] = _charge(stakes, standing, s * width + u, tables.step[s], fixed[s, u], row)
            for n in range(count if tables.tier.shape[1] else 0):
                row[n] -= _saving(tables, s, n)
        for u in range(cycles - 1, -1, -1):
            cell = tables.start[s] + u * count
            for n in range(count):
                after[n] = tables.cost[cell + n] + (before[n] if u < cycles - 1 else 0.0)
            for n in range(count if u > 0 else 1):
                best = after[n] + charge[u, 0]
                at = n
                if may[u]:
                    for m in range(n + least, count):
                        value = after[m] + charge[u, m - n]
                        if value < best:
                            best = value
                            at = m
                before[n] = best
                choice[u, n] = at
        n = 0
        for u in range(cycles):
            to = choice[u, n]
            standing.plan[s, u] = to - n
            if to > n:
                units = (to - n) * tables.step[s]
                _count_cell(stakes, standing, s * width + u, units, 1)
            n = to


@kernel
def merit_of(
    tables: Tables, stakes: Stakes, standing: Standing, fixed: Floats, series: Integers
) -> float:
    """What `series` cost by themselves, and all limits and orders with their penalties, money."""
    total = 0.0
    for s in series:
        n = 0
        for u in range(tables.cycles[s]):
            if standing.plan[s, u] > 0:
                n += standing.plan[s, u]
                total += fixed[s, u] - _saving(tables, s, standing.plan[s, u])
            total += tables.cost[tables.start[s] + u * tables.size[s] + n]
    for r in range(stakes.bound.size):
        over = standing.used[r] - stakes.bound[r]
        total += _penalty(over, stakes.price[r], stakes.curve[r])
    for k in range(stakes.least.size):
        if standing.lines[k] > 0:
            total += stakes.cost[k]
            lack = stakes.least[k] - standing.came[k]
            total += _penalty(lack, stakes.credit[k], stakes.bend[k])
    return total
