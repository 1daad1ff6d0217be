"""KPIs against answers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from domain.kpis.abc import abc
from domain.kpis.cycle_service_level import cycle_service_level
from domain.kpis.days_of_cover import LONGEST_DAYS, days_of_cover
from domain.kpis.days_of_inventory import days_of_inventory
from domain.kpis.dead import dead
from domain.kpis.excess import excess
from domain.kpis.fill_rate import fill_rate
from domain.kpis.gmroi import gmroi
from domain.kpis.moving_rate import moving_rate
from domain.kpis.non_moving import non_moving
from domain.kpis.slow_moving import slow_moving
from domain.kpis.slow_moving_rate import slow_moving_rate
from domain.kpis.slow_moving_sku_rate import slow_moving_sku_rate
from domain.kpis.stock_to_sales import stock_to_sales
from domain.kpis.stockout_rate import stockout_rate
from domain.kpis.turnover import turnover
from domain.kpis.xyz import xyz


def row(*values: float) -> np.ndarray:
    """An array of floats."""
    return np.array(values, dtype=np.float64)


def test_turnover_and_days_of_inventory_are_two_ways_to_say_one_thing() -> None:
    # 90 days of sales at 1,000 a day, 50,000 in stock: 365,000 / 50,000 turns.
    turns = turnover(90_000.0, 50_000.0, 90.0)
    assert turns == pytest.approx(7.3)
    assert days_of_inventory(90_000.0, 50_000.0, 90.0) == pytest.approx(50.0)


def test_nothing_sold_is_no_turnover_but_days_of_inventory_are_not_known() -> None:
    assert turnover(0.0, 100.0, 90.0) == 0.0
    assert days_of_inventory(0.0, 100.0, 90.0) is None
    assert stock_to_sales(100.0, 0.0, 90.0) is None


def test_without_stock_turnover_is_not_known() -> None:
    assert turnover(100.0, 0.0, 90.0) is None
    assert gmroi(200.0, 100.0, 0.0, 90.0) is None


def test_stock_to_sales_counts_months() -> None:
    # 73 days of sales at 20 a day are 7,300 a year, 608.33 a month.
    assert stock_to_sales(1216.6666, 1460.0, 73.0) == pytest.approx(2.0, rel=1e-6)


def test_cover_interpolates_within_the_bucket_that_uses_stock_up() -> None:
    # 7 in week one; 3 of the 6 of week two: half of it.
    assert days_of_cover(row(10), np.array([[7.0, 6.0]]), row(7, 7)) == pytest.approx([10.5])


def test_cover_knows_buckets_of_different_length_and_without_demand() -> None:
    # January 31 units, nothing in February, March 31: 46.5 units last to the middle of March.
    cover = days_of_cover(row(46.5), np.array([[31.0, 0.0, 31.0]]), row(31, 28, 31))
    assert cover == pytest.approx([31 + 28 + 15.5])


def test_cover_ends_on_the_day_demand_has_used_it_up_to_the_unit() -> None:
    assert days_of_cover(row(7), np.array([[7.0, 0.0, 7.0]]), row(7, 7, 7)) == pytest.approx([7.0])


def test_cover_beyond_the_forecast_carries_on_at_the_mean_rate() -> None:
    # 10 units in 14 days; 25 last 35 days.
    assert days_of_cover(row(25), np.array([[4.0, 6.0]]), row(7, 7)) == pytest.approx([35.0])


def test_cover_of_stock_nobody_is_expected_to_want_is_the_longest() -> None:
    demand = np.array([[0.0, 0.0], [0.0, 1e-12], [0.0, 5e-324], [0.0, 0.0]])
    cover = days_of_cover(row(1, 1, 1e300, 0), demand, row(7, 7))
    assert cover.tolist() == [LONGEST_DAYS, LONGEST_DAYS, LONGEST_DAYS, 0.0]


def test_cover_of_negative_stock_is_none_at_all() -> None:
    assert days_of_cover(row(-3), np.array([[1.0]]), row(1)).tolist() == [0.0]


def test_service_level_counts_cycles_and_fill_rate_counts_units() -> None:
    assert cycle_service_level(row(0, 0, 0, 1)) == 0.75
    assert fill_rate(row(10, 10, 10, 10), row(0, 0, 0, 2)) == pytest.approx(0.95)


def test_service_without_demand_or_cycles_is_not_known() -> None:
    assert fill_rate(row(0, 0), row(0, 0)) is None
    assert cycle_service_level(row()) is None
    assert stockout_rate(row(0, 0), row(0, 0)) is None


def test_stockout_rate_weighs_days() -> None:
    assert stockout_rate(row(10, 0), row(30, 10)) == 0.25


def test_slow_moving_leaves_out_what_is_meant_to_be_there_and_what_is_new() -> None:
    units = slow_moving(
        row(100, 100, 100, 5), row(30, 30, 30, 30), row(0, 20, 0, 0), np.array([0, 0, 1, 0], bool)
    )
    assert units.tolist() == [70.0, 50.0, 0.0, 0.0]


def test_slow_moving_rates_by_money_and_by_number_of_skus() -> None:
    assert slow_moving_rate(row(30, 0, 10), row(50, 100, 10)) == pytest.approx(0.25)
    # sku 0 at two places, slow at one; sku 1 not; sku 2 without stock.
    product = np.array([0, 0, 1, 2])
    assert slow_moving_sku_rate(product, row(1, 0, 0, 0), row(5, 5, 5, 0)) == 0.5
    assert slow_moving_rate(row(0), row(0)) is None
    assert slow_moving_sku_rate(product, row(0, 0, 0, 0), row(0, 0, 0, 0)) is None


def test_moving_rate_counts_a_sku_once_over_its_places() -> None:
    product = np.array([0, 0, 1, 2])
    assert moving_rate(product, row(1, 1, 0, 0), row(0, 5, 5, 0)) == 0.5
    assert moving_rate(product, row(0, 0, 0, 0), row(0, 0, 0, 0)) is None


def test_non_moving_and_dead_need_history_as_long_as_their_window() -> None:
    quiet, value = row(10, 90, 365), row(1, 2, 4)
    assert non_moving(quiet, value, history_days=365) == 6.0
    assert dead(quiet, value, history_days=365) == 4.0
    assert dead(quiet, value, history_days=364) is None


def test_excess_is_above_the_level_or_above_what_a_minimum_order_makes() -> None:
    units = excess(row(120, 120, 50), row(80, 80, 80), row(40, 40, 40), row(0, 60, 0))
    assert units.tolist() == [40.0, 20.0, 0.0]


def test_gmroi_needs_prices() -> None:
    assert gmroi(None, 100.0, 50.0, 365.0) is None
    assert gmroi(150.0, 100.0, 50.0, 73.0) == pytest.approx(5.0)


def test_abc_puts_the_item_that_crosses_a_limit_above_it() -> None:
    # shares before: 0, 0.5, 0.8, 0.95
    assert abc(row(50, 30, 15, 5)).tolist() == ["A", "A", "B", "C"]
    assert abc(row(0, 0)).tolist() == ["C", "C"]
    assert abc(row(99)).tolist() == ["A"]


def test_abc_keeps_the_order_of_equals_and_takes_other_limits() -> None:
    assert abc(row(1, 1, 1, 1), a_share=0.5, b_share=0.75).tolist() == ["A", "A", "B", "C"]


def test_xyz_by_the_variation_of_the_months_that_are_known() -> None:
    nan = float("nan")
    months = np.array(
        [
            [10.0, 10.0, 10.0, 10.0],
            [0.0, 10.0, 0.0, 10.0],  # mean 5, standard deviation 5: exactly 1
            [2.0, 10.0, 2.0, 10.0],  # mean 6, standard deviation 4: 0.67
            [nan, nan, 8.0, 8.0],
            [nan, nan, nan, 8.0],
            [0.0, 0.0, 0.0, 0.0],
        ]
    )
    assert xyz(months).tolist() == ["X", "Z", "Y", "X", "", ""]
