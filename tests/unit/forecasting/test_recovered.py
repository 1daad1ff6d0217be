"""Hidden demand is estimated from what was seen around it, and never below what was recorded."""

import dataclasses

import numpy as np
import pytest

from domain.terms import Known, Panel
from forecasting.recovered import HOW, recovered_demand
from tests.contract.forecasting.situations import panel_of, situations

BUCKETS = 140
WEEK = np.array([4.0, 8.0, 8.0, 8.0, 12.0, 20.0, 10.0])


def shop(hidden: dict[int, tuple[Known, float, float]], skus: int = 6) -> Panel:
    """Series of the same week after week; of the first, some buckets (demand, share) hidden."""
    week = np.tile(WEEK, BUCKETS // 7)
    series = {f"s{i}": (i + 1) * week for i in range(skus)}
    known, share = np.full(BUCKETS, Known.OBSERVED, np.uint8), np.zeros(BUCKETS)
    for bucket, (status, recorded, empty) in hidden.items():
        known[bucket], share[bucket], series["s0"][bucket] = status, empty, recorded
    return panel_of(series, known={"s0": known}, share={"s0": share})


def test_a_bucket_sold_out_throughout_is_what_its_weekday_brings() -> None:
    found = recovered_demand(shop({82: (Known.UNKNOWN, 0.0, 1.0), 86: (Known.UNKNOWN, 0.0, 1.0)}))
    assert found.bucket.tolist() == [82, 86]
    np.testing.assert_allclose(found.corrected, WEEK[[82 % 7, 86 % 7]], rtol=0.02)
    assert [HOW[place] for place in found.how] == ["sold_out", "sold_out"]


def test_half_a_bucket_brings_what_was_sold_and_half_of_what_is_usual() -> None:
    found = recovered_demand(shop({82: (Known.LOWER_BOUND, 10.0, 0.5)}))
    np.testing.assert_allclose(found.corrected, [20.0], rtol=0.05)
    assert found.recorded.tolist() == [10.0]
    assert found.share.tolist() == [0.5]


def test_without_a_share_it_is_more_than_was_recorded_and_than_is_usual() -> None:
    low, high = (
        recovered_demand(shop({82: (Known.LOWER_BOUND, sold, 0.0)})).corrected[0]
        for sold in (5.0, 30.0)
    )
    assert low > 5.0
    assert high > 30.0
    assert low == pytest.approx(20.0, rel=0.1)


def test_a_day_that_brought_twice_to_all_others_brought_twice_here() -> None:
    panel = shop({82: (Known.UNKNOWN, 0.0, 1.0)}, skus=60)
    demand = panel.demand.copy()
    demand[1:, 82] *= 2
    usual = recovered_demand(panel).corrected[0]
    doubled = recovered_demand(dataclasses.replace(panel, demand=demand)).corrected[0]
    assert doubled == pytest.approx(2 * usual, rel=0.3)
    assert doubled > 1.5 * usual


def test_all_is_finite_and_never_below_what_was_recorded() -> None:
    panel = situations()
    found = recovered_demand(panel)
    assert found.series.size == (panel.known[:, :] >= Known.LOWER_BOUND).sum()
    assert np.isfinite(found.corrected).all()
    assert (found.corrected >= found.recorded).all()


def test_threads_and_order_of_series_change_nothing() -> None:
    panel = shop({82: (Known.UNKNOWN, 0.0, 1.0), 90: (Known.LOWER_BOUND, 3.0, 0.25)})
    one, two = (recovered_demand(panel, threads) for threads in (1, 2))
    assert np.array_equal(one.corrected, two.corrected)


def test_a_panel_that_hides_nothing_has_no_row() -> None:
    assert recovered_demand(shop({})).corrected.size == 0
