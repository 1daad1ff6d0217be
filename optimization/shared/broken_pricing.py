"""Pricing of series with price breaks: exact, whole, every price weighed at every decision.

The dynamic programme of `optimization.offers` on curves that hold the prices of the limits. Where
an earlier plan had a say, its order is weighed against the best one as in `planned_pricing`.
Limits in money count each unit at its supplier's first price.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers
from optimization.compiling import Index, inner, kernel
from optimization.curves import Curves, Terms, kinks_until, value_after
from optimization.offers import plans_on_lattice
from optimization.shared.layout import (
    Prices,
    add_use,
    begin_series,
    cost_of_levels,
    lay_out,
    room_for,
    saved_by_breaks,
)
from optimization.shared.pieces import PACK
from optimization.shared.rows import Weights
from optimization.shared.whole_pricing import charge_orders, curves_of

ORDERING, STAYING = np.int64(0), np.int64(1)


@inner
def _lay_out_prices(prices: Prices, s: int, starts: Floats, price: Floats) -> None:
    """A series' first price and its lower ones, the same at every decision, U × T + 1 each."""
    starts[:, 0] = 0.0
    price[:, 0] = 0.0
    for t in range(prices.break_from.shape[1]):
        starts[:, t + 1] = prices.break_from[s, t]
        price[:, t + 1] = -prices.money * prices.break_saving[s, t]


@inner
def _chosen(ordering: float, staying: float, charge: float) -> Index:
    """Which of the two plans costs less, ORDERING or STAYING."""
    return ORDERING if ordering + charge < staying - 1e-12 * abs(staying) else STAYING


@inner
def _kept(
    curves: Curves, prices: Prices, s: int, stock: float, planned: float, charged: Floats
) -> float:
    """What the first cycle costs at prices with the order that was planned, money."""
    now = np.int64(0)
    position = stock + planned
    cost = value_after(curves, now, kinks_until(curves, now, position), position)
    if planned > 0.0:
        cost += charged[0] - prices.money * saved_by_breaks(prices, s, planned)
    return float(cost)


@kernel
def price_broken_series(
    terms: Terms, weights: Weights, prices: Prices, smallest: Floats, fixed: Floats,
    planned: Floats, change_cost: float, stay: bool, series: Integers, orders: Floats,
    cost: Floats, slack: Floats, use: Floats,
) -> None:  # fmt: skip
    """As `price_whole_series`, of series that may have price breaks and earlier orders.

    `planned` S, units that an earlier plan had for today, NaN where it had no say; another first
    order costs `change_cost`, which is in the cost. The cost (S) is less what breaks save; no plan
    costs less than it by more than the `slack` (S, money).
    """
    pieces = room_for(terms, prices)
    most = terms.knots.shape[1]
    tiers = prices.break_from.shape[1] + 1
    starts, price = np.empty((most, tiers)), np.empty((most, tiers))
    plans, charged, least = np.empty((4, most)), np.empty(most), np.empty(most)
    pack = np.empty(most)
    now, later = np.int64(0), np.int64(1)
    for s in series:
        begin_series(terms, prices, s, pieces)
        lay_out(terms, weights, prices, s, pieces)
        t = prices.place[s]
        cycles = terms.cycles[t]
        stock = terms.supply[t, 0, 0]
        charge_orders(weights, prices, fixed, s, cycles, charged)
        _lay_out_prices(prices, s, starts, price)
        pack[:] = pieces.number[PACK]
        least[:] = smallest[s]
        plans[:] = 0.0
        curves = curves_of(terms, prices, t, pieces)
        own = pieces.number[PACK]
        ordering, staying, missed = plans_on_lattice(
            curves, stock, now, own, pack, least, charged, starts, price, plans[0], plans[1]
        )
        chosen: Index = STAYING
        if not (stay or prices.begin[s] > 0):
            chosen = _chosen(ordering, staying, charged[0])
        cost[s] = 0.0
        if not (stay or np.isnan(planned[s])):
            best = staying if chosen == STAYING else ordering + charged[0]
            kept = _kept(curves, prices, s, stock, planned[s], charged)
            following: Index = STAYING
            if cycles > 1:
                ordering, staying, other = plans_on_lattice(
                    curves, stock + planned[s], later, own, pack, least, charged, starts, price,
                    plans[2], plans[3],
                )  # fmt: skip
                following = _chosen(ordering, staying, charged[1])
                kept += staying if following == STAYING else ordering + charged[1]
                missed = max(missed, other)
            if kept <= best + prices.money * change_cost:
                chosen = following + 2
                plans[chosen, 0] = planned[s]
            else:
                cost[s] = change_cost
        slack[s] = missed
        position = stock
        for u in range(cycles):
            quantity = plans[chosen, u]
            position += quantity
            pieces.level[u] = position
            if quantity > 0.0:
                cost[s] += fixed[s, u] - saved_by_breaks(prices, s, quantity)
        cost[s] += cost_of_levels(terms, t, pieces)
        add_use(terms, weights, prices, s, pieces, use)
        if orders.size > 0:
            orders[s, :cycles] = plans[chosen, :cycles]
