"""What every registered head promises, over every kind of series."""

from __future__ import annotations

import numpy as np
import pytest

from domain.periods import Bucket
from domain.settings import Settings
from domain.terms import Panel
from forecasting.heads import HEADS
from forecasting.result import Forecast
from forecasting.run import forecast
from tests.contract.forecasting.situations import situations

LEVELS = np.array([0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999])
HORIZON = {Bucket.DAY: 28, Bucket.WEEK: 70, Bucket.MONTH: 200}


def made(head: str, bucket: Bucket = Bucket.DAY, panel: Panel | None = None) -> Forecast:
    return forecast(panel or situations(bucket), Settings(), HORIZON[bucket], head=head)


@pytest.mark.parametrize("bucket", list(Bucket))
@pytest.mark.parametrize("head", HEADS.names())
def test_quantiles_are_finite_rising_and_never_negative(head: str, bucket: Bucket) -> None:
    result = made(head, bucket)
    for mean, quantiles in (result.buckets(LEVELS), result.sums(LEVELS)):
        assert np.isfinite(mean).all()
        assert np.isfinite(quantiles).all()
        assert (mean >= 0).all()
        assert (quantiles >= 0).all()
        assert (np.diff(quantiles, axis=2) >= 0).all()
    assert (np.diff(result.sums(LEVELS)[1], axis=1) >= 0).all()
    assert (result.diagnostics["fallback"] == "").all()


@pytest.mark.parametrize("bucket", list(Bucket))
@pytest.mark.parametrize("head", HEADS.names())
def test_buckets_are_the_same_where_sums_are_known(head: str, bucket: Bucket) -> None:
    result = made(head, bucket)
    known = result.buckets(LEVELS, result.sums(LEVELS)[1])[1]
    assert known.tobytes() == result.buckets(LEVELS)[1].tobytes()


@pytest.mark.parametrize("head", HEADS.names())
def test_whole_units_where_history_is_whole(head: str) -> None:
    result = made(head)
    quantiles = result.sums(LEVELS)[1][result.whole_units]
    assert (quantiles == np.rint(quantiles)).all()


@pytest.mark.parametrize("head", HEADS.names())
def test_the_same_panel_gives_the_same_bytes(head: str) -> None:
    assert made(head).sums(LEVELS)[1].tobytes() == made(head).sums(LEVELS)[1].tobytes()


@pytest.mark.parametrize("head", HEADS.names())
def test_what_follows_as_of_changes_nothing(head: str) -> None:
    panel = situations()
    changed = panel.first_buckets(100)
    future = panel.demand.copy()
    future[:, 100:] *= 50
    object.__setattr__(panel, "demand", future)
    one, other = made(head, panel=panel.first_buckets(100)), made(head, panel=changed)
    assert one.sums(LEVELS)[1].tobytes() == other.sums(LEVELS)[1].tobytes()


@pytest.mark.parametrize("head", HEADS.names())
def test_a_series_that_never_sold_keeps_a_small_upper_tail(head: str) -> None:
    mean, quantiles = made(head).sums(np.array([0.5, 0.999]))
    assert 0 < mean[1, 27] < 0.5
    assert quantiles[1, 27, 0] == 0
    assert quantiles[1, 27, 1] < 20
