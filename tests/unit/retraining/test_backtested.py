"""What is told of forecasts agrees with restock backtest, and of too little nothing is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.backtest.contenders.blend import BLEND
from experiments.backtest.ground import Asks
from experiments.backtest.run import backtest, overall
from experiments.retraining import backtested as module
from experiments.retraining.backtested import ORIGINS, accuracy_frame, backtested
from experiments.retraining.known import look
from planning.steps import Steps
from tests.e2e.shop import small_shop


def test_it_agrees_with_the_backtest(tmp_path: Path) -> None:
    shop = small_shop(skus=4)
    del shop.tables["suppliers"], shop.tables["items"]
    known = look(shop.write(tmp_path / "shop"), None, None, {"forecast_mode": "local"}, Steps())
    (found,) = backtested(known, [known.sample.settings])
    made = backtest(known.name, known.sample, Asks(ORIGINS), Steps())
    assert made.ours == BLEND
    expected = overall(made.table, "all", "all").loc[BLEND]
    for name in ("bias", "wape", "scaled_quantile_loss", "sum_coverage_0.95"):
        assert found.overall()[f"{name}/all"] == pytest.approx(expected[name])
    curve = found.by_horizon()["wape by horizon/all"]
    assert sorted(curve) == list(range(1, made.ground.horizon + 1))
    assert set(accuracy_frame({"local": found})["contender"]) == {"local"}


def test_of_too_little_history_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = look(small_shop(skus=2).write(tmp_path / "shop"), None, None, {}, Steps())
    monkeypatch.setattr(module, "ORIGINS", 500)
    (found,) = backtested(known, [known.sample.settings])
    assert found.overall() == found.by_horizon() == {}
    assert accuracy_frame({"one": found}).empty
