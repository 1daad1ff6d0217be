"""Detailed forecasts and that of their total."""

from __future__ import annotations

import numpy as np
import pytest

from domain.settings import Settings
from domain.terms import Panel
from forecasting import reconcile
from forecasting.past import forecast_at, forecasts_of_the_past
from forecasting.reconcile import MOST_MOVE, moved
from forecasting.run import forecast
from tests.contract.forecasting.situations import panel_of

AUTO = Settings(reconciliation="auto")


def months(steps: int = 72) -> Panel:
    """Series that share nothing but a growth that none shows alone."""
    draw = np.random.default_rng(4)
    rate = 2.0 * 1.02 ** np.arange(200)[:steps]
    return panel_of({f"s{n:02}": draw.poisson(rate) * 1.0 for n in range(30)})


def test_children_add_up_to_the_reconciled_total() -> None:
    detail, variance = np.array([4.0, 6.0, 0.0]), np.array([1.0, 3.0, 0.0])
    new = moved(detail, variance, 14.0, 4.0)
    # k = 4 / (4 + 4): half of the way from 10 to 14.
    assert new.sum() == pytest.approx(12.0)
    np.testing.assert_allclose(new, [4.5, 7.5, 0.0])


def test_a_total_that_is_never_right_moves_nothing() -> None:
    detail = np.array([4.0, 6.0])
    np.testing.assert_allclose(moved(detail, np.ones(2), 50.0, 1e300), detail)
    np.testing.assert_array_equal(moved(detail, np.zeros(2), 50.0, 1.0), detail)


@pytest.mark.parametrize("total", [0.0, 1e9])
def test_a_wild_total_moves_by_a_bounded_factor_and_takes_nothing_below_zero(total: float) -> None:
    detail = np.array([1.0, 100.0])
    new = moved(detail, np.array([1e6, 1.0]), total, 0.0)
    assert (new > 0).all()
    assert detail.sum() / MOST_MOVE <= new.sum() * (1 + 1e-9)
    assert new.sum() <= detail.sum() * MOST_MOVE * (1 + 1e-9)


def test_bottom_up_is_the_default_and_auto_says_what_it_did() -> None:
    panel = months()
    plain, auto = forecast(panel, Settings(), 28), forecast(panel, AUTO, 28)
    assert plain.reconciled == ""
    assert "past origins" in auto.reconciled or "too short" in auto.reconciled
    if "moved" not in auto.reconciled:
        assert auto.mean.tobytes() == plain.mean.tobytes()


def test_where_it_won_every_mean_moves_and_their_sum_is_that_of_the_total(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reconcile, "LEAST_GAIN", -10.0)
    panel = months()
    plain, auto = forecast(panel, Settings(), 28), forecast(panel, AUTO, 28)
    assert "moved" in auto.reconciled
    factor = auto.mean / plain.mean
    np.testing.assert_allclose(factor, np.broadcast_to(factor[:, :1], factor.shape))
    assert np.ptp(factor[:, 0]) > 0
    levels = np.array([0.1, 0.9])
    assert (np.diff(auto.sums(levels)[1], axis=2) >= 0).all()


def test_what_follows_as_of_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "LEAST_GAIN", -10.0)
    panel = months()
    other = months()
    other.demand[:, 60:] *= 50
    one, two = (forecast_at(some, AUTO, 59, 28) for some in (panel, other))
    assert "moved" in one.reconciled
    assert one.mean.tobytes() == two.mean.tobytes()
    rolled = next(forecasts_of_the_past(panel, AUTO, np.array([59]), 28))
    assert rolled.mean.tobytes() == one.mean.tobytes()
