"""What a backtest forecasts from an origin, bytes and all, is what was known there."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.terms import Panel
from experiments.backtest.contenders import CONTENDERS, Answer
from experiments.backtest.ground import Asks, Moment, lay, moments
from experiments.backtest.run import backtest
from forecasting.blend import CANDIDATES
from forecasting.local import LocalFit, fit_local
from forecasting.threads import kernel
from planning.steps import Steps
from planning.store.read import read_dataset
from tests.e2e.shop import Shop, small_shop
from tests.unit.forecasting.test_laws import crowd

LOCAL = [name for name in CONTENDERS.names() if name != "global_model"]


def shop() -> Shop:
    made = small_shop(seed=5, skus=10)
    sales = made.tables["sales"]
    draw = np.random.default_rng(8)
    sales["stockout_share"] = draw.choice([0.0, 0.5, 1.0], len(sales), p=[0.9, 0.07, 0.03])
    return made


def blown_up(made: Shop, after: str) -> Shop:
    """Other sales after a day, and a sku that nobody knew of before."""
    sales = made.tables["sales"].astype({"units_sold": float})
    later = sales["date"] > after
    sales.loc[later, ["units_sold", "stockout_share"]] = (1000.5, 0.0)
    new = sales[later].head(20).assign(sku="nobody knew of this one")
    made.tables["sales"] = pd.concat([sales, new.drop_duplicates(["sku", "date"])])
    return made


def first_moment(folder: Path, made: Shop) -> Moment:
    """The first of two origins, a fortnight apart."""
    whole = read_dataset(made.write(folder), None, {})
    return next(moments(lay("shop", whole, Asks(origins=2, horizon=14))))


def test_the_future_has_no_say_in_what_any_model_answers(tmp_path: Path) -> None:
    one = first_moment(tmp_path / "one", shop())
    day = str(one.past.panel.calendar.as_of)
    other = first_moment(tmp_path / "other", blown_up(shop(), day))
    assert other.past.panel.keys == one.past.panel.keys
    assert not np.array_equal(other.truth.actual, one.truth.actual, equal_nan=True)
    for name in LOCAL:
        mine, theirs = (CONTENDERS.get(name)(moment.past) for moment in (one, other))
        assert isinstance(mine, Answer)
        assert isinstance(theirs, Answer)
        for field in dataclasses.fields(Answer):
            left, right = getattr(mine, field.name), getattr(theirs, field.name)
            assert left.tobytes() == right.tobytes(), (name, field.name)


def test_every_number_is_finite_and_the_blend_beats_last_season(tmp_path: Path) -> None:
    whole = read_dataset(small_shop(skus=10).write(tmp_path), None, {})
    made = backtest("shop", whole, Asks(origins=2, horizon=14), Steps())
    assert made.ours == "blend"
    assert "global_model" in made.unanswered
    assert np.isfinite(made.table.drop(columns=["model", "demand_class", "horizon"])).all(axis=None)
    rows = made.table[(made.table["demand_class"] == "all") & (made.table["horizon"] == "all")]
    loss = rows.set_index("model")["scaled_quantile_loss"]
    assert loss["blend"] < loss["seasonal_naive"]
    against = made.differences.query(
        "model == 'seasonal_naive' and demand_class == 'all' and measure == 'scaled_quantile_loss'"
    ).iloc[0]
    assert against["low"] <= against["difference"] <= against["high"] < 0


def fitted(panel: Panel, origin: int) -> LocalFit:
    origins = np.array([origin, panel.buckets - 1])
    with kernel(0):
        return fit_local(panel, origins, np.array([1, 5, 14]), 14, 60)


@pytest.mark.parametrize("origin", [99, 150])
def test_weights_of_the_blend_are_not_fitted_on_the_buckets_that_score_them(origin: int) -> None:
    panel = crowd()
    demand = panel.demand.copy()
    # Ever more of everything: only a trend would forecast it, and its weight would grow.
    demand[:, origin + 1 :] += np.float32(50) * np.arange(1, 200 - origin, dtype=np.float32)
    one, other = fitted(panel, origin), fitted(dataclasses.replace(panel, demand=demand), origin)
    trend = CANDIDATES.of("damped_trend")
    assert other.weights[:, trend].sum() > 2 * one.weights[:, trend].sum()
    assert one.level[:, 0].tobytes() == other.level[:, 0].tobytes()
    assert one.slope[:, 0].tobytes() == other.slope[:, 0].tobytes()
    assert one.mean[:, 0].tobytes() == other.mean[:, 0].tobytes()
    assert one.actual[:, 0].tobytes() != other.actual[:, 0].tobytes()


@pytest.mark.parametrize("name", [family.name for family in CANDIDATES.families])
def test_a_single_model_is_its_share_of_the_blend(name: str) -> None:
    panel, lengths, chosen = crowd(), np.array([1, 14]), CANDIDATES.of(name)
    with kernel(0):
        alone = fit_local(panel, np.array([199]), lengths, 14, 60, None, chosen)
        blend = fit_local(panel, np.array([199]), lengths, 14, 60)
    assert (alone.weights[:, ~chosen] == 0).all()
    inside = blend.weights[:, chosen]
    share = inside / inside.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(alone.weights[:, chosen], share, rtol=1e-4, atol=1e-6)
