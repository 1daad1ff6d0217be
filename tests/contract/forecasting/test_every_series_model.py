"""What every registered model of one series promises, over every kind of series."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from domain.periods import Bucket, Calendar
from domain.settings import ForecasterSetting, Settings, Solver
from domain.terms import Known, Panel
from forecasting.events.columns import EventSource
from forecasting.events.indicators import event_indicators
from forecasting.models.one_series import (
    MOST_OF_PAST,
    SERIES_MODELS,
    History,
    NotFittedError,
    Parts,
    fitted,
    quietly,
)
from forecasting.result import Forecast
from forecasting.run import forecast
from tests.contract.forecasting.situations import BUCKETS, panel_of, situations

AHEAD = 30
LEVELS = np.array([0.001, 0.05, 0.5, 0.95, 0.999])
MODELS = SERIES_MODELS.names()
TOO_LITTLE = {"two_buckets", "no_history", "all_zero"}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with quietly():
        yield


def history_of(panel: Panel, name: str, buckets: int = BUCKETS) -> History:
    row = [key.sku for key in panel.keys].index(name)
    known = panel.known[row, :buckets] == Known.OBSERVED
    calendar = dataclasses.replace(panel.calendar, count=buckets)
    source = EventSource(("lunar_new_year",), "US")
    return History(
        demand=np.where(known, panel.demand[row, :buckets].astype(np.float64), np.nan),
        starts=calendar.starts(0, buckets + AHEAD),
        bucket=calendar.bucket,
        events=event_indicators(source, calendar, buckets + AHEAD),
        regressors={"price": np.linspace(1.0, 2.0, buckets + AHEAD)},
    )


@cache
def parts(model: str, name: str, buckets: int = BUCKETS) -> Parts:
    return fitted(SERIES_MODELS.get(model), history_of(situations(), name, buckets))


def names() -> list[str]:
    return [key.sku for key in situations().keys]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", names())
def test_parts_are_finite_and_add_up_to_a_mean_that_is_never_negative(
    model: str, name: str
) -> None:
    if name in TOO_LITTLE:
        with pytest.raises(NotFittedError):
            parts(model, name)
        return
    made = parts(model, name)
    most = np.nanmax(history_of(situations(), name).demand)
    for part in dataclasses.astuple(made):
        assert part.shape == (BUCKETS + AHEAD,)
        assert np.isfinite(part).all()
    assert (made.mean >= -1e-12 * most).all()
    assert (made.mean <= MOST_OF_PAST * most * (1 + 1e-9)).all()


@pytest.mark.parametrize("model", MODELS)
def test_what_follows_as_of_changes_nothing_and_the_same_gives_the_same_bytes(model: str) -> None:
    panel = situations()
    future = panel.demand.copy()
    future[:, 100:] *= 50
    changed = dataclasses.replace(panel, demand=future)
    other = fitted(SERIES_MODELS.get(model), history_of(changed, "intermittent", 100))
    assert parts(model, "intermittent", 100).mean.tobytes() == other.mean.tobytes()


@pytest.mark.parametrize("model", MODELS)
def test_a_trend_goes_on_and_a_season_comes_again(model: str) -> None:
    assert parts(model, "trending").mean[BUCKETS] == pytest.approx(2.0 + 0.5 * BUCKETS, rel=0.05)
    index = np.arange(BUCKETS, BUCKETS + 14)
    seasonal = np.where(index % 7 == 5, 0.0, 10.0 + 5.0 * (index % 7 == 0))
    np.testing.assert_allclose(parts(model, "seasonal").mean[BUCKETS:][:14], seasonal, atol=1.0)


@pytest.mark.parametrize("model", MODELS)
def test_an_event_that_comes_every_year_is_expected_again(model: str) -> None:
    weeks = 160
    calendar = Calendar(Bucket.WEEK, np.datetime64("2020-01-06", "D"), weeks)
    event = event_indicators(EventSource(("double_11",)), calendar, weeks + 60)["double_11"]
    demand = 20.0 + 40.0 * (event[:weeks] > 0)
    made = fitted(
        SERIES_MODELS.get(model),
        History(demand, calendar.starts(0, weeks + 60), Bucket.WEEK, {"double_11": event}),
    )
    coming = np.flatnonzero(event[weeks:] > 0) + weeks
    assert coming.size == 1
    assert made.mean[coming[0]] == pytest.approx(60.0, rel=0.2)
    assert made.events[coming[0]] > 25.0
    assert np.median(made.mean[weeks:]) == pytest.approx(20.0, rel=0.1)


def forecast_by(model: str, skus: tuple[str, ...], threads: int = 1) -> Forecast:
    """A few series forecast by the model, others by default."""
    whole = situations()
    wanted = ("constant", "intermittent", "seasonal", "all_zero", "ended", "trending")
    rows = [names().index(name) for name in wanted]
    panel = panel_of(
        {name: whole.demand[row] for name, row in zip(wanted, rows, strict=True)},
        ends={"ended": 3},
    )
    named = (ForecasterSetting(model=model, skus=skus),) if skus else ()
    settings = Settings(forecaster=named, solver=Solver(threads=threads))
    return forecast(panel, settings, AHEAD)


@cache
def of_some(model: str) -> Forecast:
    with quietly():
        return forecast_by(model, ("intermittent", "trending", "all_zero"))


@pytest.mark.parametrize("model", MODELS)
def test_a_named_series_has_the_mean_of_its_model_and_a_head_like_all_others(model: str) -> None:
    made, default = of_some(model), forecast_by(model, ())
    own = parts(model, "trending")
    assert made.keys[5].sku == "trending"
    # The contract's history knows events and a price besides.
    np.testing.assert_allclose(made.mean[5], own.mean[BUCKETS:][: made.horizon], rtol=0.1)
    for row in (0, 2, 4):
        assert made.mean[row].tobytes() == default.mean[row].tobytes()
    for mean, quantiles in (made.buckets(LEVELS), made.sums(LEVELS)):
        assert np.isfinite(mean).all()
        assert np.isfinite(quantiles).all()
        assert (quantiles >= 0).all()
        assert (np.diff(quantiles, axis=2) >= 0).all()
    assert (np.diff(made.sums(LEVELS)[1], axis=1) >= 0).all()


@pytest.mark.parametrize("model", MODELS)
def test_a_series_that_cannot_be_fitted_keeps_the_default_and_says_so(model: str) -> None:
    made, default = of_some(model), forecast_by(model, ())
    assert made.diagnostics["fallback"].tolist() == [
        "", "", "", "nothing was ever sold: the default stands in", "", "",
    ]  # fmt: skip
    assert made.mean[3].tobytes() == default.mean[3].tobytes()


@pytest.mark.parametrize("model", MODELS)
def test_neither_threads_nor_time_change_a_byte(model: str) -> None:
    again = forecast_by(model, ("intermittent", "trending", "all_zero"), threads=2)
    assert of_some(model).sums(LEVELS)[1].tobytes() == again.sums(LEVELS)[1].tobytes()


@pytest.mark.parametrize("model", MODELS)
def test_a_model_says_where_it_comes_from(model: str) -> None:
    found = SERIES_MODELS.get(model)
    assert found.name == model
    assert len(found.source) > 20
