"""The walk of many paths through the horizon: goods come in, demand is served, orders go out.

A day is DESIGN §4's: goods are on the shelf at the opening of the day they are due, customers who
wait are served first, and an order is decided at a day's close. A bucket's demand comes evenly
over its days. Stock is counted at bucket ends, for all days of the bucket (DESIGN §6), as the
replay does. Between two days on which anything happens the days are passed in one step.

Paths are walked in plain loops: numba takes many times as long to compile array expressions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

from domain.terms import Flags, Floats
from optimization.compiling import Index
from planning.simulation.layout import Ground, Paths

STOCK_VALUE, SPENT = range(2)
COURSES = 2
"""What is added up over series by bucket and path: money on the shelf at its end, money ordered."""
SERVED_VALUE, DEMAND, UNSERVED, UNSERVED_VALUE, SHORTAGE, HOLDING, EMPTY = range(7)
SUMS = 7
"""What is added up over series and buckets by path: money, units for the two of demand; EMPTY:
days without stock of series planned for stock."""
BEFORE, AFTER, END_STOCK, END_WAITING, MISSED, ARRIVED, HANDED = range(7)
FACTS = 7
"""What is kept of each series, the mean over paths: whether any demand went unserved before the
first delivery and after it; units on hand and waited for at the end; units unserved; units that
came in; units handed to customers."""
NO_UNITS = 1e-9
LEAST_MOVE, MOST_MOVE = 0.25, 4.0
"""Factors by which a forecast made anew may move a level."""

F = TypeVar("F", bound=Callable[..., Any])


def inner(function: F) -> F:
    """Compile what only compiled functions call: wrappers for Python take long to compile."""
    compiler: Any = numba.njit
    without = compiler(
        cache=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True
    )
    return cast(F, without(function))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def walk(
    g: Ground, begin: int, demand: Floats, ordering: bool, course: Floats, sums: Floats,
    slow: Floats, facts: Floats,
) -> None:  # fmt: skip
    """Walk all paths of N series from number `begin` on; `demand` N × T × P, units.

    `ordering`: whether anything is ordered. Adds to `course` (COURSES × T × P), `sums` (SUMS × P)
    and `slow` (P, money slow-moving at the end); fills the series' `facts` (S × FACTS).
    """
    paths, reviews = demand.shape[2], g.order_day.shape[1]
    units, wanted = np.empty((9 + reviews, paths)), np.empty(paths)
    x = Paths(
        units[0], units[1], units[2], units[3], units[4], units[5], units[6], units[7], units[8],
        units[9:], np.empty((reviews, paths), np.int64),
    )  # fmt: skip
    for s in range(begin, begin + demand.shape[0]):
        _begin(g, s, units, wanted, x, facts)
        first = g.arrival_day[s, 0]
        stops = _stops(g, s)
        if ordering and g.today[s] > 0.0:
            _place(g, s, np.int64(0), wanted, x, course[SPENT, 0])
        day: Index = np.int64(0)
        for t in range(demand.shape[1]):
            start, end = (g.ends[t - 1] if t > 0 else 0), g.ends[t]
            _ask(g, s, t, demand[s - begin, t], x, wanted)
            for stop in range(start + 1, end + 1):
                if not stops[stop]:
                    continue
                _receive(g, s, day, stop, x, facts)
                share = (stop - start) / (end - start)
                _serve(g.lost, g.whole[s], share, wanted, x, stop < first)
                if not g.lost:
                    _charge(g, s, stop, x, sums[SHORTAGE])
                if ordering and stop < g.ends[-1]:
                    _review(g, s, stop, x, course[SPENT, t])
                day = stop
            _close(g, s, t, end - start, x, course[STOCK_VALUE, t], sums)
            for p in range(paths):
                x.so_far[p] += demand[s - begin, t, p]
        _finish(g, s, x, sums, slow, facts)


@inner
def _begin(g: Ground, s: int, units: Floats, today: Floats, x: Paths, facts: Floats) -> None:
    """Where a series stands at first: `units`, all of `x`'s; `today`, what the plan orders."""
    paths = today.size
    for n in range(units.shape[0]):
        for p in range(paths):
            units[n, p] = 0.0
    for p in range(paths):
        x.on_hand[p] = g.on_hand[s]
        x.waiting[p] = g.waiting[s]
        today[p] = g.today[s]
    for u in range(x.due.shape[0]):
        for p in range(paths):
            x.due[u, p] = -1
    for i in range(FACTS):
        facts[s, i] = 0.0


