"""Orders that customers have given are a floor, in buckets, sums and windows alike."""

import numpy as np

from domain.settings import Settings
from forecasting.commitments import Ordered
from forecasting.result import Forecast
from forecasting.run import forecast
from tests.contract.forecasting.situations import panel_of

LEVELS = np.array([0.01, 0.5, 0.9, 0.99])


def made() -> Forecast:
    """Two series of daily counts, about 10 and 4 a day, a week and more ahead."""
    draw = np.random.default_rng(3)
    demand = {"a": draw.poisson(10, 120), "b": draw.poisson(4, 120)}
    panel = panel_of({name: units.astype(float) for name, units in demand.items()})
    return forecast(panel, Settings(), 10)


def ordered(day: list[int], units: list[float], added: bool = False) -> Ordered:
    count = len(day)
    flags = np.full(count, added), np.zeros(count, np.bool_)
    return Ordered(np.zeros(count, np.int64), np.array(day), np.array(units), *flags)


def test_what_is_ordered_is_a_floor_on_its_bucket_and_on_every_sum_that_holds_it() -> None:
    plain = made()
    # 30 + 20 units on day 3, of which the forecast expects some ten, and one unit on day 5.
    known = plain.committed_to(ordered([3, 3, 5], [30.0, 20.0, 1.0]))
    mean, quantiles = known.buckets(LEVELS)
    expected = plain.mean.copy()
    expected[0, 2] = 50.0
    np.testing.assert_allclose(mean, expected)
    assert (quantiles[0, 2] >= 50).all()
    assert (quantiles[0, 4] >= 1).all()
    sums, of_sums = known.sums(LEVELS)
    np.testing.assert_allclose(sums, np.cumsum(expected, axis=1))
    assert known.buckets(LEVELS, of_sums)[1].tobytes() == quantiles.tobytes()
    assert (of_sums[0, 2:, :] >= 50).all()
    of_before = plain.sums(LEVELS)[1]
    more = 50 - plain.mean[0, 2]
    np.testing.assert_array_equal(of_sums[0, :2], of_before[0, :2])
    np.testing.assert_array_equal(
        of_sums[0, 9], np.maximum(np.floor(of_before[0, 9] + more + 0.5), 51)
    )
    np.testing.assert_array_equal(of_sums[1], of_before[1])
    assert (np.diff(of_sums, axis=1) >= 0).all()


def test_a_window_without_the_day_is_as_it_was() -> None:
    plain = made()
    known = plain.committed_to(ordered([3], [50.0]))
    start, end = np.array([[0, 3], [0, 3]]), np.array([[2, 9], [2, 9]])
    for one, other in zip(
        known.windows(start, end, LEVELS), plain.windows(start, end, LEVELS), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_fewer_units_than_expected_leave_the_mean_and_lift_only_low_quantiles() -> None:
    plain = made()
    known = plain.committed_to(ordered([4], [7.0]))
    np.testing.assert_array_equal(known.expected, plain.mean)
    before, after = plain.buckets(LEVELS)[1], known.buckets(LEVELS)[1]
    before[0, 3] = np.maximum(before[0, 3], 7)
    np.testing.assert_array_equal(after, before)


def test_units_that_history_holds_already_come_on_top() -> None:
    plain = made()
    known = plain.committed_to(ordered([6], [5.0], added=True))
    np.testing.assert_allclose(known.expected[0, 5], plain.mean[0, 5] + 5)
    before, after = plain.buckets(LEVELS)[1], known.buckets(LEVELS)[1]
    np.testing.assert_array_equal(after[0, 5], before[0, 5] + 5)
