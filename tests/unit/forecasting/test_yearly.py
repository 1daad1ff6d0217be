"""The yearly profile of categories: found where series share it, and never from the future."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from domain.periods import Bucket
from domain.settings import Settings
from domain.terms import Panel
from forecasting.local import fit_local
from forecasting.run import forecast
from forecasting.threads import kernel
from forecasting.yearly import laid_out, yearly_fits, yearly_logs
from tests.contract.forecasting.situations import panel_of

SWING = 1.0


def shop(buckets: int, swing: float = SWING, bucket: Bucket = Bucket.DAY) -> Panel:
    """60 Poisson series in three categories, of which the last swings over the year."""
    rng, step = np.random.default_rng(11), 1 if bucket is Bucket.DAY else 7
    rate = rng.lognormal(1.0 if bucket is Bucket.DAY else 3.0, 0.7, (60, 1))
    season = np.exp(swing * np.cos(2 * np.pi * np.arange(buckets) * step / 365.25))
    category = np.repeat(np.arange(3), 20)
    mean = rate * np.where(category[:, None] == 2, season, 1.0)
    demand = rng.poisson(mean).astype(float)
    panel = panel_of({f"s{i:03d}": demand[i] for i in range(60)}, bucket)
    return dataclasses.replace(panel, category=category)


@pytest.mark.parametrize(("bucket", "buckets"), [(Bucket.DAY, 375), (Bucket.WEEK, 54)])
def test_a_season_that_series_share_is_seen_after_one_year(bucket: Bucket, buckets: int) -> None:
    fits = yearly_fits(shop(buckets, bucket=bucket), 100)
    assert [fit.begin for fit in fits] == [0, 364 if bucket is Bucket.DAY else 52]
    factor = fits[-1].factor
    assert factor[3].max() / factor[3].min() == pytest.approx(np.exp(2 * SWING), rel=0.2)
    assert factor[1:3].max() / factor[1:3].min() < 1.5
    assert (fits[0].factor == 1).all()


def test_swings_of_series_that_do_not_agree_are_no_season() -> None:
    rng, panel = np.random.default_rng(2), shop(375, 0.0)
    wander = np.exp(np.cumsum(rng.normal(0, 0.05, (60, 375)), axis=1))
    alone = dataclasses.replace(panel, demand=rng.poisson(4 * wander).astype(np.float32))
    factor = yearly_fits(alone, 100)[-1].factor
    assert np.abs(np.log(factor)).mean() < 0.15


def test_what_swung_down_last_year_is_expected_to_do_so_again() -> None:
    panel = shop(380)
    ahead = forecast(panel, Settings(), 180).mean
    swinging = panel.category == 2
    truth = np.exp(-2 * SWING)
    fall = ahead[swinging, 165:180].sum() / ahead[swinging, :15].sum()
    assert fall == pytest.approx(truth, rel=0.35)
    steady = ahead[~swinging, 165:180].sum() / ahead[~swinging, :15].sum()
    assert steady == pytest.approx(1.0, abs=0.1)


def test_weeks_with_two_years_have_a_profile_of_their_own_instead() -> None:
    fits = yearly_fits(shop(110, bucket=Bucket.WEEK), 20)
    assert [fit.begin for fit in fits] == [0, 52, 104]
    assert (fits[-1].factor == 1).all()
    assert len(yearly_fits(shop(60, bucket=Bucket.MONTH), 20)) == 1
    assert len(yearly_fits(shop(363), 20)) == 1


@pytest.mark.parametrize(
    ("bucket", "before", "buckets"), [(Bucket.DAY, 370, 727), (Bucket.WEEK, 60, 103)]
)
def test_between_two_fits_what_was_found_at_the_last_one_is_all_that_is_needed(
    bucket: Bucket, before: int, buckets: int
) -> None:
    panel = shop(buckets, bucket=bucket)
    kept = laid_out(panel, yearly_logs(panel.first_buckets(before)), 30)
    for one, anew in zip(kept, yearly_fits(panel, 30), strict=True):
        assert one.begin == anew.begin
        np.testing.assert_array_equal(one.factor, anew.factor)
    assert (kept[-1].factor != 1).any()


@pytest.mark.parametrize("origin", [300, 363, 364, 500, 728, 760])
def test_origins_before_and_after_a_fit_are_as_they_would_have_been(origin: int) -> None:
    panel, lengths = shop(790), np.array([1, 2, 4], np.int64)
    with kernel(0):
        whole = fit_local(panel, np.array([origin - 1, 789]), lengths, 14, 60)
        alone = fit_local(panel.first_buckets(origin), np.array([origin - 1]), lengths, 14, 60)
    np.testing.assert_array_equal(whole.level[:, 0], alone.level[:, -1])
    np.testing.assert_array_equal(whole.slope[:, 0], alone.slope[:, -1])
    ahead = alone.means_ahead(4).sum(axis=1)
    np.testing.assert_allclose(whole.mean[:, 0, 2], ahead, rtol=1e-4)
