"""Answers known from the textbook or by hand."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from domain.settings import Settings
from optimization.before import cost_before_delivery
from optimization.expectation import expected_demand, expected_losses
from optimization.integer import solve_integer
from optimization.lost_sales import allow_for_losses, losses_before
from optimization.refine import refine, tidy
from optimization.separable import solve_separable
from optimization.solve import cost_of, prepare, solve, solve_prepared
from optimization.targets import set_shortage
from tests.unit.optimization.problems import single

BACKORDERED = Settings(unmet_demand="backordered")
FINE = [k / 2000 for k in range(1, 2000)]
NONE = np.array([np.nan])


def test_newsvendor_of_snyder_and_shen() -> None:
    """Snyder & Shen, 2nd ed., Example 4.3: h = 0.18, p = 0.70, N(50, 8²): S* = 56.6, g = 2.00."""
    demand = NormalDist(50, 8)
    problem = single(FINE, [[demand.inv_cdf(a) for a in FINE]], holding=0.18, shortage=0.70)
    solution = solve(problem, BACKORDERED)
    assert solution.order_up_to_level[0] == pytest.approx(56.604, abs=0.001)
    assert solution.quantity[0, 0] == pytest.approx(56.604, abs=0.001)
    assert solution.objective == pytest.approx(1.9976, abs=0.002)


def test_losses_of_a_coin_toss() -> None:
    # Level 0.5 alone: demand is the floor with probability 1/4, the knot with 3/4.
    levels, floor, knots = np.array([[0.5]]), np.zeros(1), np.array([[10.0]])
    over, under = expected_losses(levels, floor, knots, np.array([4.0]))
    assert over.tolist() == [1.0]
    assert under.tolist() == [4.5]
    assert expected_demand(levels, floor, knots).tolist() == [7.5]


def test_left_over_less_short_is_supply_less_demand() -> None:
    rng = np.random.default_rng(1)
    levels = np.sort(rng.random((5, 6)), axis=1)
    knots = np.sort(rng.random((5, 4, 2, 6)) * 10, axis=-1)
    at = rng.random((5, 4, 2)) * 12 - 1
    floor = np.zeros((5, 4, 2))
    over, under = expected_losses(levels, floor, knots, at)
    assert np.allclose(over - under, at - expected_demand(levels, floor, knots))


def test_with_a_cycle_service_level_the_level_is_that_quantile() -> None:
    levels = [0.1, 0.5, 0.9, 0.95, 0.99]
    problem = single(levels, [[1, 4, 7, 9, 12]], days=7, holding=0.01)
    for level, knot in zip(levels, [1, 4, 7, 9, 12], strict=True):
        targeted = set_shortage(problem, NONE, NONE, np.array([level]))
        assert solve(targeted, BACKORDERED).order_up_to_level[0] == knot
        # All days in one bucket: exactly h · R · a / (1 - a).
        assert targeted.shortage[0] == pytest.approx(0.01 * 7 * level / (1 - level), rel=1e-12)


def test_a_level_between_two_knots_is_interpolated() -> None:
    targeted = set_shortage(single([0.5, 0.9], [[4, 8]]), NONE, NONE, np.array([0.8]))
    assert solve(targeted, BACKORDERED).order_up_to_level[0] == pytest.approx(7.0)


def test_a_shortage_cost_does_not_snap_to_the_nearest_level() -> None:
    # p / (p + h) = 0.8 lies between the levels 0.5 (knot 4) and 0.9 (knot 8).
    solution = solve(single([0.5, 0.9], [[4, 8]], holding=1, shortage=4), BACKORDERED)
    assert solution.order_up_to_level[0] == pytest.approx(7.0)


def test_a_fill_rate_is_met() -> None:
    demand = NormalDist(50, 8)
    problem = single(FINE, [[demand.inv_cdf(a) for a in FINE]], holding=0.18)
    targeted = set_shortage(problem, NONE, np.array([0.99]), NONE)
    level = solve(targeted, BACKORDERED).order_up_to_level
    _, short = expected_losses(
        targeted.levels, targeted.floor[:, 0], targeted.knots[:, 0, 0], level
    )
    assert short[0] == pytest.approx(0.01 * 50, rel=1e-3)


def test_a_later_cycle_that_wants_less_is_pooled_with_the_first() -> None:
    # Alone the first would go up to 10, the second to 6: together they share what is best.
    problem = refine(tidy(single([0.5, 0.9], [[5, 10], [3, 6]])))
    solution = solve_prepared(problem)
    tried = [float(cost_of(problem, np.array([[q, 0.0]])).sum()) for q in np.arange(0, 12, 0.25)]
    assert solution.quantity[0, 1] == 0
    assert solution.objective == pytest.approx(min(tried))


def test_the_minimum_is_rounded_up_to_packs_and_not_ordering_is_weighed() -> None:
    # Minimum 5 in packs of 4 means 8. With one unit short the order does not earn its keep.
    wants_one = single([0.5], [[10]], stock=9, minimum=5, multiple=4, shortage=2)
    assert solve(wants_one, BACKORDERED).quantity[0, 0] == 0
    wants_more = single([0.5], [[10]], stock=3, minimum=5, multiple=4, shortage=2)
    solution = solve(wants_more, BACKORDERED)
    assert solution.quantity[0, 0] == 8
    assert solution.binding[0] == "order multiple"


def test_a_line_cost_is_paid_only_where_the_order_saves_more() -> None:
    # Certain demand of 10 in both cycles; short by 10 at p = 9 each time.
    cheap = single([1e-9], [[10], [20]], line_cost=5.0)
    assert (solve(cheap, BACKORDERED).quantity > 0).all()
    dearer = single([1e-9], [[10], [20]], line_cost=15.0)  # two lines against one and 10 kept
    assert solve(dearer, BACKORDERED).quantity[0].tolist() == [20.0, 0.0]
    dearest = single([1e-9], [[10], [20]], line_cost=500.0)
    assert solve(dearest, BACKORDERED).quantity.sum() == 0


def test_slow_stock_is_charged_only_above_the_target_of_a_service_level() -> None:
    problem = single([0.5, 0.9], [[4, 8]], surplus=1000.0, above_target=True)
    targeted = set_shortage(problem, NONE, NONE, np.array([0.9]))
    assert solve(targeted, BACKORDERED).quantity[0, 0] == 8
    overruled = replace(targeted, surplus_above_target=np.array([False]))
    assert solve(overruled, BACKORDERED).quantity[0, 0] < 8


def test_what_is_lost_before_the_delivery_is_not_ordered_again() -> None:
    problem = single([0.5], [[20]])
    cycles = replace(problem.cycles, before_day=np.array([[2, 4]]))
    waiting = replace(
        problem, cycles=cycles, before_knots=np.array([[[8.0], [12.0]]]),
        before_supply=np.array([[2.0, 8.0]]), supply=np.full((1, 1, 1), 8.0),
    )  # fmt: skip
    # 3/4 · (8 - 2) = 4.5 by day 2; on day 4 goods have come: 3/4 · (12 - 8) = 3.
    assert losses_before(waiting).tolist() == [4.5]
    assert allow_for_losses(waiting).supply[0, 0, 0] == 12.5


def test_what_customers_wait_for_is_owed_and_not_lost() -> None:
    problem = single([0.5], [[20]])
    waiting = replace(
        problem, cycles=replace(problem.cycles, before_day=np.array([[4]])),
        before_knots=np.array([[[8.0]]]), before_supply=np.array([[-5.0]]),
    )  # fmt: skip
    nobody = replace(waiting, before_supply=np.array([[0.0]]))
    assert losses_before(waiting).tolist() == losses_before(nobody).tolist()


def test_a_unit_lost_is_not_charged_in_every_cycle_of_a_long_lead_time() -> None:
    levels = [k / 100 for k in range(1, 100)]

    def knots(mean: float) -> list[float]:
        demand = NormalDist(mean, mean**0.5)
        return [max(demand.inv_cdf(a), 0.0) for a in levels]

    problem = single(levels, [knots(90)], holding=0.1, shortage=2, days=7)
    cycles = replace(problem.cycles, before_day=np.array([[56]]), end_day=np.array([[63]]))
    lost = replace(
        problem, cycles=cycles, before_knots=np.array([[knots(80)]]),
        before_supply=np.full((1, 1), 90.0),
    )  # fmt: skip
    # A plan of one cycle charges it once as it is; one of nine charges at least a ninth each.
    assert allow_for_losses(lost).shortage[0] == 2
    nine = replace(lost, cycles=replace(lost.cycles, count=np.array([9])))
    assert 2 / 9 <= allow_for_losses(nine).shortage[0] < 1.8


def test_the_days_before_the_delivery_pay_holding_daily_and_shortage_once() -> None:
    problem = single([1e-9], [[30]], holding=1, shortage=9)
    cycles = replace(problem.cycles, before_day=np.array([[2, 5, -1]]))
    waiting = replace(
        problem, cycles=cycles, before_knots=np.array([[[4.0], [10.0], [0.0]]]),
        before_supply=np.array([[6.0, 6.0, 0.0]]),
    )  # fmt: skip
    # 2 days with 2 left, then short by 4.
    assert cost_before_delivery(waiting, lost=False)[0] == pytest.approx(2 * 2 + 9 * 4)


def test_what_is_lost_on_an_empty_shelf_no_later_delivery_brings_back() -> None:
    problem = single([1e-9], [[30]], holding=1, shortage=9)
    cycles = replace(problem.cycles, before_day=np.array([[2, 5]]))
    waiting = replace(
        problem, cycles=cycles, before_knots=np.array([[[4.0], [10.0]]]),
        before_supply=np.array([[0.0, 20.0]]),
    )  # fmt: skip
    # Short by 4 on day 2; from the delivery on 10 are left for 3 days.
    assert cost_before_delivery(waiting, lost=True)[0] == pytest.approx(9 * 4 + 3 * 10)
    assert cost_before_delivery(waiting, lost=False)[0] == pytest.approx(3 * 10)


@pytest.mark.parametrize("stock", [0.0, 1.0, 4.0])
def test_any_amount_without_a_minimum_is_solved_where_the_monotone_rule_is_asked_for(
    stock: float,
) -> None:
    # As series with price breaks are; there is no pack to make the rule's grid of.
    problem = prepare(single([0.1, 0.5, 0.9], [[1.0, 2.0, 5.0]], stock=stock), BACKORDERED)
    free, _ = solve_separable(problem)
    found, _ = solve_integer(problem, np.zeros(problem.floor.shape), np.array([True]))
    ordered = np.where(found.order_cost < found.stay_cost, found.order[:, 0], found.stay[:, 0])
    np.testing.assert_allclose(ordered, free.order[:, 0])
