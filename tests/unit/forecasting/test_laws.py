"""Laws of the whole forecast: causality, stock-outs, order of series, threads, windows."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from domain.periods import Bucket
from domain.settings import Settings, Solver
from domain.terms import Known, Panel
from forecasting.local import fit_local
from forecasting.result import Forecast
from forecasting.run import forecast
from forecasting.threads import kernel
from tests.contract.forecasting.situations import panel_of, situations

LEVELS = np.array([0.1, 0.5, 0.9, 0.95, 0.99])


def crowd(series: int = 40, buckets: int = 200, seed: int = 5) -> Panel:
    """Poisson series of all levels with a weekday profile."""
    rng = np.random.default_rng(seed)
    week = np.array([1, 1, 1, 1, 1.5, 2, 0.2])[np.arange(buckets) % 7]
    rate = rng.lognormal(0, 1.2, (series, 1)) * week
    demand = rng.poisson(rate).astype(float)
    return panel_of({f"s{i:03d}": demand[i] for i in range(series)})


def made(panel: Panel, threads: int = 0, days: int = 21) -> Forecast:
    return forecast(panel, Settings(solver=Solver(threads=threads)), days)


@pytest.mark.parametrize("origin", [60, 111, 150, 199])
def test_one_pass_forecasts_every_origin_as_it_would_have_been(origin: int) -> None:
    panel, lengths = crowd(), np.array([1, 2, 4], np.int64)
    panel = dataclasses.replace(panel, known=_some_sold_out(panel))
    with kernel(0):
        whole = fit_local(panel, np.array([origin - 1, 199]), lengths, 14, 60)
        alone = fit_local(panel.first_buckets(origin), np.array([origin - 1]), lengths, 14, 60)
    np.testing.assert_array_equal(whole.level[:, 0], alone.level[:, -1])
    np.testing.assert_array_equal(whole.slope[:, 0], alone.slope[:, -1])
    np.testing.assert_array_equal(whole.age[:, 0], alone.age[:, -1])
    if origin + 4 < 200:
        seen = (panel.known[:, origin : origin + 4] == Known.OBSERVED).all(axis=1)
        ahead = alone.means_ahead(4).sum(axis=1)
        np.testing.assert_allclose(whole.mean[seen, 0, 2], ahead[seen], rtol=1e-4)


def _some_sold_out(panel: Panel) -> np.ndarray:
    """The panel's buckets with one in nine a lower bound."""
    known = panel.known.copy()
    known[:, 4::9] = Known.LOWER_BOUND
    return known


@pytest.mark.parametrize("share", [0.0, 0.1, 0.6])
def test_stock_outs_never_lower_a_forecast(share: float) -> None:
    panel = crowd()
    known, sold = panel.known.copy(), panel.demand.copy()
    hidden = np.random.default_rng(2).random(known.shape) < 0.25
    sold[hidden] = np.floor(sold[hidden] * (1 - share) * 0.5)
    known[hidden] = Known.LOWER_BOUND
    shares = np.where(hidden, np.float32(share), np.float32(0))
    marked = dataclasses.replace(panel, known=known, demand=sold, stockout_share=shares)
    left_out = dataclasses.replace(
        marked,
        known=np.where(hidden, np.uint8(Known.UNKNOWN), known),
        demand=np.where(hidden, np.float32(0), sold),
        stockout_share=None,
    )
    with_them, without = made(marked), made(left_out)
    assert (with_them.mean >= without.mean * (1 - 1e-3) - 1e-6).all()


@pytest.mark.parametrize(
    ("told", "recorded", "share"),
    [(Known.LOWER_BOUND, 5.0, 0.0), (Known.LOWER_BOUND, 5.0, 0.75), (Known.UNKNOWN, 0.0, 1.0)],
)
def test_a_stock_out_is_never_taken_for_demand(told: Known, recorded: float, share: float) -> None:
    demand, empty = np.full(150, 20.0), np.zeros(150)
    sold_out = np.full(150, Known.OBSERVED, np.uint8)
    sold_out[110:], demand[110:], empty[110:] = told, recorded, share
    panel = panel_of({"a": demand}, known={"a": sold_out}, share={"a": empty})
    assert made(panel).mean[0].mean() > 18


