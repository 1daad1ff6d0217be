"""Who wins: the better one, never the worse, and the equal one hardly ever."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.retraining.contest import Judged, compared

SERIES, BUCKETS = 150, 26


def judged(name: str, cost: np.ndarray) -> Judged:
    """`cost`: S × T."""
    keys = pd.MultiIndex.from_tuples([(f"s{n}", "main") for n in range(cost.shape[0])])
    return Judged(name, keys, cost.sum(axis=1), cost.sum(axis=0), 0.0, {})


def costs(seed: int, factor: float) -> tuple[Judged, Judged]:
    """Two orderers whose costs differ by chance, shared by all series and not, and by a factor."""
    draw = np.random.default_rng(seed)
    size = np.exp(draw.normal(0.0, 1.2, (SERIES, 1)))
    day = np.exp(draw.normal(0.0, 0.3, (1, BUCKETS)))
    one, other = (size * day * np.exp(draw.normal(0.0, 0.5, (SERIES, BUCKETS))) for _ in range(2))
    shock = 1.0 + 0.1 * draw.normal(0.0, 1.0, (1, BUCKETS))
    return judged("champion", one), judged("challenger", factor * other * shock)


def test_equal_ones_win_in_at_most_5_of_100() -> None:
    wins = sum(compared(*costs(seed, 1.0), 2, seed).better for seed in range(100))
    assert wins <= 5


def test_a_worse_one_never_wins() -> None:
    assert not any(compared(*costs(seed, 1.15), 1, seed).better for seed in range(100))


def test_a_better_one_wins() -> None:
    wins = sum(compared(*costs(seed, 0.8), 2, seed).better for seed in range(100))
    assert wins >= 95


def test_a_difference_is_of_totals_and_its_ratio_of_the_champions() -> None:
    champion, challenger = (judged(n, np.full((10, 8), c)) for n, c in (("a", 2.0), ("b", 1.5)))
    verdict = compared(champion, challenger, 1, 1)
    assert verdict.difference == pytest.approx(-40.0)
    assert verdict.ratio == pytest.approx(-0.25)
    assert verdict.better
    assert verdict.over_series == pytest.approx((-40.0, -40.0))


@pytest.mark.parametrize(("series", "buckets"), [(2, 20), (20, 2)])
def test_of_too_little_nothing_can_be_said(series: int, buckets: int) -> None:
    champion, challenger = (
        judged(n, np.full((series, buckets), c)) for n, c in (("a", 2.0), ("b", 1.0))
    )
    assert not compared(champion, challenger, 1, 1).better
