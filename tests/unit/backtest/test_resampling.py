"""Intervals of series drawn anew."""

import numpy as np

from experiments.resampling import DRAWS, drawn, interval


def test_a_mean_has_the_interval_that_theory_gives():
    values = np.random.default_rng(3).normal(5.0, 2.0, 400)
    low, high = interval(drawn(lambda times: times @ values / values.size, values.size))
    error = values.std() / np.sqrt(values.size)
    assert abs(low - (values.mean() - 1.96 * error)) < 0.15 * error
    assert abs(high - (values.mean() + 1.96 * error)) < 0.15 * error


def test_everyone_with_a_seed_sees_the_same_draws():
    first, again, other = (drawn(lambda times: times[:, 0], 7, seed) for seed in (1, 1, [1, 2]))
    assert first.size == DRAWS
    assert (first == again).all()
    assert (first != other).any()


def test_draws_that_hold_nothing_do_not_count():
    assert interval(np.array([np.nan, 1.0, 1.0])) == (1.0, 1.0)
