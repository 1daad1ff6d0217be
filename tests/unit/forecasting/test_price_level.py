"""A price moves the guess of what has said little, and nothing else."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from domain.settings import Settings
from domain.terms import Panel
from forecasting.price_level import MOST, price_factors
from forecasting.run import forecast
from tests.contract.forecasting.situations import panel_of

BUCKETS = 120
LOCAL = Settings(forecast_mode="local")


def shop() -> Panel:
    """Forty items, half as many sold at twice the price; `zc` and `zd` are new, cheap and dear."""
    rng = np.random.default_rng(3)
    dear = np.arange(40) % 2 == 1
    rate = np.where(dear, 4.0, 8.0) * rng.lognormal(0, 0.2, 40)
    demand = {f"s{i:02}": rng.poisson(rate[i], BUCKETS).astype(float) for i in range(40)}
    panel = panel_of({**demand, "zc": np.zeros(BUCKETS), "zd": np.zeros(BUCKETS)})
    known = panel.known.copy()
    known[-2:] = 0
    price = np.append(np.where(dear, 20.0, 10.0), [10.0, 20.0])
    first = panel.first.copy()
    first[-2:] = BUCKETS
    return dataclasses.replace(panel, known=known, first=first, price=price)


def test_of_two_new_items_the_dearer_sells_less_and_what_is_known_stays() -> None:
    panel = shop()
    made = forecast(panel, LOCAL, 28).mean.mean(axis=1)
    plain = forecast(dataclasses.replace(panel, price=None), LOCAL, 28).mean.mean(axis=1)
    assert plain[-1] == pytest.approx(plain[-2])
    assert made[-1] < 0.85 * plain[-1] < plain[-2] < 0.95 * made[-2]
    np.testing.assert_allclose(made[:-2], plain[:-2], rtol=0.02)


def test_without_any_price_nothing_changes() -> None:
    panel = shop()
    blank = dataclasses.replace(panel, price=np.full(panel.series, np.nan))
    none = dataclasses.replace(panel, price=None)
    assert forecast(blank, LOCAL, 28).mean.tobytes() == forecast(none, LOCAL, 28).mean.tobytes()


@pytest.mark.parametrize("seed", range(5))
def test_factors_are_bounded_and_keep_the_mean_of_what_settled(seed: int) -> None:
    rng = np.random.default_rng(seed)
    price = rng.lognormal(0, 4, 60)
    price[rng.random(60) < 0.2] = np.nan
    category, settled = rng.integers(-1, 3, 60), rng.random(60) < 0.7
    factor = price_factors(price, category, rng.lognormal(0, 3, 60), settled)
    assert (factor > 0).all()
    assert factor.max() <= MOST**2
    assert (factor[np.isnan(price)] == 1.0).all()
    for group in np.unique(category):
        used = settled & (category == group) & np.isfinite(price)
        assert not used.any() or factor[used].mean() == pytest.approx(1.0)
