"""Demand paths: they look like the forecast, and like nothing else drawn beside them."""

import numpy as np
import pytest

from domain.terms import Floats, SeriesKey
from planning.simulation.draws import DEMAND, NORMAL, draw, shared_scores, stream_keys
from planning.simulation.margins import SCORES, STEP, WEIGHTS, couple


def keys(count: int) -> list[SeriesKey]:
    return [SeriesKey(f"sku-{number}", "main") for number in range(count)]


def paths_of(
    quantiles: Floats, of_sums: Floats, loading: float, paths: int, seed: int = 1
) -> Floats:
    """Paths of amounts with these bucket quantiles (S × T × K) and variances of sums (S × T)."""
    mean = quantiles @ WEIGHTS
    variance, slope = (quantiles**2) @ WEIGHTS - mean**2, quantiles @ (WEIGHTS * SCORES)
    carry, fresh, _ = couple(variance, slope, of_sums)
    series, buckets, _ = quantiles.shape
    out = np.empty((series, buckets, paths))
    draw(
        stream_keys(keys(series), seed, DEMAND), NORMAL, shared_scores(seed, buckets, paths),
        np.full(series, loading), quantiles, carry, fresh, slope, np.zeros(series, np.bool_),
        float(SCORES[0]), STEP, out,
    )  # fmt: skip
    return out


def lines(series: int, buckets: int) -> Floats:
    """Quantiles of a normal of mean 100 and deviation 10 for every bucket."""
    return np.broadcast_to(100.0 + 10.0 * SCORES, (series, buckets, SCORES.size)).copy()


@pytest.mark.parametrize("power", [1.0, 1.5, 2.0])
def test_sums_vary_as_they_should_and_buckets_still_do(power: float) -> None:
    # Variance of sums from independent (1) to one error that never changes (2).
    wanted = 100.0 * np.arange(1, 13) ** power
    found = paths_of(lines(40, 12), np.tile(wanted, (40, 1)), 0.0, 500)
    np.testing.assert_allclose(found.var(axis=2).mean(axis=0), 100.0, rtol=0.05)
    sums = np.cumsum(found, axis=1)
    np.testing.assert_allclose(sums.var(axis=2).mean(axis=0), wanted, rtol=0.07)
    np.testing.assert_allclose(found.mean(), 100.0, rtol=0.01)


def test_other_series_and_more_paths_change_no_path() -> None:
    wanted = np.tile(100.0 * np.arange(1, 5) ** 1.5, (6, 1))
    some = paths_of(lines(6, 4), wanted, 0.3, 20)
    fewer = paths_of(lines(3, 4), wanted[:3], 0.3, 50)
    np.testing.assert_array_equal(some[:3], fewer[:, :, :20])


def test_another_seed_gives_other_paths() -> None:
    wanted = np.tile(100.0 * np.arange(1, 5), (1, 1))
    one = paths_of(lines(1, 4), wanted, 0.0, 20)
    other = paths_of(lines(1, 4), wanted, 0.0, 20, seed=2)
    assert (one != other).mean() > 0.9


def test_the_interval_of_a_total_holds_what_comes_of_errors_with_something_in_common() -> None:
    # 300 series whose errors over 8 buckets correlate by 0.1: the total of what really comes,
    # drawn another way, lies in eight of ten cases between the paths' 0.1 and 0.9 quantiles.
    series, buckets, correlation = 300, 8, 0.1
    wanted = np.tile(100.0 * np.arange(1, buckets + 1) ** 2.0, (series, 1))
    found = paths_of(lines(series, buckets), wanted, np.sqrt(correlation), 400)
    low, high = np.quantile(found.sum(axis=(0, 1)), [0.1, 0.9])
    real = np.random.default_rng(3)
    common = real.standard_normal((1000, 1)) * np.sqrt(correlation)
    own = real.standard_normal((1000, series)) * np.sqrt(1.0 - correlation)
    totals = buckets * (100.0 + 10.0 * (common + own)).sum(axis=1)
    assert 0.74 < ((totals >= low) & (totals <= high)).mean() < 0.86
    alone = paths_of(lines(series, buckets), wanted, 0.0, 400).sum(axis=(0, 1))
    low, high = np.quantile(alone, [0.1, 0.9])
    assert ((totals >= low) & (totals <= high)).mean() < 0.3
