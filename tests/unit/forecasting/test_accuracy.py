"""Known answers of the measures."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting import accuracy

NAN = np.nan
HISTORY = np.array([[NAN, 0.0, 2.0, 4.0, 2.0, 6.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]])
ACTUAL = np.array([[4.0, 2.0], [0.0, 0.0]])
FORECAST = np.array([[5.0, 5.0], [1.0, 0.0]])


def test_bias_and_wape() -> None:
    assert accuracy.bias(FORECAST, ACTUAL) == pytest.approx(5 / 6)
    assert accuracy.wape(FORECAST, ACTUAL) == pytest.approx(5 / 6)


def test_scales_begin_with_the_first_sale() -> None:
    # |4-2|, |2-4|, |6-2| from the first sale on; the second series has none.
    np.testing.assert_allclose(accuracy.difference_scale(HISTORY, 1, 1), [8 / 3, NAN])
    np.testing.assert_allclose(accuracy.difference_scale(HISTORY, 2, 1), [1.0, NAN])


def test_scaled_errors_leave_out_series_without_a_scale() -> None:
    assert accuracy.mase(FORECAST, ACTUAL, HISTORY, 1) == pytest.approx(2 / (8 / 3))
    assert accuracy.rmsse(FORECAST, ACTUAL, HISTORY) == pytest.approx(np.sqrt(5 / 8))


def test_quantile_losses() -> None:
    np.testing.assert_allclose(accuracy.pinball(np.array([3.0, 3.0]), np.array([5.0, 1.0]), 0.9),
                               [1.8, 0.2])  # fmt: skip
    quantiles = np.stack([FORECAST, FORECAST], axis=2)
    levels = np.array([0.1, 0.9])
    # Errors 1 and 3, both too high: 2 · mean of (1 − level) is 1.
    loss = accuracy.scaled_quantile_loss(quantiles, ACTUAL, levels, HISTORY, 1)
    assert loss == pytest.approx(2 / (8 / 3))
    total = accuracy.sum_quantile_loss(np.array([[10.0], [1.0]]), ACTUAL.sum(axis=1), levels[1:])
    assert total == pytest.approx((2 * 0.1 * 4 + 2 * 0.1 * 1) / 6)


def test_coverage_counts_what_is_known() -> None:
    assert accuracy.coverage(np.array([1.0, 5.0, 9.0]), np.array([2.0, 5.0, NAN])) == 0.5
