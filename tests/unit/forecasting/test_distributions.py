"""Quantiles against scipy's, and censored demand against theory."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from forecasting.censoring import censored_demand
from forecasting.distributions import count_quantiles, gamma_quantile, gamma_table

LEVELS = np.array([0.001, 0.05, 0.3, 0.5, 0.8, 0.95, 0.99, 0.999])


@pytest.mark.parametrize("mean", [0.01, 0.3, 1.0, 7.5, 30.0])
@pytest.mark.parametrize("dispersion", [1e-9, 0.05, 0.7, 4.0])
def test_negative_binomial_equals_scipy(mean: float, dispersion: float) -> None:
    out = np.empty(LEVELS.size)
    count_quantiles(mean, dispersion, LEVELS, gamma_table(), out)
    if dispersion < 1e-7:
        expected = stats.poisson.ppf(LEVELS, mean)
    else:
        expected = stats.nbinom.ppf(LEVELS, 1 / dispersion, 1 / (1 + dispersion * mean))
    np.testing.assert_array_equal(out, expected)


def test_large_counts_are_close_to_scipy() -> None:
    out = np.empty(LEVELS.size)
    count_quantiles(5_000.0, 0.2, LEVELS, gamma_table(), out)
    np.testing.assert_allclose(out, stats.nbinom.ppf(LEVELS, 5, 1 / 1001), rtol=5e-3)


@pytest.mark.parametrize("dispersion", [0.01, 0.3, 1.0, 5.0])
def test_gamma_equals_scipy(dispersion: float) -> None:
    found = [gamma_quantile(3.0, dispersion, level, gamma_table()) for level in LEVELS[2:]]
    exact = stats.gamma.ppf(LEVELS[2:], 1 / dispersion, scale=3.0 * dispersion)
    np.testing.assert_allclose(found, exact, rtol=5e-3, atol=1e-4)


def test_a_known_share_follows_the_gamma_poisson_posterior() -> None:
    # Prior mean 10, φ 0.5; 4 sold in the first half: (1/φ + 4) / (1/(φ·10) + 0.5) = 6 / 0.7.
    assert censored_demand(4.0, 0.5, 10.0, 0.5, True) == pytest.approx(4 + 0.5 * 6 / 0.7)


def test_an_unknown_share_is_the_mean_above_what_was_sold() -> None:
    draws = stats.nbinom.rvs(2, 1 / 6, size=200_000, random_state=1)  # mean 10, φ 0.5
    expected = draws[draws >= 12].mean()
    assert censored_demand(12.0, 0.0, 10.0, 0.5, True) == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("recorded", [0.0, 1.0, 30.0, 1e4])
@pytest.mark.parametrize("share", [0.0, 0.2, 0.99])
@pytest.mark.parametrize("whole", [True, False])
def test_never_below_what_was_recorded(recorded: float, share: float, whole: bool) -> None:
    assert censored_demand(recorded, share, 5.0, 0.4, whole) >= recorded
