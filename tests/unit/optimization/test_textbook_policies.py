"""Published answers for lots and reorder points.

Snyder & Shen, *Fundamentals of Supply Chain Theory*, 2nd ed.: Examples 3.1, 3.6 and 5.2, as
stockpyl's own tests give them (`test_eoq.py`, `test_rq.py`).
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from optimization.lot_sizes import discounted_lot, economic_order_quantity
from optimization.stock_levels import Costs, Lead, quantiles, reorder_point_and_lot

DEVIATES = np.linspace(-6.0, 6.0, 12_001)
FINE = np.array([NormalDist().cdf(z) for z in DEVIATES])
"""Levels that are fine in the tails too."""


def one(*values: float) -> np.ndarray:
    return np.array(values)


def test_example_3_1_the_economic_order_quantity() -> None:
    lot = economic_order_quantity(one(8.0), one(1300.0), one(0.225))
    assert lot[0] == pytest.approx(304.0467800264368)


def test_example_3_6_all_units_discounts() -> None:
    unit_cost, starts = one(0.75, 0.72, 0.68), one(0.0, 400.0, 800.0)
    holding = 0.3 * unit_cost
    lot = discounted_lot(
        one(8.0), one(1300.0), holding[None], starts[None], (0.75 - unit_cost)[None], one(0.0)
    )
    assert lot[0] == 800
    cost = 0.68 * 1300 + 8 * 1300 / lot[0] + holding[2] * lot[0] / 2
    assert cost == pytest.approx(978.60)
    same, little = np.full((1, 3), 0.225), one(0.0, 0.001, 0.002)[None]
    smaller = discounted_lot(one(8.0), one(1300.0), same, starts[None], little, one(0.0))
    # A break that saves too little is not reached for.
    assert smaller[0] == pytest.approx(304.0467800264368)


def example_5_2() -> tuple[Lead, Costs]:
    knots = 1300 / 12 + 150 / 12**0.5 * DEVIATES[None]
    nothing = np.zeros((1, 1))
    costs = Costs(one(8.0), one(0.225), one(7.5), nothing, nothing)
    return Lead(FINE[None], one(knots[0, 0]), knots), costs


def test_example_5_2_reorder_point_and_quantity() -> None:
    lead, costs = example_5_2()
    point, lot = reorder_point_and_lot(lead, one(1300.0), costs, one(0.0), lost=False)
    assert point[0] == pytest.approx(213.97044213580244, abs=0.001)
    assert lot[0] == pytest.approx(318.5901810768729, abs=0.001)


def test_lost_demand_asks_for_a_little_more_and_a_larger_lot_for_less() -> None:
    lead, costs = example_5_2()
    point, lot = reorder_point_and_lot(lead, one(1300.0), costs, one(0.0), lost=False)
    where_lost, _ = reorder_point_and_lot(lead, one(1300.0), costs, one(0.0), lost=True)
    large, _ = reorder_point_and_lot(lead, one(1300.0), costs, 2 * lot, lost=False)
    assert large[0] < point[0] < where_lost[0] < point[0] + 0.5


def test_quantiles_lie_straight_between_knots() -> None:
    lead = Lead(np.array([[0.5, 0.9]] * 5), np.full(5, 2.0), np.array([[4.0, 8.0]] * 5))
    found = quantiles(lead, one(0.0, 0.25, 0.5, 0.8, 0.99))
    np.testing.assert_allclose(found, [2.0, 3.0, 4.0, 7.0, 8.0])
