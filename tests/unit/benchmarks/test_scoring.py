"""Scores by series add up to the measures of DESIGN §7, and comparisons obey their laws."""

import numpy as np
import pytest

from experiments.benchmarks.peers.forecasting import Answer
from experiments.benchmarks.scoring import (
    SUM_LEVELS,
    Truth,
    score,
)
from experiments.scoring import LEVELS, Measured, Scores, compared, gathered
from forecasting import accuracy

SERIES, HORIZON, PAST = 40, 6, 30


def truth(seed: int = 0) -> Truth:
    draw = np.random.default_rng(seed)
    sales = draw.poisson(2.0, (SERIES, PAST + HORIZON)).astype(np.float64)
    sales[draw.random(sales.shape) < 0.05] = np.nan
    sales[0, :PAST] = 0.0  # never sold: no scale
    alive = np.ones(SERIES, dtype=np.bool_)
    alive[1] = False
    return Truth(sales[:, PAST:], sales[:, :PAST], alive, 4, 7)


def answer(seed: int = 1) -> Answer:
    draw = np.random.default_rng(seed)
    quantiles = np.sort(draw.gamma(2.0, 1.0, (SERIES, HORIZON, LEVELS.size)), axis=2)
    sums = np.sort(draw.gamma(8.0, 1.0, (SERIES, SUM_LEVELS.size)), axis=1)
    return Answer(quantiles.mean(axis=2), quantiles, sums)


def values(scores: Scores) -> dict[str, float]:
    return {name: float(measured.value()) for name, measured in scores.items()}


def test_one_origin_gives_the_measures_of_the_design() -> None:
    known, said = truth(), answer()
    found = values(gathered([score(said, known)]))
    alive, actual, history = known.alive, known.actual, known.history
    total = actual[:, :4].sum(axis=1)
    expected = {
        "scaled_quantile_loss": accuracy.scaled_quantile_loss(
            said.quantiles[alive], actual[alive], LEVELS, history[alive], 7
        ),
        "rmsse": accuracy.rmsse(said.mean[alive], actual[alive], history[alive]),
        "wape": accuracy.wape(said.mean, actual),
        "bias": accuracy.bias(said.mean, actual),
        "sum_loss": accuracy.sum_quantile_loss(said.sums[:, :9], total, LEVELS),
        "coverage_0.95": accuracy.coverage(said.sums[:, 9], total),
        "sum_loss_0.99": accuracy.sum_quantile_loss(said.sums[:, 10:11], total, SUM_LEVELS[10:11]),
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-12), name


def test_origins_count_alike_however_many_series_they_have() -> None:
    one, two = score(answer(1), truth(0)), score(answer(2), truth(5))
    apart = [values(gathered([each])) for each in (one, two)]
    together = values(gathered([one, two]))
    for name, value in together.items():
        assert value == pytest.approx((apart[0][name] + apart[1][name]) / 2, rel=1e-12)


def test_a_forecast_that_knew_loses_nothing() -> None:
    known = truth()
    actual = np.nan_to_num(known.actual)
    total = actual[:, : known.summed].sum(axis=1)
    said = Answer(
        actual,
        np.repeat(actual[:, :, None], LEVELS.size, axis=2),
        np.repeat(total[:, None], SUM_LEVELS.size, axis=1),
    )
    found = values(gathered([score(said, known)]))
    for name in ("scaled_quantile_loss", "rmsse", "wape", "bias", "sum_loss", "sum_loss_0.999"):
        assert found[name] == 0.0
    assert found["coverage_0.95"] == 1.0


def measured(seed: int, factor: float = 1.0) -> Measured:
    draw = np.random.default_rng(seed)
    return Measured(factor * draw.gamma(2.0, 1.0, (200, 3)), np.ones((200, 3)))


def test_a_forecast_beside_itself_differs_by_nothing() -> None:
    assert compared(measured(1), measured(1)) == (0.0, 0.0, 0.0)


def test_a_loss_that_is_a_tenth_less_everywhere_is_so_without_doubt() -> None:
    np.testing.assert_allclose(compared(measured(1, 0.9), measured(1)), -0.1, rtol=1e-9)


def test_losses_that_differ_by_chance_leave_nothing_in_the_interval() -> None:
    ratio, low, high = compared(measured(1), measured(2))
    assert low < 0.0 < high
    assert low < ratio < high


def test_some_series_only() -> None:
    whole = measured(1)
    chosen = np.array([3, 50])
    assert float(whole.take(chosen).value()) == pytest.approx(whole.numerator[chosen].mean())
