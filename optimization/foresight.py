"""What could have been ordered, had all demand been known: the cost no policy goes below.

Every unit of demand is served by the cheapest order that was placed: the last that came before
it, at the cost of holding it since, or, where demand waits, the next one after it; or it is not
served at all. Which orders are placed is decided by dynamic programming over pairs of orders
that follow one another (Wagner & Whitin 1958; with lost sales Aksen, Altinkemer & Chand 2003,
doi 10.1016/S0377-2217(02)00135-3). Stock that is there already goes to the earliest demand.

Exact where any amount can be ordered. Packs, minimum quantities and costs of an order that
several lines share are left out, and goods that come within a bucket are there at its opening:
each makes the bound lower, never higher. With backorders, open orders are taken to be there
from the start, and a cycle that ends within a bucket charges nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats, Integers
from optimization.compiling import inner, kernel


@dataclass(frozen=True)
class Future:
    """Demand, supply and costs of S series over T buckets to come, O chances to order."""

    demand: Floats  # S × T, units
    supply: Floats  # S × T, units usable from each bucket on without any decision; stock first
    holding: Floats  # S × T, money per unit left at the end of the bucket
    shortage: Floats  # S × T, money per unit lost in the bucket (or waiting at its end)
    arrival: Integers  # S × O, bucket in which an order of each chance arrives; -1: no chance
    line_cost: Floats  # S × O, money per order
    lost: bool  # whether demand that is not served is lost; else it waits


def best_orders(future: Future) -> Floats:
    """Units to order at each chance (S × O): the least cost there is in hindsight."""
    orders = np.zeros(future.arrival.shape)
    _solve(
        np.ascontiguousarray(future.demand, dtype=np.float64),
        np.ascontiguousarray(future.supply, dtype=np.float64),
        np.ascontiguousarray(future.holding, dtype=np.float64),
        np.ascontiguousarray(future.shortage, dtype=np.float64),
        np.ascontiguousarray(future.arrival, dtype=np.int64),
        np.ascontiguousarray(future.line_cost, dtype=np.float64),
        future.lost,
        orders,
    )
    return orders


@inner
def _not_covered(demand: Floats, supply: Floats, lost: bool, left: Floats) -> None:
    """Demand of each bucket that supply without any decision does not serve, into `left`."""
    stock = 0.0
    if not lost:
        for b in range(demand.size):
            stock += supply[b]
    for b in range(demand.size):
        if lost:
            stock += supply[b]
        served = min(max(stock, 0.0), demand[b])
        left[b] = demand[b] - served
        stock -= served
        if not lost and stock < 0.0:  # customers who waited when all began
            left[b] -= stock
            stock = 0.0


@inner
def _chances(arrival: Integers, fee: Floats, buckets: int, place: Integers) -> int:
    """Distinct arrivals, ascending: `place` 2 × O gets bucket and cheapest chance of each."""
    count = 0
    for b in range(buckets):
        best = -1
        for o in range(arrival.size):
            if arrival[o] == b and (best < 0 or fee[o] < fee[best]):
                best = o
        if best >= 0:
            place[0, count] = b
            place[1, count] = best
            count += 1
    return count


@inner
def _unserved(b: int, until: int, paid: Floats, lost: bool) -> float:
    """What a unit demanded in bucket b costs until it is served at `until`, or for good."""
    return float(paid[b + 1] - paid[b] if lost else paid[until] - paid[b])


@inner
def _between(
    begin: int, end: int, held: Floats, paid: Floats, left: Floats, lost: bool, stocked: bool
) -> float:
    """Cost of the demand of buckets begin … end - 1, orders arriving at both (not before)."""
    total = 0.0
    for b in range(begin, end):
        cost = _unserved(b, end, paid, lost)
        if stocked:
            cost = min(cost, held[b] - held[begin])
        total += left[b] * cost
    return total


@kernel
def _solve(
    demand: Floats, supply: Floats, holding: Floats, shortage: Floats, arrival: Integers,
    fee: Floats, lost: bool, orders: Floats,
) -> None:  # fmt: skip
    series, buckets = demand.shape
    left, place = np.empty(buckets), np.empty((2, arrival.shape[1] + 1), np.int64)
    held, paid = np.zeros(buckets + 1), np.zeros(buckets + 1)
    for s in range(series):
        _not_covered(demand[s], supply[s], lost, left)
        for b in range(buckets):
            held[b + 1] = held[b] + holding[s, b]
            paid[b + 1] = paid[b] + shortage[s, b]
        count = _chances(arrival[s], fee[s], buckets, place)
        place[0, count] = buckets
        # best[i]: least cost from chance i on, given an order there; follow[i]: the next one.
        best, follow = np.zeros(count + 1), np.full(count + 1, count)
        for i in range(count - 1, -2, -1):
            begin = place[0, i] if i >= 0 else 0
            least, after = np.inf, count
            for j in range(i + 1, count + 1):
                end = place[0, j]
                cost = _between(begin, end, held, paid, left, lost, i >= 0) + best[j]
                if j < count:
                    cost += fee[s, place[1, j]]
                if cost < least:
                    least, after = cost, j
                if j < count and fee[s, place[1, j]] == 0.0:
                    break  # an order that costs nothing is always placed
            if i >= 0:
                best[i], follow[i] = least, after
            else:
                first = after
        _hand_out(place, follow, first, count, held, paid, left, lost, orders[s])


@inner
def _hand_out(
    place: Integers, follow: Integers, first: int, count: int, held: Floats, paid: Floats,
    left: Floats, lost: bool, orders: Floats,
) -> None:  # fmt: skip
    """Give each unit to the order that serves it."""
    i, begin, j = -1, 0, first
    while True:
        end = place[0, j]
        for b in range(begin, end):
            waits = _unserved(b, end, paid, lost)
            if i >= 0 and held[b] - held[begin] <= waits:
                orders[place[1, i]] += left[b]
            elif not lost and j < count:
                orders[place[1, j]] += left[b]
        if j == count:
            break
        i, begin, j = j, end, follow[j]
