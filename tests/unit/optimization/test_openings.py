"""Stock at the opening of a day, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.settings import Settings
from domain.terms import Floats
from optimization.problem import Problem
from optimization.shared.ground import Ground
from optimization.shared.opening_spread import left_over_deviation, pooled
from optimization.shared.openings import stock_at
from tests.unit.optimization.problems import single
from tests.unit.optimization.shared_limits import ground_of

CERTAIN = [1e-9]  # one level: demand is its knot


def one_delivery_on_day_four(stock: float) -> Problem:
    """Ten are wanted by day 1, twenty by day 3; what is ordered is there on day 4, for ten more."""
    problem = single(CERTAIN, [[30.0]], stock)
    cycles = replace(
        problem.cycles,
        arrival_day=np.array([[4]]),
        end_day=np.array([[4]]),
        point_day=np.array([[[4]]]),
        before_day=np.array([[1, 3]]),
    )
    return replace(
        problem,
        cycles=cycles,
        before_knots=np.array([[[10.0], [20.0]]]),
        before_supply=np.full((1, 2), stock),
    )


def ground(problem: Problem, unmet: str, comes: int, units: float) -> Ground:
    """`units` come on day `comes` whatever is decided."""
    place = ground_of(problem, Settings(unmet_demand=unmet))  # type: ignore[arg-type]
    arrived = np.where(problem.cycles.before_day >= comes, units, 0.0)
    problem = replace(problem, before_supply=problem.before_supply + arrived)
    start = problem.supply[:, 0, 0]

    def supply_on(day: int) -> Floats:
        return np.asarray(start + units * (day >= comes))

    return replace(place, problem=problem, supply_on=supply_on)


@pytest.mark.parametrize(("unmet", "there"), [("lost", 5.0), ("backordered", 0.0)])
def test_goods_that_come_after_a_stock_out_stay_where_what_was_missed_is_lost(
    unmet: str, there: float
) -> None:
    place = ground(one_delivery_on_day_four(0.0), unmet, comes=4, units=5.0)
    assert stock_at(place, np.zeros((1, 1)), 4).tolist() == pytest.approx([there], abs=1e-6)


@pytest.mark.parametrize(("unmet", "there"), [("lost", 7.0), ("backordered", 4.0)])
def test_what_was_lost_before_goods_came_is_not_taken_from_them(unmet: str, there: float) -> None:
    # Seven serve seven of the first ten; of 17 that come on day 2 ten are sold by day 3.
    place = ground(one_delivery_on_day_four(7.0), unmet, comes=2, units=17.0)
    assert stock_at(place, np.zeros((1, 1)), 4).tolist() == pytest.approx([there], abs=1e-6)


def test_left_over_units_deviate_as_their_distribution_says() -> None:
    levels, knots = np.array([[0.5]]), np.array([[10.0]])
    # D is 0 with probability 1/4, else 10: of 4 units 4 or none are left over.
    found = left_over_deviation(levels, np.zeros(1), knots, np.array([4.0]))
    assert found[0] == pytest.approx(4 * np.sqrt(3) / 4)
    whatever = left_over_deviation(levels, np.zeros(1), knots, np.array([np.inf]))
    assert whatever[0] == pytest.approx(10 * np.sqrt(3) / 4)


def test_space_that_suffices_surely_suffices_in_draws() -> None:
    """Stock exceeds a space of its 0.9 percentile in no more than one draw of ten."""
    series, draws = 40, 4000
    levels = np.linspace(0.01, 0.99, 99)
    draw = np.random.default_rng(1)
    mean = draw.uniform(5.0, 50.0, series)
    knots = mean[:, None] * (0.5 + levels)
    floor, position = np.zeros(series), mean * 1.1
    wide = np.broadcast_to(levels, knots.shape)
    most = left_over_deviation(wide, floor, knots, np.full(series, np.inf))
    own = left_over_deviation(wide, floor, knots, position)
    assert (own <= most + 1e-9).all()
    left = np.maximum(position[:, None] - mean[:, None] * (0.5 + draw.random((series, draws))), 0)
    space = left.mean(axis=1).sum() + 1.2816 * pooled(most, 0.0)
    assert (left.sum(axis=0) > space).mean() <= 0.1
    alike = np.maximum(position[:, None] - mean[:, None] * (0.5 + draw.random(draws)), 0)
    assert (alike.sum(axis=0) > space).mean() > 0.1
    assert (alike.sum(axis=0) > alike.mean(axis=1).sum() + 1.2816 * pooled(most, 1.0)).mean() <= 0.1
