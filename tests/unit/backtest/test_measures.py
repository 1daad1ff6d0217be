"""The table of a backtest says what the measures of DESIGN §7 say."""

import numpy as np
import pytest

from experiments.backtest.contenders import Answer
from experiments.backtest.measures import measures
from experiments.backtest.truth import Truth
from experiments.scoring import LEVELS, mean_ratio
from forecasting import accuracy

SERIES, HORIZON, PAST, SEASON = 30, 5, 40, 7
REPORTED = np.array([0.5, 0.95])
ALL_LEVELS = np.append(LEVELS, 0.95)


def given(seed: int = 0) -> tuple[Answer, Truth, np.ndarray]:
    """An answer, what came, and the history before it; some buckets are left out."""
    draw = np.random.default_rng(seed)
    sales = draw.poisson(2.0, (SERIES, PAST + HORIZON)).astype(np.float64)
    sales[draw.random(sales.shape) < 0.06] = np.nan
    sales[0, :PAST] = 0.0  # never sold: no scale
    history, actual = sales[:, :PAST], sales[:, PAST:]
    begun = np.ones(SERIES, np.bool_)
    begun[1] = False
    truth = Truth(
        actual=actual,
        season_scale=accuracy.difference_scale(history, SEASON, 1),
        step_scale=np.sqrt(accuracy.difference_scale(history, 1, 2)),
        begun=begun,
        summed=draw.integers(1, HORIZON + 1, SERIES),
    )
    width = (SERIES, HORIZON, ALL_LEVELS.size)
    quantiles = np.sort(draw.gamma(2.0, 1.0, width), axis=2)
    answer = Answer(quantiles.mean(axis=2), quantiles, np.cumsum(quantiles, axis=1))
    return answer, truth, history


def values() -> dict[str, np.ndarray]:
    """Each measure of all series: H columns, and the whole horizon."""
    answer, truth, _ = given()
    found = measures(answer, truth, ALL_LEVELS, REPORTED)
    return {name: mean_ratio(top.sum(0)[:, None], low.sum(0)[:, None]) for name, top, low in found}


def test_over_the_whole_horizon() -> None:
    answer, truth, history = given()
    begun, actual, found = truth.begun, truth.actual, values()
    some = slice(None, LEVELS.size)
    mean, quantiles = answer.mean[begun], answer.quantiles[begun][:, :, some]
    level = 0.95
    expected = {
        "bias": accuracy.bias(answer.mean, actual),
        "wape": accuracy.wape(answer.mean, actual),
        "mase": accuracy.mase(mean, actual[begun], history[begun], SEASON),
        "rmsse": accuracy.rmsse(mean, actual[begun], history[begun]),
        "scaled_quantile_loss": accuracy.scaled_quantile_loss(
            quantiles, actual[begun], LEVELS, history[begun], SEASON
        ),
        "coverage_0.95": accuracy.coverage(answer.quantiles[:, :, -1], actual),
        "pinball_0.95": np.nanmean(accuracy.pinball(answer.quantiles[:, :, -1], actual, level)),
    }
    for name, value in expected.items():
        assert found[name][-1] == pytest.approx(value, rel=1e-12), name


def test_over_each_bucket_ahead() -> None:
    answer, truth, history = given()
    begun, found = truth.begun, values()
    for h in range(HORIZON):
        one = slice(h, h + 1)
        actual, mean = truth.actual[:, one], answer.mean[:, one]
        assert found["wape"][h] == pytest.approx(accuracy.wape(mean, actual), rel=1e-12)
        rmsse = accuracy.rmsse(mean[begun], actual[begun], history[begun])
        assert found["rmsse"][h] == pytest.approx(rmsse, rel=1e-12)
        covered = accuracy.coverage(answer.quantiles[:, one, -1], actual)
        assert found["coverage_0.95"][h] == pytest.approx(covered, rel=1e-12)


def test_sums_run_from_the_first_bucket_and_leave_out_what_is_not_known() -> None:
    answer, truth, _ = given()
    found = values()
    total = np.cumsum(truth.actual, axis=1)
    for h in range(HORIZON):
        loss = accuracy.sum_quantile_loss(answer.sums[:, h, : LEVELS.size], total[:, h], LEVELS)
        assert found["sum_quantile_loss"][h] == pytest.approx(loss, rel=1e-12)
        covered = accuracy.coverage(answer.sums[:, h, -1], total[:, h])
        assert found["sum_coverage_0.95"][h] == pytest.approx(covered, rel=1e-12)
    everyone, last = np.arange(SERIES), truth.summed - 1
    covered = accuracy.coverage(answer.sums[everyone, last, -1], total[everyone, last])
    assert found["sum_coverage_0.95"][-1] == pytest.approx(covered, rel=1e-12)
