"""Factors are chosen on some windows, proved on a later one, and finer ones only if that pays."""

import numpy as np
import pandas as pd
import pytest

from experiments.calibration.price import price_factor
from experiments.calibration.promise import promise_factor
from experiments.calibration.trial import FACTORS, Trial
from experiments.calibration.windows import Window
from planning.calibration import ALL, FILL_RATE, LEVEL, PRICE

DAY = np.datetime64("2024-01-01")
SERIES = 300


def trial(
    best: np.ndarray, kind: str = PRICE, noise: float = 0.0, seed: int = 0, reached: float = 0.0
) -> Trial:
    """A window on which each series would have done best with the factor `best`."""
    draw = np.random.default_rng(seed)
    away = np.log(np.array(FACTORS)[None, :] / best[:, None])
    shape = (best.size, len(FACTORS))
    short = 10.0 * (1.0 - np.clip(0.9 + reached + 0.05 * np.log2(FACTORS), 0, 1))
    return Trial(
        window=Window(DAY, DAY),
        scored=26,
        scored_from=DAY,
        key=pd.MultiIndex.from_arrays([np.arange(best.size).astype(str), ["main"] * best.size]),
        kind=np.full(best.size, kind, object),
        promised=np.full(best.size, np.nan if kind == PRICE else 0.95),
        groups=pd.DataFrame({"supplier": np.where(np.arange(best.size) % 2, "odd", "even")}),
        cost=100.0 + 40.0 * away**2 + noise * draw.standard_normal(shape),
        cycles=np.full(shape, 10.0),
        short_cycles=np.broadcast_to(short, shape).copy(),
        demand=np.full(shape, 10.0),
        unserved=np.broadcast_to(short, shape).copy(),
    )


def same(factor: float) -> np.ndarray:
    return np.full(SERIES, factor)


def test_the_factor_of_least_cost_is_found_and_proved() -> None:
    found = price_factor([trial(same(0.5)), trial(same(0.5))], trial(same(0.6)))
    assert found is not None
    assert found.factors == {ALL: 0.5}
    assert found.cost < found.cost_as_typed
    assert found.interval[1] < 0


def test_what_the_later_window_does_not_confirm_is_not_used() -> None:
    found = price_factor([trial(same(0.35)), trial(same(0.35))], trial(same(2.0)))
    assert found is not None
    assert found.factors == {ALL: 1.0}
    assert found.chosen == 0.35
    assert found.cost == found.cost_as_typed


def test_the_judging_window_has_no_say_in_the_choice() -> None:
    choosing = [trial(same(0.5)), trial(same(0.5))]
    for later in (0.25, 0.7):
        found = price_factor(choosing, trial(same(later)))
        assert found is not None
        assert found.chosen == 0.5


def test_suppliers_that_differ_get_factors_of_their_own() -> None:
    apart = np.where(np.arange(SERIES) % 2, 2.0, 0.35)
    found = price_factor([trial(apart), trial(apart, seed=1)], trial(apart, seed=2))
    assert found is not None
    assert found.split_by == "supplier"
    assert found.factors["odd"] > 1.0 > found.factors["even"]


@pytest.mark.parametrize("seed", range(10))
def test_groups_that_only_differ_by_chance_keep_the_one_factor(seed: int) -> None:
    one, two, three = (trial(same(0.5), noise=60.0, seed=3 * seed + k) for k in range(3))
    found = price_factor([one, two], three)
    assert found is not None
    assert found.split_by == ""


def test_a_dataset_without_prices_has_no_price_factor() -> None:
    level = trial(same(1.0), kind=LEVEL)
    assert price_factor([level, level], level) is None
    assert promise_factor(FILL_RATE, [level, level], level) is None


@pytest.mark.parametrize("kind", [LEVEL, FILL_RATE])
def test_a_promise_of_95_that_reaches_90_gets_twice_the_cost(kind: str) -> None:
    one = trial(same(1.0), kind=kind)
    found = promise_factor(kind, [one, one], one)
    assert found is not None
    assert found.factor == pytest.approx(2.0)
    assert found.reached_as_typed == pytest.approx(0.90)
    assert found.reached == pytest.approx(0.95)


def test_a_promise_kept_better_as_typed_stays_as_typed() -> None:
    early, late = trial(same(1.0), kind=LEVEL), trial(same(1.0), kind=LEVEL, reached=0.05)
    found = promise_factor(LEVEL, [early, early], late)
    assert found is not None
    assert found.chosen == pytest.approx(2.0)
    assert found.factor == 1.0
