"""A head that trees lead: how far, where, and of which series."""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers
from forecasting.global_model.guided import Guide, Guided, Guides
from forecasting.global_model.quantiles import LEVELS
from forecasting.threads import kernel


class Doubled:
    """A head that knows nothing but the mean: twice the level of it."""

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        return np.asarray(2.0 * mean[:, :, None] * levels[:, None, :])


RATIOS = np.tile(np.linspace(0.5, 2.25, LEVELS.size), (2, 3, 1)).astype(np.float32)
ASKED = np.array([0.01, 0.05, 0.3, 0.99, 0.999])


def led(lengths: list[float], mean: float = 10.0, silent: int = 1) -> Floats:
    """Quantiles (2 × J × ASKED) by a guide that is silent on one of two series."""
    guide = Guide(RATIOS, np.array([4, 8, 16]), 0.5).silent_on(np.array([silent]))
    head = Guided(Doubled(), guide)
    asked = np.tile(ASKED, (2, 1))
    with kernel(1):
        means = np.full((2, len(lengths)), mean)
        return head.quantiles(np.arange(2), np.array(lengths), means, asked)


def test_between_the_outer_levels_it_is_half_way() -> None:
    found = led([8.0])[0, 0]
    np.testing.assert_allclose(found[1], (1.0 + 5.0) / 2)
    np.testing.assert_allclose(found[2], (6.0 + 10.0) / 2)
    np.testing.assert_allclose(found[3], (19.8 + 22.5) / 2)


def test_beyond_them_it_moves_as_far_as_there() -> None:
    found = led([8.0])[0, 0]
    np.testing.assert_allclose(found[0], 0.2 + (5.0 - 1.0) / 2)
    np.testing.assert_allclose(found[4], 19.98 + (22.5 - 19.8) / 2)


def test_it_fades_beyond_what_was_learned() -> None:
    alone, known, half = led([2.0])[0, 0], led([16.0])[0, 0], led([24.0])[0, 0]
    base = 20.0 * ASKED
    np.testing.assert_allclose(alone, base)
    np.testing.assert_allclose(led([32.0])[0, 0], base)
    np.testing.assert_allclose(half - base, (known - base) / 2)


def test_of_some_series_it_says_nothing_and_of_the_others_as_much() -> None:
    np.testing.assert_allclose(led([8.0])[1, 0], 20.0 * ASKED)
    assert not np.allclose(led([8.0])[0, 0], 20.0 * ASKED)
    both = Guides(Guide(RATIOS, np.array([4, 8, 16]), 0.5), Guide(RATIOS, np.array([1, 2, 3]), 0.5))
    silent = both.silent_on(np.array([0]))
    assert np.isnan(silent.buckets.ratios[0]).all()
    assert np.isnan(silent.sums.ratios[0]).all()
    assert np.isfinite(both.sums.ratios).all()