def test_the_order_of_series_has_no_say() -> None:
    panel = crowd()
    order = np.random.default_rng(0).permutation(panel.series)
    mixed = dataclasses.replace(
        panel,
        keys=tuple(panel.keys[i] for i in order),
        demand=panel.demand[order],
        known=panel.known[order],
        category=panel.category[order],
        product=panel.product[order],
        whole_units=panel.whole_units[order],
        first=panel.first[order],
        starts_day=panel.starts_day[order],
        ends_day=panel.ends_day[order],
    )
    np.testing.assert_allclose(made(mixed).mean, made(panel).mean[order], rtol=1e-5)
    np.testing.assert_allclose(
        made(mixed).sums(LEVELS)[1], made(panel).sums(LEVELS)[1][order], atol=1.0
    )


def test_the_number_of_threads_has_no_say() -> None:
    one, two = made(crowd(), threads=1), made(crowd(), threads=2)
    assert one.mean.tobytes() == two.mean.tobytes()
    assert one.sums(LEVELS)[1].tobytes() == two.sums(LEVELS)[1].tobytes()


def test_a_window_from_as_of_is_the_sum_and_a_level_is_the_same_among_any_others() -> None:
    result = made(crowd())
    days = result.days[1 : result.horizon + 1].astype(np.int64)
    end = np.broadcast_to(days, result.mean.shape)
    _, sums = result.sums(LEVELS)
    _, windows = result.windows(np.zeros_like(end), end, LEVELS)
    assert sums.tobytes() == windows.tobytes()
    own = np.tile(np.array([0.95, 0.3]), (len(result.keys), 1))
    _, alone = result.windows(np.zeros_like(end), end, own)
    np.testing.assert_array_equal(alone[:, :, 0], sums[:, :, 3])
    _, last = result.windows(np.zeros((40, 1), np.int64), np.full((40, 1), 21), LEVELS)
    np.testing.assert_array_equal(last[:, 0], sums[:, 20])


def test_a_part_of_the_series_is_a_part_of_the_whole() -> None:
    result = made(crowd())
    some = np.array([3, 17, 29])
    start, end = np.array([[0, 3]] * 3), np.array([[10, 12]] * 3)
    mean, quantiles = result.take(some).windows(start, end, LEVELS)
    every = (np.tile(start[:1], (40, 1)), np.tile(end[:1], (40, 1)))
    whole = result.windows(*every, LEVELS)
    np.testing.assert_array_equal(mean, whole[0][some])
    np.testing.assert_array_equal(quantiles, whole[1][some])


def test_padding_gives_zeros_and_demand_ends_with_the_series() -> None:
    panel = situations()
    result = made(panel)
    ended = [key.sku for key in panel.keys].index("ended")
    assert (result.mean[ended, 3:] == 0).all()
    mean, quantiles = result.windows(
        np.array([[0, 0, 3]]), np.array([[3, 28, 20]]), LEVELS, np.array([ended])
    )
    assert mean[0, 0] == pytest.approx(mean[0, 1])
    assert mean[0, 0] == pytest.approx(15, rel=0.1)
    assert mean[0, 2] == 0
    assert (quantiles[0, 2] == 0).all()
    mean, quantiles = result.windows(np.zeros((12, 1), np.int64), np.full((12, 1), -1), LEVELS)
    assert mean.sum() == quantiles.sum() == 0


def test_a_launch_ahead_brings_nothing_before_its_first_day() -> None:
    steady = np.full(120, 14.0)
    panel = panel_of({"a": steady, "new": np.full(120, np.nan)}, Bucket.WEEK, begins={"new": 9})
    result = made(panel, days=60)
    start, end = np.array([[0, 0, 9, 4, 20]] * 2), np.array([[9, 16, 16, 23, 30]] * 2)
    mean, quantiles = result.windows(start, end, LEVELS)
    assert mean[1, 0] == 0
    assert (quantiles[1, 0] == 0).all()
    assert mean[1, 1] == mean[1, 2] == pytest.approx(mean[0, 2], rel=1e-6)
    np.testing.assert_allclose(mean[1, 3:], [14 / 19 * mean[0, 3], mean[0, 4]])
    assert result.mean[1, 0] == 0
    np.testing.assert_allclose(result.mean[1, 1:3], result.mean[0, 1:3] * [5 / 7, 1])
    late, _ = result.windows(start, end, LEVELS, spread_days=np.full(2, 2.0))
    assert 0 < late[1, 0] < late[1, 1]


