"""What is told of a series' like: how their demand moved a year ago, and nothing that follows."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from domain.periods import Bucket
from domain.terms import Floats, Known, Panel
from forecasting.global_model.group_features import group_pasts, groups_of
from forecasting.global_model.ratios import FAINT, SEASON_BEFORE, YEAR
from tests.contract.forecasting.situations import panel_of

DAYS, ORIGIN = 420, 400
TARGET = ORIGIN + 10


def like() -> Panel:
    """Two skus at two places each; a year before TARGET the first sells thrice for three weeks."""
    demand = np.ones((4, DAYS))
    ago = TARGET - YEAR[Bucket.DAY]
    demand[:2, ago - 10 : ago + 11] = 3.0
    demand[1] *= 5.0
    panel = panel_of({f"s{i}": row for i, row in enumerate(demand)})
    return dataclasses.replace(panel, product=np.array([0, 0, 1, 1]))


def moves(panel: Panel, target: int = TARGET) -> dict[str, Floats]:
    """Columns of all series at ORIGIN."""
    everyone = np.arange(panel.series)
    place, targets = np.zeros_like(everyone), np.full(everyone.size, target)
    found: dict[str, Floats] = {}
    for group in group_pasts(panel, np.array([ORIGIN])):
        found |= group.moves(panel.calendar.bucket, everyone, place, targets)
    return found


def move_of(panel: Panel, members: slice, width: int) -> float:
    """The same by hand for one group whose buckets were all observed."""
    mean = panel.demand[members].astype(np.float64).mean(axis=0)
    end, ago = ORIGIN + 1, TARGET - YEAR[Bucket.DAY]
    faint = FAINT * mean[end - YEAR[Bucket.DAY] : end].mean()
    before = mean[end - YEAR[Bucket.DAY] - SEASON_BEFORE[Bucket.DAY] : end - YEAR[Bucket.DAY]]
    return float((mean[ago - width : ago + width + 1].mean() + faint) / (before.mean() + faint))


@pytest.mark.parametrize("width", [3, 10])
def test_moves_are_those_of_the_sum_over_the_members(width: int) -> None:
    panel = like()
    found = moves(panel)
    first, second = (move_of(panel, rows, width) for rows in (slice(0, 2), slice(2, 4)))
    expected = [first, first, second, second]
    np.testing.assert_allclose(found[f"product_move{width}"], expected, rtol=1e-6)
    everyone = move_of(panel, slice(0, 4), width)
    np.testing.assert_allclose(found[f"all_move{width}"], np.full(4, everyone), rtol=1e-6)
    assert first > everyone > second == 1.0


def test_a_kind_of_group_that_tells_all_series_apart_says_nothing() -> None:
    panel = dataclasses.replace(like(), product=np.arange(4))
    assert set(groups_of(panel)) == {"category", "all"}


def test_nothing_after_the_origin_has_a_say() -> None:
    panel, later = like(), like().demand.copy()
    later[:, ORIGIN + 1 :] *= 9
    changed = moves(dataclasses.replace(panel, demand=later), ORIGIN + 28)
    for name, values in moves(panel, ORIGIN + 28).items():
        assert values.tobytes() == changed[name].tobytes()


def test_buckets_that_were_not_observed_are_left_out() -> None:
    panel = like()
    known, demand = panel.known.copy(), panel.demand.copy()
    known[2], demand[2] = Known.LOWER_BOUND, 0.0
    found = moves(dataclasses.replace(panel, known=known, demand=demand))
    np.testing.assert_allclose(found["product_move3"], moves(panel)["product_move3"], rtol=1e-6)


def test_before_history_nothing_is_known() -> None:
    panel = like()
    assert np.isnan(moves(panel, 3 + YEAR[Bucket.DAY] - 1)["product_move3"]).all()
    assert np.isfinite(moves(panel, 3 + YEAR[Bucket.DAY])["product_move3"]).all()
    short = panel.first_buckets(YEAR[Bucket.DAY] + SEASON_BEFORE[Bucket.DAY])
    assert group_pasts(short, np.array([short.buckets - 1])) == ()
