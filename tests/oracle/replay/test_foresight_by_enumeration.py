"""The best orders in hindsight against every order there could be, on problems small enough."""

import itertools

import numpy as np
import pytest

from optimization.foresight import Future, best_orders


def cost(future: Future, orders: np.ndarray) -> float:
    """What the orders of one series cost, told bucket by bucket."""
    stock = total = 0.0
    for b in range(future.demand.shape[1]):
        stock += future.supply[0, b] + orders[future.arrival[0] == b].sum() - future.demand[0, b]
        if future.lost and stock < 0:
            total -= future.shortage[0, b] * stock
            stock = 0.0
        total += future.holding[0, b] * max(stock, 0.0) + future.shortage[0, b] * max(-stock, 0.0)
    return total + float(future.line_cost[0][orders > 0].sum())


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("lost", [True, False])
def test_no_order_is_better(seed: int, lost: bool) -> None:
    draw = np.random.default_rng(seed)
    buckets, chances, most = 5, 3, 6
    supply = np.zeros((1, buckets))
    supply[0, 0] = draw.integers(0, 4)
    if lost:
        supply[0, 2] = draw.integers(0, 3)
    scored = (np.arange(buckets) >= draw.integers(0, 2)).astype(float)
    future = Future(
        demand=draw.integers(0, 3, (1, buckets)).astype(float),
        supply=supply,
        holding=draw.integers(1, 4, (1, 1)) * scored[None],
        shortage=draw.integers(1, 9) * scored[None],
        arrival=np.sort(draw.integers(0, buckets, (1, chances))),
        line_cost=np.full((1, chances), float(draw.integers(0, 5))),
        lost=lost,
    )
    tries = itertools.product(range(2 * most), repeat=chances)
    least = min(cost(future, np.array(orders, dtype=float)) for orders in tries)
    assert cost(future, best_orders(future)[0]) == pytest.approx(least)