@pytest.mark.parametrize("bucket", list(Bucket))
def test_how_far_ahead_is_asked_changes_nothing_nearer(bucket: Bucket) -> None:
    panel = crowd()
    panel = dataclasses.replace(panel, calendar=dataclasses.replace(panel.calendar, bucket=bucket))
    near, far, farthest = (made(panel, days=days) for days in (62, 200, 900))
    start, end = np.array([[0, 5, 31, 40]] * 40), np.array([[1, 40, 61, 62]] * 40)
    spread = np.linspace(0, 3, 40)
    for other in (far, farthest):
        ahead = near.horizon
        for one, two in zip(near.buckets(LEVELS), other.buckets(LEVELS), strict=True):
            assert one.tobytes() == two[:, :ahead].tobytes()
        for one, two in zip(near.sums(LEVELS), other.sums(LEVELS), strict=True):
            assert one.tobytes() == two[:, :ahead].tobytes()
        alike = [f.windows(start, end, LEVELS, None, spread)[1].tobytes() for f in (near, other)]
        assert alike[0] == alike[1]
        assert near.diagnostics.equals(other.diagnostics)


def test_days_within_a_bucket_are_interpolated() -> None:
    panel = panel_of({"a": np.full(120, 14.0)}, Bucket.WEEK)
    mean, _ = made(panel, days=60).windows(np.array([[0, 2]]), np.array([[10, 9]]), LEVELS)
    np.testing.assert_allclose(mean, [[20.0, 14.0]], rtol=1e-3)


def test_a_varying_lead_time_mixes_distributions() -> None:
    result = made(panel_of({"a": np.random.default_rng(1).poisson(10, 300).astype(float)}))
    start, end = np.zeros((1, 1), np.int64), np.full((1, 1), 14)
    mean, plain = result.windows(start, end, LEVELS)
    same, alike = result.windows(start, end, LEVELS, spread_days=np.array([1e-3]))
    np.testing.assert_allclose(alike, plain, atol=1.0)
    assert same[0, 0] == pytest.approx(mean[0, 0])
    late, wide = result.windows(start, end, LEVELS, spread_days=np.array([3.0]))
    assert late[0, 0] == pytest.approx(mean[0, 0], rel=0.02)
    # Standard deviation of a mixture: that of 14 days and 3 days' demand (10 a day) together.
    expected = mean[0, 0] + 1.645 * np.hypot((plain[0, 0, 3] - mean[0, 0]) / 1.645, 30)
    assert wide[0, 0, 3] == pytest.approx(expected, rel=0.05)
    assert wide[0, 0, 0] < plain[0, 0, 0]


def test_an_item_without_history_gets_the_level_of_its_like() -> None:
    panel = crowd()
    new = dataclasses.replace(panel, first=panel.first.copy(), known=panel.known.copy())
    new.first[7] = panel.buckets
    new.known[7] = Known.OUTSIDE
    new.demand[7] = 0
    result = made(new)
    others = np.delete(result.mean.mean(axis=1), 7)
    assert result.mean[7].mean() == pytest.approx(others.mean(), rel=0.3)
    quantiles = result.sums(LEVELS)[1][7]
    assert quantiles[6, 3] > 2.0 * result.mean[7, :7].sum()


def test_a_series_that_fails_falls_back_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = fit_local

    def broken(*args: object) -> object:
        fit = real(*args)  # type: ignore[arg-type]
        fit.level[4] = np.nan
        return fit

    monkeypatch.setattr("forecasting.run.fit_local", broken)
    result = made(crowd())
    assert (result.diagnostics["fallback"] != "").to_numpy().nonzero()[0].tolist() == [4]
    assert np.isfinite(result.sums(LEVELS)[1]).all()
    assert result.mean[4].mean() == pytest.approx(crowd().demand[4].mean(), rel=0.1)


def test_sums_of_poisson_demand_are_covered_as_promised() -> None:
    panel = crowd(400, 230, seed=9)
    result = made(panel.first_buckets(216), days=14)
    total = panel.demand[:, 216:].sum(axis=1)
    _, sums = result.sums(np.array([0.5, 0.95]))
    covered = (total[:, None] <= sums[:, 13]).mean(axis=0)
    assert 0.42 < covered[0] < 0.66
    assert 0.92 < covered[1] < 0.99
