"""Contenders replayed together come to what each would alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from experiments.retraining.contest import Contender, judge_alike
from experiments.retraining.known import look
from experiments.retraining.recipes import Recipe
from planning.calibration import ALL, LEVEL, RULES, Calibration
from planning.steps import Steps
from tests.e2e.shop import small_shop

LOCAL = Recipe("local", "each series from its own past")


def calibrated(factor: float) -> Calibration:
    return Calibration("shop", "2024-01-01", "lost", "", {LEVEL: {ALL: factor}}, RULES, {})


def test_together_and_alone_cost_the_same(tmp_path: Path) -> None:
    known = look(small_shop(skus=5).write(tmp_path / "shop"), None, None, {}, Steps())
    lost = known.sample.settings.model_copy(update={"unmet_demand": "lost"})
    sample = replace(known.sample, settings=lost)
    three = [
        Contender("one", LOCAL, None),
        Contender("two", LOCAL, calibrated(3.0)),
        Contender("like one", LOCAL, calibrated(1.0)),
    ]
    together = judge_alike(three, sample, known.name, known.window, Steps())
    for one, made in zip(three, together, strict=True):
        (alone,) = judge_alike([one], sample, known.name, known.window, Steps())
        assert made.name == one.name
        assert made.measures == alone.measures
        assert made.foresight == alone.foresight
        np.testing.assert_array_equal(made.by_series, alone.by_series)
        np.testing.assert_array_equal(made.by_bucket, alone.by_bucket)
    assert together[0].cost != together[1].cost
    assert together[0].cost == together[2].cost
