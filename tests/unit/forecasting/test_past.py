"""Forecasts of many days of the past from few passes, against each made for itself."""

import dataclasses

import numpy as np
import pytest

from domain.settings import Settings
from domain.terms import Known, Panel
from forecasting import past
from forecasting.past import Rolling, forecast_at, forecasts_of_the_past, panel_until
from forecasting.prior import with_prior
from forecasting.result import Forecast
from tests.unit.forecasting.test_laws import crowd

LEVELS = np.array([0.1, 0.5, 0.9, 0.99])
ORIGINS = np.arange(160, 255, 7)
BUCKETS = 260


def sold_out_here_and_there(panel: Panel) -> Panel:
    known = panel.known.copy()
    known[:, 4::9] = Known.LOWER_BOUND
    return dataclasses.replace(panel, known=known)


def sums(made: Forecast) -> tuple[np.ndarray, np.ndarray]:
    """Means and quantiles of the next week and of four."""
    end = np.tile(np.array([7, 28]), (len(made.keys), 1))
    return made.windows(np.zeros_like(end), end, LEVELS)


@pytest.mark.parametrize("censored", [False, True])
def test_means_are_those_of_a_forecast_made_at_that_time(censored: bool) -> None:
    panel = sold_out_here_and_there(crowd(40, BUCKETS)) if censored else crowd(40, BUCKETS)
    for origin, made in zip(
        ORIGINS, forecasts_of_the_past(panel, Settings(), ORIGINS, 40), strict=True
    ):
        mean, quantiles = sums(made)
        alone, apart = sums(forecast_at(panel, Settings(), int(origin), 40))
        assert made.calendar == panel_until(panel, int(origin) + 1).calendar
        # What is pooled over sleepers, and the heads, may be some weeks old.
        np.testing.assert_allclose(mean, alone, rtol=0.02)
        assert np.abs(quantiles - apart).mean() < 0.05 * apart.mean()
        if origin == ORIGINS[0]:
            np.testing.assert_array_equal(mean, alone)
            np.testing.assert_array_equal(quantiles, apart)


def test_what_comes_after_an_origin_changes_no_byte_of_its_forecast() -> None:
    panel = crowd(40, BUCKETS)
    demand = panel.demand.copy()
    demand[:, 205:] = 1e6 + 0.5
    other = dataclasses.replace(panel, demand=demand)
    known = ORIGINS[ORIGINS < 205]
    for made, again in zip(
        forecasts_of_the_past(panel, Settings(), known, 40),
        forecasts_of_the_past(other, Settings(), ORIGINS, 40),
        strict=False,
    ):
        for one, two in zip(sums(made), sums(again), strict=True):
            np.testing.assert_array_equal(one, two)


def test_a_launch_and_an_end_of_sale_are_counted_from_the_origin() -> None:
    panel = crowd(4)
    starts, ends = panel.starts_day.copy(), panel.ends_day.copy()
    starts[0], ends[1] = -20, -10  # on sale 20 days before the panel's end; gone 10 before it
    past = panel_until(dataclasses.replace(panel, starts_day=starts, ends_day=ends), 170)
    assert past.starts_day.tolist() == [10, 0, 0, 0]
    assert past.ends_day[1] == 20
    assert past.ends_day[2] == panel.ends_day[2]


def test_class_losses_of_many_series_are_carried_on(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = sold_out_here_and_there(crowd(40, BUCKETS))
    anew = list(forecasts_of_the_past(panel, Settings(), ORIGINS, 40))
    monkeypatch.setattr(past, "CLASS_SAMPLE", 10)
    carried = list(forecasts_of_the_past(panel, Settings(), ORIGINS, 40))
    apart = [abs(sums(one)[0] / sums(two)[0] - 1) for one, two in zip(anew, carried, strict=True)]
    assert 0 < max(each.max() for each in apart) < 0.05
    np.testing.assert_array_equal(apart[0], 0)


@pytest.mark.parametrize("censored", [False, True])
def test_levels_of_earlier_origins_are_what_they_would_be_anew(
    monkeypatch: pytest.MonkeyPatch, censored: bool
) -> None:
    panel = crowd(12, BUCKETS)
    panel = sold_out_here_and_there(panel) if censored else panel
    first = np.where(np.arange(panel.series) % 3 == 0, 140, panel.first)
    known = np.where(np.arange(BUCKETS) < first[:, None], np.uint8(Known.OUTSIDE), panel.known)
    demand = np.where(known == Known.OUTSIDE, np.float32(0), panel.demand)
    panel = dataclasses.replace(panel, first=first, known=known, demand=demand)
    kept = [sums(made) for made in forecasts_of_the_past(panel, Settings(), ORIGINS, 40)]
    monkeypatch.setattr(past, "with_prior", lambda panel, fit, earlier: with_prior(panel, fit))
    for one, made in zip(kept, forecasts_of_the_past(panel, Settings(), ORIGINS, 40), strict=True):
        for mine, anew in zip(one, sums(made), strict=True):
            np.testing.assert_array_equal(mine, anew)


def test_trees_of_a_first_year_are_asked_in_the_second() -> None:
    panel = crowd(60, 380)
    rolling = Rolling(Settings(forecast_mode="full"), 14)
    for buckets in (357, 378):
        made = rolling.at(panel_until(panel, buckets))
        assert rolling.stands is not None
        assert rolling.stands.standing is not None
        assert rolling.stands.standing.quantiles is not None
        assert np.isfinite(sums(made)[1]).all()
    assert rolling.stands.origin == 356  # the same trees
