"""Probabilities read off quantiles."""

import numpy as np
import pytest

from planning.outlook import probability_within

LEVELS = np.array([[0.1, 0.5, 0.9]])
KNOTS = np.array([[2.0, 4.0, 8.0]])


@pytest.mark.parametrize(
    ("units", "probability"),
    [(-1, 0), (0, 0), (1, 0.05), (2, 0.1), (3, 0.3), (4, 0.5), (8, 0.9), (9, 1.0)],
)
def test_between_knots_a_straight_line(units: float, probability: float) -> None:
    found = probability_within(LEVELS, KNOTS, np.array([units], dtype=float))
    assert found[0] == pytest.approx(probability)


def test_knots_that_are_alike_give_the_highest_of_their_levels() -> None:
    found = probability_within(LEVELS, np.array([[0.0, 0.0, 5.0]]), np.array([0.0]))
    assert found[0] == pytest.approx(0.5)


def test_axes_between_are_kept() -> None:
    knots = np.broadcast_to(KNOTS[:, None, :], (1, 3, 3))
    found = probability_within(LEVELS, knots, np.array([[2.0, 4.0, 6.0]]))
    assert found.tolist() == [pytest.approx([0.1, 0.5, 0.7])]
