"""What the errors of different series have in common."""

import numpy as np
import pytest

from forecasting.shared_errors import USUAL, error_correlation

ORIGINS, LENGTHS = np.arange(0, 400, 4), np.array([1, 4])


def found(correlation: float, series: int = 200) -> float:
    draw = np.random.default_rng(8)
    shape = (series, ORIGINS.size, LENGTHS.size)
    common = draw.standard_normal((1, *shape[1:])) * np.sqrt(correlation)
    own = draw.standard_normal(shape) * np.sqrt(1.0 - correlation)
    size = np.exp(draw.normal(0.0, 0.5, (series, 1, 1)))
    mean = np.broadcast_to(50.0 * size, shape)
    actual = mean + 10.0 * size * (common + own)
    actual[:20, :50] = np.nan
    return error_correlation(mean.astype(np.float32), actual.astype(np.float32), ORIGINS, LENGTHS)


@pytest.mark.parametrize("correlation", [0.0, 0.05, 0.3])
def test_the_correlation_that_errors_were_made_with_is_found(correlation: float) -> None:
    assert found(correlation) == pytest.approx(correlation, abs=0.02 + 0.15 * correlation)


def test_without_evidence_it_is_the_usual_one() -> None:
    nothing = np.full((3, 2, 1), np.nan, np.float32)
    assert error_correlation(nothing, nothing, np.arange(2), np.array([1])) == USUAL
    alone = np.ones((1, 2, 1), np.float32)
    assert error_correlation(alone, alone, np.arange(2), np.array([1])) == USUAL