@inner
def _stops(g: Ground, s: int) -> Flags:
    """Days at whose close, or after it, anything but demand happens."""
    last = g.ends[-1]
    stops = np.empty(last + 1, np.bool_)
    for day in range(last + 1):
        stops[day] = g.latest[s] > 0
    for end in g.ends:
        stops[end] = True
    for u in range(g.order_day.shape[1]):
        if 0 <= g.order_day[s, u] <= last:
            stops[g.order_day[s, u]] = True
        if 1 <= g.arrival_day[s, u] <= last + 1:
            stops[g.arrival_day[s, u] - 1] = True
    for n in range(g.open_begins[s], g.open_begins[s + 1]):
        if g.open_day[n] <= last + 1:
            stops[g.open_day[n] - 1] = True
    return stops


@inner
def _ask(g: Ground, s: int, t: int, units: Floats, x: Paths, wanted: Floats) -> None:
    """`wanted`: demand of a bucket, such that demand so far is never below what is promised."""
    least = g.promised[s]
    for p in range(units.size):
        before = max(x.so_far[p], least) if t > 0 else 0.0
        wanted[p] = max(x.so_far[p] + units[p], least) - before
        x.asked[p] = 0.0


@inner
def _receive(g: Ground, s: int, day: Index, stop: int, x: Paths, facts: Floats) -> None:
    """What comes at the opening of a day after `day`, through `stop`; who waits is served."""
    paths, came = x.on_hand.size, False
    for n in range(g.open_begins[s], g.open_begins[s + 1]):
        if day < g.open_day[n] <= stop:
            for p in range(paths):
                x.on_hand[p] += g.open_units[n]
            facts[s, ARRIVED] += g.open_units[n]
            came = True
    for u in range(x.due.shape[0]):
        planned = g.arrival_day[s, u]
        if planned + g.latest[s] <= day or planned - g.latest[s] > stop:
            continue
        for p in range(paths):
            if day < x.due[u, p] <= stop:
                units = x.ordered[u, p]
                x.on_hand[p] += units
                x.coming[p] -= units
                facts[s, ARRIVED] += units / paths
                x.due[u, p] = -1
                came = True
    if day > 0 and not came:
        return
    for p in range(paths):
        handed = min(x.on_hand[p], x.waiting[p])
        x.on_hand[p] -= handed
        x.waiting[p] -= handed
        x.handed[p] += handed


@inner
def _serve(
    lost: bool, whole: bool, share: float, wanted: Floats, x: Paths, early: bool
) -> None:  # fmt: skip
    """Serve a bucket's demand through `share` of its days; `early`: before the first delivery."""
    on_hand, asked, missed, handed = x.on_hand, x.asked, x.missed, x.handed
    for p in range(wanted.size):
        until = wanted[p]
        if share < 1.0:
            until *= share
            if whole:
                until = np.floor(until + 0.5)
        units = until - asked[p]
        served = min(on_hand[p], units)
        asked[p] = until
        missed[p] = units - served
        on_hand[p] -= served
        handed[p] += served
    side = x.before if early else x.after
    for p in range(wanted.size):
        side[p] += missed[p]
    if not lost:
        waiting = x.waiting
        for p in range(wanted.size):
            waiting[p] += missed[p]


@inner
def _charge(g: Ground, s: int, stop: int, x: Paths, money: Floats) -> None:
    """Charge those who wait at the end of a cycle, the day before a delivery is due."""
    for u in range(g.arrival_day.shape[1]):
        if g.arrival_day[s, u] - 1 == stop:
            for p in range(money.size):
                money[p] += x.waiting[p] * g.shortage[s]


