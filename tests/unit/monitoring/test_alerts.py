"""Few of the alerts shown are false, and planted shifts are among them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gamma, norm

from experiments.benchmarks.alerts import planted, stationary
from experiments.monitoring.conformal import two_sided, upper
from experiments.monitoring.false_discovery import benjamini_hochberg
from experiments.monitoring.moves import leaning, moderated, normal_score


def test_the_published_example_of_benjamini_and_hochberg() -> None:
    """Their 15 comparisons of thrombolysis trials (1995, section 3.2): four are rejected."""
    p = np.array(
        [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
         0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    )  # fmt: skip
    assert benjamini_hochberg(p, np.ones(15), 0.05).sum() == 4


def test_weights_move_the_share_of_false_discoveries_and_keep_its_sum() -> None:
    p = np.array([0.04, 0.04])
    assert benjamini_hochberg(p, np.array([9.0, 1.0]), 0.05).tolist() == [True, False]
    assert not benjamini_hochberg(np.full(3, np.nan), np.ones(3), 0.05).any()


def test_a_rank_is_a_probability_whatever_the_distribution() -> None:
    draw = np.random.default_rng(3)
    past = np.exp(draw.normal(0, 2.0, (2000, 10)))
    now = np.exp(draw.normal(0, 2.0, 2000))
    like = np.zeros(2000, np.int64)
    for p in (upper(now, past, like), two_sided(now, past, like)):
        assert abs((p <= 0.1).mean() - 0.1) < 0.025


def test_beyond_all_that_was_seen_the_tail_goes_on() -> None:
    past = np.random.default_rng(4).normal(0, 1, (500, 10))
    like = np.zeros(500, np.int64)
    now = np.zeros(500)
    now[:3] = (past.max() + 0.1, 10.0, 20.0)
    p = upper(now, past, like)[:3]
    assert p[0] > p[1] > p[2] > 0
    assert p[1] < 1 / past.size / 10


def test_a_skewed_move_scores_as_rare_as_it_is() -> None:
    shape = np.array([6.0, 16.0, 100.0])
    for level in (0.001, 0.2, 0.999):
        apart = (gamma(shape).ppf(level) - shape) / np.sqrt(shape)
        assert normal_score(apart, 2.0 / np.sqrt(shape)) == pytest.approx(norm.ppf(level), abs=0.07)


def test_counts_lean_and_normal_demand_does_not() -> None:
    draw = np.random.default_rng(5)
    counts = draw.negative_binomial(5, 0.2, (500, 90)).astype(np.float64)
    level = draw.normal(50.0, 10.0, (500, 90))
    level[:, :40] = np.nan
    like = np.zeros(500, np.int64)
    assert leaning(counts, like) == pytest.approx(1.0, abs=0.2)
    assert leaning(level, like) == pytest.approx(0.0, abs=0.1)
    assert leaning(np.zeros((3, 9)), np.zeros(3, np.int64)).tolist() == [0.0, 0.0, 0.0]


def test_deviations_of_like_series_become_more_alike_and_nearer_the_truth() -> None:
    draw = np.random.default_rng(6)
    mean = np.exp(draw.normal(3.0, 0.5, (400, 1)))
    true = 0.3 * mean
    seen = true * np.exp(draw.normal(0.0, 0.1, (400, 1)))
    none, like = np.zeros((400, 1)), np.zeros(400, np.int64)
    near = moderated(mean, seen, none, 51, like)
    assert np.abs(np.log(near / true)).mean() < 0.3 * np.abs(np.log(seen / true)).mean()
    few = np.zeros(5, np.int64)
    assert moderated(mean[:5], seen[:5], none[:5], 51, few).tolist() == seen[:5].tolist()


def test_planted_shifts_are_shown_and_quiet_panels_stay_quiet() -> None:
    found = planted(7, 5_000)
    assert found.precision >= 0.85
    assert found.recall >= 0.8
    skewed = planted(7, 5_000, counts=True)
    assert skewed.precision >= 0.8
    assert skewed.recall >= 0.7
    assert stationary(4, 1_000) <= 1
