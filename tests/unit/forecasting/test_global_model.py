"""Laws of the global model: what it sees, what it never sees, and where it stands aside."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pytest

from domain.periods import as_days
from domain.settings import Settings
from domain.settings_trees import TreesSetting
from domain.terms import Floats, Known, Panel
from forecasting.events.columns import EventSource
from forecasting.global_model.cross_fit import followed, recorded_lengths
from forecasting.global_model.mode import MOST_AHEAD, MOST_CELLS, choose
from forecasting.global_model.past_features import past_features
from forecasting.global_model.trained import carried_on, train
from forecasting.local import LocalFit, fit_local
from forecasting.models import boosted_trees
from forecasting.result import Forecast
from forecasting.run import backtest_lengths, fit_all, forecast
from forecasting.threads import kernel
from tests.contract.forecasting.situations import panel_of

LOCAL, FULL = Settings(forecast_mode="local"), Settings(forecast_mode="full")
SERIES, BUCKETS, AHEAD = 60, 330, 28


@cache
def payday(gaps: bool = False) -> tuple[Panel, Floats]:
    """Poisson series that sell three times as much on the first three days of a month, and what
    is expected of the AHEAD buckets after it. With `gaps` an eighth was sold out in part.
    """
    rng = np.random.default_rng(11)
    names = {f"s{i:02d}": np.zeros(BUCKETS + AHEAD) for i in range(SERIES)}
    days = as_days(panel_of(names).calendar.starts())
    into_month = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    rate = rng.lognormal(1.0, 0.8, (SERIES, 1)) * np.where(into_month < 3, 3.0, 1.0)
    sold = rng.poisson(rate).astype(float)
    panel = panel_of({name: sold[i, :BUCKETS] for i, name in enumerate(names)})
    if gaps:
        hidden = rng.random(panel.demand.shape) < 0.08
        panel = dataclasses.replace(
            panel,
            known=np.where(hidden, np.uint8(Known.LOWER_BOUND), panel.known),
            demand=np.where(hidden, np.floor(panel.demand / 2), panel.demand),
        )
    return panel, rate[:, BUCKETS:]


@cache
def made(mode: str, gaps: bool = False) -> Forecast:
    return forecast(payday(gaps)[0], Settings(forecast_mode=mode), AHEAD)


def test_what_all_series_share_is_seen() -> None:
    _, expected = payday()
    off = {mode: np.abs(made(mode).mean - expected).sum() for mode in ("local", "full")}
    assert off["full"] < 0.7 * off["local"]


def test_a_stock_out_never_lowers_a_forecast() -> None:
    panel, _ = payday(gaps=True)
    known = np.where(panel.known == Known.LOWER_BOUND, np.uint8(Known.UNKNOWN), panel.known)
    left_out = dataclasses.replace(
        panel, known=known, demand=np.where(known == Known.UNKNOWN, np.float32(0), panel.demand)
    )
    without = forecast(left_out, FULL, AHEAD)
    assert made("full", gaps=True).mode == without.mode == "full"
    assert (made("full", gaps=True).mean >= without.mean * (1 - 1e-3) - 1e-6).all()


def test_the_order_of_series_has_no_say() -> None:
    panel, _ = payday()
    order = np.random.default_rng(0).permutation(SERIES)
    names = ("demand", "known", "category", "product", "whole_units", "first", "starts_day")
    mixed = dataclasses.replace(
        panel,
        keys=tuple(panel.keys[i] for i in order),
        ends_day=panel.ends_day[order],
        **{name: getattr(panel, name)[order] for name in names},
    )
    found, usual = forecast(mixed, FULL, AHEAD), made("full")
    np.testing.assert_allclose(found.mean, usual.mean[order], rtol=1e-6)
    for one, other in zip((found.sums, found.buckets), (usual.sums, usual.buckets), strict=True):
        assert (one([0.5, 0.9])[1] != other([0.5, 0.9])[1][order]).mean() < 1e-3


def fitted(panel: Panel) -> LocalFit:
    origins = np.arange(80, BUCKETS, 5)
    origins = np.append(origins[origins < BUCKETS - 1], BUCKETS - 1)
    with kernel(0):
        lengths = recorded_lengths(panel, backtest_lengths(panel))
        return fit_local(panel, origins, lengths, 14, 100)


def test_trees_of_a_past_origin_have_seen_nothing_later() -> None:
    panel, _ = payday()
    demand = panel.demand.copy()
    demand[:, 250:] *= 7
    found = []
    for some in (panel, dataclasses.replace(panel, demand=demand)):
        fit = fitted(some)
        past = past_features(some, fit, np.arange(fit.origins.size))
        model = train(some, fit, past, 250, 0, EventSource(), TreesSetting())
        assert model is not None
        place = int(np.searchsorted(fit.origins, 240))
        local = fit.bucket_mean[:, place, : model.ahead].copy()
        local[:] = fit.level[:, place, None]
        found.append(model.near(some, past, place, int(fit.origins[place]), local))
    assert found[0].tobytes() == found[1].tobytes()


def test_a_standing_model_gives_the_means_it_gave_when_it_was_fitted() -> None:
    panel, _ = payday()
    whole = fit_all(panel, FULL, AHEAD)
    assert whole.standing is not None
    plain = {field.name: getattr(whole.fit, field.name) for field in dataclasses.fields(LocalFit)}
    local = LocalFit(**plain)
    again = followed(panel, local, local, whole.standing)
    assert again.means_ahead(80).tobytes() == whole.fit.means_ahead(80).tobytes()
    guides = whole.standing.advice(panel, local, again).guides
    assert guides is not None
    assert whole.advice is not None
    assert whole.advice.guides is not None
    assert guides.sums.ratios.tobytes() == whole.advice.guides.sums.ratios.tobytes()
    assert guides.buckets.ratios.tobytes() == whole.advice.guides.buckets.ratios.tobytes()


def test_quantiles_are_not_learned_from_what_was_sold_out() -> None:
    whole = fit_all(payday(gaps=True)[0], FULL, AHEAD)
    assert whole.standing is not None
    assert whole.standing.quantiles is None
    assert whole.advice is not None
    assert whole.advice.guides is None


def test_beyond_what_was_learned_the_last_factors_stand() -> None:
    near = np.array([[1.0, 2.0, 4.0]])
    assert carried_on(near, 5, 2).tolist() == [[1.0, 2.0, 4.0, 3.0, 3.0]]
    assert carried_on(near, 2, 2).tolist() == [[1.0, 2.0]]


def test_without_the_library_it_is_local_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boosted_trees, "available", lambda: False)
    result = forecast(payday()[0], FULL, AHEAD)
    assert (result.mode, "LightGBM" in result.mode_reason) == ("local", True)
    assert result.mean.tobytes() == made("local").mean.tobytes()


def test_a_library_that_cannot_be_loaded_is_not_available(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "lightgbm", None)
    assert not boosted_trees.available.__wrapped__()


def test_the_mode_hangs_on_the_data_alone() -> None:
    short, _ = payday()
    auto = Settings()
    two_years = dataclasses.replace(short.calendar, count=800)
    panel = dataclasses.replace(short, calendar=two_years)
    assert choose(panel, auto) == ("full", "")
    assert choose(short, auto)[0] == "local"
    assert choose(short, FULL)[0] == "full"
    assert choose(panel, LOCAL) == ("local", "")
    few = panel_of({f"s{i}": np.ones(100) for i in range(10)})
    assert choose(few, FULL)[0] == choose(few, auto)[0] == "local"
    hidden = np.full(panel.known.shape, np.uint8(Known.LOWER_BOUND))
    assert choose(dataclasses.replace(panel, known=hidden), auto)[0] == "local"
    rare = dataclasses.replace(panel, demand=panel.demand * (np.arange(BUCKETS) % 20 == 0))
    assert choose(rare, auto)[0] == "local"
    assert choose(rare, FULL)[0] == "full"
    longer = dataclasses.replace(panel.calendar, count=MOST_CELLS // SERIES + 1)
    wider = panel.keys * (MOST_AHEAD // (AHEAD * SERIES) + 1)
    for large in (
        dataclasses.replace(panel, calendar=longer),
        dataclasses.replace(panel, keys=wider),
    ):
        assert choose(large, auto)[0] == "local"
        assert choose(large, FULL)[0] == "full"


def test_the_share_of_features_is_that_of_the_trees_of_the_mean() -> None:
    rng = np.random.default_rng(5)
    features = rng.random((600, 6)).astype(np.float32)
    target, weight = rng.poisson(1.0 + features.sum(axis=1)) / 4.0, np.ones(600)
    few, all_of_them = (TreesSetting(count=10, feature_share=share) for share in (0.2, 1.0))
    fit_mean, fit_quantile = boosted_trees.fit_trees, boosted_trees.fit_quantile_trees
    means = [fit_mean(features, target, weight, [], 0, how) for how in (few, all_of_them)]
    assert (means[0].mean(features) != means[1].mean(features)).any()
    levels = [fit_quantile(features, target, weight, [], 0.9, 0, how) for how in (few, all_of_them)]
    assert levels[0].mean(features).tobytes() == levels[1].mean(features).tobytes()
