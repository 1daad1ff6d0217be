"""What the global model promises, over every kind of series."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pytest

from domain.periods import Bucket
from domain.settings import Settings, Solver
from domain.terms import Panel, SeriesKey
from forecasting.result import Forecast
from forecasting.run import forecast
from tests.contract.forecasting.situations import situations

LEVELS = np.array([0.001, 0.05, 0.5, 0.95, 0.999])
HORIZON = {Bucket.DAY: 40, Bucket.WEEK: 140}
COPIES = 5
FULL = Settings(forecast_mode="full", solver=Solver(threads=2))


def many(bucket: Bucket) -> Panel:
    """Every situation COPIES times, so that there is something to share."""
    one = situations(bucket)
    share = one.stockout_share
    assert share is not None
    per_series = ("category", "whole_units", "first", "starts_day", "ends_day")
    return dataclasses.replace(
        one,
        keys=tuple(SeriesKey(f"{key.sku}{n}", "main") for n in range(COPIES) for key in one.keys),
        demand=np.tile(one.demand, (COPIES, 1)),
        known=np.tile(one.known, (COPIES, 1)),
        stockout_share=np.tile(share, (COPIES, 1)),
        product=np.arange(COPIES * one.series, dtype=np.int64),
        **{name: np.tile(getattr(one, name), COPIES) for name in per_series},
    )


@cache
def made(bucket: Bucket) -> Forecast:
    return forecast(many(bucket), FULL, HORIZON[bucket])


@pytest.mark.parametrize("bucket", list(HORIZON))
def test_quantiles_are_finite_rising_and_never_negative(bucket: Bucket) -> None:
    result = made(bucket)
    assert result.mode == "full"
    for mean, quantiles in (result.buckets(LEVELS), result.sums(LEVELS)):
        assert np.isfinite(mean).all()
        assert np.isfinite(quantiles).all()
        assert (mean >= 0).all()
        assert (quantiles >= 0).all()
        assert (np.diff(quantiles, axis=2) >= 0).all()
    assert (np.diff(result.sums(LEVELS)[1], axis=1) >= 0).all()


@pytest.mark.parametrize("bucket", list(HORIZON))
def test_a_mean_stays_within_bounds_of_the_local_one(bucket: Bucket) -> None:
    local = forecast(many(bucket), Settings(forecast_mode="local"), HORIZON[bucket])
    full = made(bucket)
    # Priors learn from the backtest, which is denser in full mode: hence the margin.
    assert (full.mean <= 4.5 * local.mean + 1e-9).all()
    assert (full.mean >= 0.09 * local.mean - 1e-9).all()


def test_neither_threads_nor_time_change_a_byte() -> None:
    alone = dataclasses.replace(made(Bucket.DAY))
    again = forecast(
        many(Bucket.DAY), FULL.model_copy(update={"solver": Solver(threads=1)}), HORIZON[Bucket.DAY]
    )
    assert alone.mean.tobytes() == again.mean.tobytes()
    assert alone.sums(LEVELS)[1].tobytes() == again.sums(LEVELS)[1].tobytes()


def test_what_follows_as_of_changes_nothing() -> None:
    panel = many(Bucket.DAY)
    future = panel.demand.copy()
    future[:, 100:] *= 50
    changed = dataclasses.replace(panel, demand=future)
    one, other = (forecast(some.first_buckets(100), FULL, 28) for some in (panel, changed))
    assert one.mode == "full"
    assert one.sums(LEVELS)[1].tobytes() == other.sums(LEVELS)[1].tobytes()


def test_a_longer_horizon_changes_nothing_nearer() -> None:
    near = forecast(many(Bucket.DAY), FULL, 10)
    assert made(Bucket.DAY).mean[:, :10].tobytes() == near.mean.tobytes()
