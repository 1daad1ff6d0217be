"""The simulation of a whole plan, of a small shop."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planning.decision import decide
from planning.forecasts import known_at
from planning.pipeline import look
from planning.plan import Decision
from planning.simulation.draws import NORMAL, draw, shared_scores
from planning.simulation.ground import prepare
from planning.simulation.margins import SCORES, STEP
from planning.simulation.reviews import least_orders
from planning.simulation.run import simulate
from planning.simulation.totals import MEASURED, Projection
from planning.simulation.walk import ARRIVED, END_STOCK, HANDED
from planning.situation import Situation
from planning.steps import Steps
from tests.e2e.shop import small_shop

PATHS = 60
Planned = tuple[Situation, Decision]


def silent(_: float) -> None:
    """Nobody is told."""


def planned(folder: Path) -> Planned:
    shop = small_shop(skus=40)
    shop.tables["suppliers"]["lead_time_std_days"] = [0, 2]
    dataset, calendar = known_at(shop.write(folder), None, None, {}, Steps())
    situation = look("shop", dataset, calendar, Steps())
    return situation, decide(situation, silent)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    return planned(tmp_path_factory.mktemp("shop") / "data")


@pytest.fixture(scope="module")
def projection(shop: Planned) -> Projection:
    return simulate(*shop, silent, PATHS)


def test_a_series_fares_the_same_whatever_stands_beside_it(
    shop: Planned, projection: Projection
) -> None:
    situation, decision = shop
    rows = np.array([3, 8, 9, 21, 38])
    parts = {name: getattr(decision.outlook, name)[rows] for name in vars(decision.outlook)}
    alone = replace(
        decision,
        solution=replace(decision.solution, quantity=decision.solution.quantity[rows]),
        outlook=replace(decision.outlook, **parts),
        shortage=decision.shortage[rows],
    )
    found = simulate(situation.take(rows), alone, silent, PATHS)
    np.testing.assert_array_equal(found.facts, projection.facts[:, rows])


def test_threads_change_nothing(shop: Planned, projection: Projection) -> None:
    situation, decision = shop
    settings = situation.dataset.settings
    one = settings.model_copy(update={"solver": settings.solver.model_copy(update={"threads": 1})})
    single = replace(situation, dataset=replace(situation.dataset, settings=one))
    found = simulate(single, decision, silent, PATHS)
    np.testing.assert_array_equal(found.facts, projection.facts)
    assert found.with_plan.measures == projection.with_plan.measures


def test_what_was_there_and_came_was_handed_over_or_is_there(
    shop: Planned, projection: Projection
) -> None:
    opening = shop[0].stock.usable
    for facts in projection.facts:
        left = facts[:, HANDED] + facts[:, END_STOCK]
        np.testing.assert_allclose(opening + facts[:, ARRIVED], left, atol=1e-6)


def test_the_mean_hardly_depends_on_the_number_of_paths(
    shop: Planned, projection: Projection
) -> None:
    more = simulate(*shop, silent, 4 * PATHS)
    for name in ("fill_rate", "turnover", "average_stock_value", "order_value"):
        few, many = projection.with_plan.measures[name], more.with_plan.measures[name]
        assert few is not None
        assert many is not None
        spread = many.quantiles[-1] - many.quantiles[0]
        assert abs(few.mean - many.mean) < 0.35 * spread, name


def test_ordering_serves_more_and_nothing_ordered_costs_nothing(projection: Projection) -> None:
    kept, left = projection.with_plan.measures, projection.without.measures
    assert set(kept) == set(left) == set(MEASURED)
    fill, without = kept["fill_rate"], left["fill_rate"]
    assert fill is not None
    assert without is not None
    assert fill.mean > without.mean + 0.2
    assert projection.without.spent.quantiles.max() == 0.0
    assert kept["demand_units"] == left["demand_units"]


def test_quantiles_rise_and_hold_the_mean_course(projection: Projection) -> None:
    for band in (projection.with_plan.stock_value, projection.with_plan.spent):
        assert (np.diff(band.quantiles, axis=1) >= 0).all()
        assert (band.mean >= band.quantiles[:, 0] - 1e-6).all()
        assert np.isfinite(band.mean).all()


def test_paths_have_the_forecasts_quantiles_in_buckets_and_in_sums(shop: Planned) -> None:
    # Measured on the sample: mean of |share below - level| at levels 0.1, 0.5 and 0.9 is under
    # 0.02 for sums of series that sell twice a bucket or more.
    situation, decision = shop
    rows, paths = np.arange(situation.series), 400
    buckets = situation.calendar.buckets_to_cover(situation.horizon_days)
    ready = prepare(situation, decision, rows, least_orders(situation), buckets, paths)
    known, shape = ready.margins, (rows.size, buckets)
    demand = np.empty((*shape, paths))
    draw(
        ready.keys, NORMAL, shared_scores(1, buckets, paths), np.zeros(rows.size),
        known.quantiles, known.carry, known.fresh, known.slope, ready.whole, float(SCORES[0]),
        STEP, demand,
    )  # fmt: skip
    levels = np.array([0.1, 0.5, 0.9])
    days = situation.forecast.days[: buckets + 1].astype(np.int64)
    opening, end = np.broadcast_to(days[:-1], shape), np.broadcast_to(days[1:], shape)
    often = known.mean.mean(axis=1) > 2.0
    assert often.sum() > 10
    for start, drawn in ((opening, demand), (opening * 0, np.cumsum(demand, axis=1))):
        _, quantiles = situation.windows(start, end, levels)
        place = quantiles[often][..., None]
        below, within = (
            share.mean(axis=(0, 1, 3))
            for share in (
                drawn[often][:, :, None] < place - 1e-9,
                drawn[often][:, :, None] <= place + 1e-9,
            )
        )
        assert (below <= levels + 0.03).all()
        assert (within >= levels - 0.03).all()
