"""Known answers of each family."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.models import FAMILIES
from tests.contract.forecasting.test_every_model import run


def test_simple_smoothing_by_hand() -> None:
    # The first value is the level; then alpha is the larger of the grid's and 1 / age.
    level, _ = run("simple_smoothing", np.array([10.0, 20.0, 0.0]))
    last = FAMILIES.get("simple_smoothing").grid[-1][0]
    assert last == 0.5
    assert level[-1] == pytest.approx(((10 + 0.5 * 10) * 0.5), rel=1e-6)
    assert level[0] == pytest.approx(10.0, rel=1e-6)  # a plain mean while young


def test_tsb_by_hand() -> None:
    level, _ = run("tsb", np.array([4.0, 0.0, 0.0, 8.0]))
    # Mean probability 2/4 and mean size 6 while both smoothing parameters are below 1/age.
    assert level[0] == pytest.approx(3.0, rel=1e-6)


def test_tsb_falls_when_nothing_sells_and_sba_does_not() -> None:
    sold = np.tile([0.0, 3.0], 20)
    silent = np.append(sold, np.zeros(60))
    assert (run("tsb", silent)[0][3:] < 0.2 * run("tsb", sold)[0][3:]).all()
    np.testing.assert_allclose(run("sba", silent)[0], run("sba", sold)[0])


def test_sba_takes_half_alpha_off_croston() -> None:
    every_third = np.tile([0.0, 0.0, 6.0], 60)
    level, _ = run("sba", every_third)
    alphas = np.array(FAMILIES.get("sba").grid)[:, 0]
    np.testing.assert_allclose(level, (1 - alphas / 2) * 6 / 3, rtol=1e-5)


def test_damped_trend_follows_a_line() -> None:
    level, slope = run("damped_trend", 5 + 2.0 * np.arange(300))
    assert (level > 5 + 2 * 250).all()
    assert (slope > 0).all()
