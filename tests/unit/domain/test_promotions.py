"""Promotions laid on buckets by hand, and cut at a day."""

import numpy as np

from domain.periods import Bucket, Calendar
from domain.promotions import Promotions

WEEKS = Calendar(Bucket.WEEK, np.datetime64("2024-01-01"), 2)


def days(*texts: str) -> np.ndarray:
    return np.array(texts, "datetime64[D]")


KNOWN = Promotions(
    series=np.array([0, 0, 1]),
    starts=days("2024-01-05", "2024-01-10", "2024-01-20"),
    ends=days("2024-01-09", "2024-01-10", "2024-02-20"),
    announced=days("NaT", "2024-01-08", "2024-01-14"),
    relative_price=np.array([0.5, np.nan, 0.8]),
    expected_uplift=np.array([np.nan, 3.0, np.nan]),
)


def test_a_bucket_is_promoted_for_the_share_of_its_days() -> None:
    share = KNOWN.shares(WEEKS, 2, 0, 4)
    expected = np.array([[3, 3, 0, 0], [0, 0, 2, 7]]) / 7
    np.testing.assert_allclose(share, expected, rtol=1e-6)


def test_a_price_is_the_mean_over_all_days_and_full_where_it_is_not_known() -> None:
    price = KNOWN.prices(WEEKS, 2, 0, 4)
    expected = 1 - np.array([[3 * 0.5, 2 * 0.5, 0, 0], [0, 0, 2 * 0.2, 7 * 0.2]]) / 7
    np.testing.assert_allclose(price, expected, rtol=1e-6)


def test_what_was_announced_later_is_not_known() -> None:
    assert KNOWN.known_at(np.datetime64("2024-01-07")).series.tolist() == [0]
    assert KNOWN.known_at(np.datetime64("2024-01-08")).series.tolist() == [0, 0]
    assert KNOWN.known_at(np.datetime64("2024-01-14")) is KNOWN
