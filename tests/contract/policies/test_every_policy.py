"""What every replenishment policy keeps to, whatever it thinks."""

import dataclasses
import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from domain.errors import PlanError
from experiments.replay.as_recorded import is_recorded
from experiments.replay.ground import lay
from experiments.replay.known import portions_known
from experiments.replay.opening import open_up
from experiments.replay.reviewing import review_of
from experiments.replay.schedule import schedule
from experiments.replay.sight import Sight
from experiments.replay.state import opened
from forecasting.past import Rolling, forecast_at
from optimization.foresight import Future
from optimization.policies import POLICIES, Policy, Review
from optimization.stock_levels import KeepsLevels
from planning.store.read import read_dataset
from tests.e2e.shop import small_shop

BOUND = "perfect_foresight"
RECORDED = [name for name in POLICIES.names() if is_recorded(POLICIES.get(name)())]
NAMES = [name for name in POLICIES.names() if name not in RECORDED]


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """Some series of a small shop with packs and minimums, nothing in stock."""
    made = small_shop(seed=3)
    made.tables["items"]["reorder_point"] = [5.0, None, None, 8.0] * 6
    made.tables["items"]["maximum_stock"] = [None, 40.0, None, 30.0] * 6
    folder: Path = made.write(tmp_path_factory.mktemp("shop") / "data")
    ground = lay("shop", read_dataset(folder, None, {}), dt.date(2024, 4, 28), None)
    moment = schedule(ground, drawn=False)[0]
    forecast = forecast_at(ground.panel, ground.settings, moment.bucket, 200)
    parts = portions_known(ground, forecast, moment.bucket, moment.rows, moment.cycles)
    sight = Sight(ground, Rolling(ground.settings, 200), forecast)
    state = opened(open_up(ground, forecast))
    return review_of(ground, next(iter(parts)), sight, state, ground.calibrated_factor)


def holding(review: Review, on_hand: np.ndarray) -> Review:
    """The same moment with stock on the shelf, and a future for those who see it."""
    ahead, series = review.ahead, on_hand.size
    problem = dataclasses.replace(
        ahead.problem,
        supply=np.broadcast_to(on_hand[:, None, None], ahead.problem.supply.shape),
        before_supply=np.broadcast_to(on_hand[:, None], ahead.problem.before_supply.shape),
    )
    ahead, nothing = dataclasses.replace(ahead, problem=problem), np.zeros(series)
    supply = np.zeros((series, 4))
    supply[:, 0] = on_hand
    future = Future(
        demand=np.full((series, 4), 3.0),
        supply=supply,
        holding=np.ones((series, 4)),
        shortage=np.full((series, 4), 9.0),
        arrival=np.tile(np.array([1, 2]), (series, 1)),
        line_cost=np.zeros((series, 2)),
        lost=True,
    )
    return dataclasses.replace(
        review, look_ahead=lambda: ahead, on_hand=on_hand, on_order=nothing, future=future
    )


@pytest.fixture(params=NAMES)
def policy(request: pytest.FixtureRequest) -> Policy:
    return POLICIES.get(request.param)()


def test_orders_are_there_for_every_series_and_never_negative(
    policy: Policy, review: Review
) -> None:
    for stock in (0.0, 7.0, 1e6):
        units = policy.order(holding(review, np.full(review.on_hand.size, stock)))
        assert units.shape == (review.on_hand.size,)
        assert np.isfinite(units).all()
        assert (units >= 0).all()
        if stock == 1e6:
            assert not units.any()


@pytest.mark.parametrize("name", [name for name in NAMES if name != BOUND])
def test_packs_and_minimums_are_kept(name: str, review: Review) -> None:
    units = POLICIES.get(name)().order(holding(review, np.zeros(review.on_hand.size)))
    some = units > 0
    assert some.any()
    pack = np.where(review.multiple > 0, review.multiple, 1.0)
    np.testing.assert_allclose((units / pack)[some], np.rint(units / pack)[some])
    assert (units[some] >= review.minimum[some]).all()


@pytest.mark.parametrize("name", [name for name in NAMES if name != BOUND])
def test_more_stock_never_orders_more(name: str, review: Review) -> None:
    last = np.full(review.on_hand.size, np.inf)
    for stock in range(0, 60, 3):
        held = holding(review, np.full(review.on_hand.size, float(stock)))
        units = POLICIES.get(name)().order(held)
        assert (units <= last + 1e-9).all()
        last = units


def test_the_same_review_gives_the_same_orders(policy: Policy, review: Review) -> None:
    held = holding(review, np.zeros(review.on_hand.size))
    np.testing.assert_array_equal(policy.order(held), policy.order(held))


@pytest.mark.parametrize("name", POLICIES.names())
def test_a_policy_is_a_frozen_bundle_of_settings(name: str) -> None:
    policy = POLICIES.get(name)()
    assert dataclasses.is_dataclass(policy)
    assert all(isinstance(value, float) for value in dataclasses.astuple(policy))


def test_foresight_without_a_future_is_refused(review: Review) -> None:
    with pytest.raises(PlanError, match="without a future"):
        POLICIES.get(BOUND)().order(review)


@pytest.mark.parametrize("name", RECORDED)
def test_what_is_walked_by_its_record_does_not_say_what_to_order(name: str, review: Review) -> None:
    with pytest.raises(PlanError, match="asked what to order"):
        POLICIES.get(name)().order(review)


LEVELLED = [name for name in NAMES if isinstance(POLICIES.get(name)(), KeepsLevels)]


@pytest.mark.parametrize("name", LEVELLED)
def test_levels_are_what_a_policy_orders_by(name: str, review: Review) -> None:
    policy = POLICIES.get(name)()
    assert isinstance(policy, KeepsLevels)
    kept = policy.levels(review)
    assert (kept.order_up_to_level >= kept.reorder_point).all()
    np.testing.assert_allclose(kept.safety_stock, kept.reorder_point - review.means.protection)
    series = review.on_hand.size
    above = holding(review, np.maximum(kept.reorder_point, kept.order_up_to_level) + 1.0)
    assert not policy.order(above).any()
    below = holding(review, np.full(series, 0.0))
    due = kept.reorder_point > 1.0
    assert due.any()
    lots = np.maximum(kept.order_quantity, kept.order_up_to_level - kept.reorder_point)
    assert (policy.order(below)[due] >= lots[due] - 1e-9).all()


def test_levels_are_told_by_every_policy_that_has_them() -> None:
    assert set(LEVELLED) >= {
        "reorder_point_order_up_to",
        "reorder_point_quantity",
        "safety_stock_cycle_service_level",
        "safety_stock_fill_rate",
    }