@inner
def _review(g: Ground, s: int, stop: int, x: Paths, spent: Floats) -> None:
    """Order what the rule asks for, where this day is a review.

    A lot that is worth having is ordered where it brings the position nearer to its level, or
    where the position would not even cover mean demand.
    """
    for u in range(g.order_day.shape[1]):
        if g.order_day[s, u] != stop:
            continue
        units = np.empty(x.on_hand.size)
        for p in range(units.size):
            move = 1.0
            if g.through[s, u] > 0.0:
                above = (x.so_far[p] + x.asked[p] - g.through[s, u]) / g.through[s, u]
                move = min(max(1.0 + g.gain[s, u] * above, LEAST_MOVE), MOST_MOVE)
            position = x.on_hand[p] - x.waiting[p] + x.coming[p] + g.open_due[s, u]
            lack = min(g.level[s, u] * move - position, g.most[s, u] * move)
            near = lack >= 0.5 * g.lot[s] or position < g.mean[s, u] * move
            units[p] = order_of(lack, near and g.worth[s], g.lot[s], g.multiple[s])
        _place(g, s, u, units, x, spent)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def order_of(lack: float, rounds_up: bool, lot: float, multiple: float) -> float:
    """Units to order where `lack` units are wanted: whole packs, the nearest, at least a lot.

    What lacks less than a lot is only ordered where it `rounds_up`.
    """
    if lack <= NO_UNITS or (lack < lot and not rounds_up):
        return 0.0
    units = np.floor(lack / multiple + 0.5) * multiple if multiple > 0.0 else lack
    return max(units, lot)


@inner
def _place(g: Ground, s: int, u: Index, units: Floats, x: Paths, spent: Floats) -> None:
    """Send off an order; it is paid for on the day it is placed."""
    for p in range(units.size):
        if units[p] <= 0.0:
            continue
        late = g.delay[s, u, p] if g.latest[s] > 0 else 0
        x.ordered[u, p] = units[p]
        x.due[u, p] = max(g.arrival_day[s, u] + late, g.order_day[s, u] + 1)
        x.coming[p] += units[p]
        spent[p] += units[p] * g.cost[s]


@inner
def _close(g: Ground, s: int, t: int, days: int, x: Paths, stock: Floats, sums: Floats) -> None:
    """Count the stock at the end of a bucket."""
    cost, holding, planned = g.cost[s], g.holding[s] * days, g.planned[s, t]
    for p in range(x.on_hand.size):
        units = x.on_hand[p]
        stock[p] += units * cost
        sums[HOLDING, p] += units * holding
        if units <= NO_UNITS:
            sums[EMPTY, p] += planned


@inner
def _finish(g: Ground, s: int, x: Paths, sums: Floats, slow: Floats, facts: Floats) -> None:
    """What came of a series by the end of the horizon."""
    paths, price = x.on_hand.size, g.price[s]
    shortage = g.shortage[s] if g.lost else 0.0
    for p in range(paths):
        unserved = x.before[p] + x.after[p]
        sums[SERVED_VALUE, p] += x.handed[p] * g.cost[s]
        sums[DEMAND, p] += max(x.so_far[p], g.promised[s])
        sums[UNSERVED, p] += unserved
        sums[UNSERVED_VALUE, p] += unserved * price
        sums[SHORTAGE, p] += unserved * shortage
        slow[p] += max(x.on_hand[p] - g.use[s], 0.0) * g.cost[s]
        facts[s, BEFORE] += (x.before[p] > NO_UNITS) / paths
        facts[s, AFTER] += (x.after[p] > NO_UNITS) / paths
        facts[s, END_STOCK] += x.on_hand[p] / paths
        facts[s, END_WAITING] += x.waiting[p] / paths
        facts[s, MISSED] += unserved / paths
        facts[s, HANDED] += x.handed[p] / paths
