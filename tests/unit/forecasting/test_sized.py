"""Series that sell rarely: how large a sale is says more of the tail than a mean does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from domain.periods import Bucket
from domain.settings import Settings, Solver
from forecasting.heads.mixed import share_of_sized
from forecasting.heads.pooled import filled_from_beside
from forecasting.local import LocalFit
from forecasting.run import fit_all, forecast
from forecasting.sales import Sales, sales_of, size_of_all
from tests.contract.forecasting.situations import panel_of

SETTINGS = Settings(forecast_mode="local", solver=Solver(threads=1))
SERIES, WEEKS, AHEAD = 600, 100, 17


def rare(seed: int) -> np.ndarray:
    """Weeks of parts that sell every 40 weeks or so, each in a size of its own."""
    draw = np.random.default_rng(seed)
    size = np.exp(draw.normal(2.0, 1.5, (SERIES, 1)))
    sold = draw.random((SERIES, WEEKS + AHEAD)) < 1 / 40
    return np.where(sold, np.ceil(size * draw.uniform(0.5, 1.5, sold.shape)), 0.0)


@pytest.mark.parametrize("seed", [1, 2])
def test_parts_that_have_long_been_silent_are_covered_as_promised(seed: int) -> None:
    demand = rare(seed)
    past = panel_of({f"{s:03d}": demand[s, :WEEKS] for s in range(SERIES)}, Bucket.WEEK)
    came, sold = demand[:, WEEKS:].sum(axis=1), demand[:, :WEEKS] > 0
    silent, never = sold.any(axis=1) & ~sold[:, -35:].any(axis=1), ~sold.any(axis=1)
    assert silent.sum() > 100
    assert never.sum() > 30
    # What has long been silent wakes as often as the rest sells, and smoothing does not know it.
    law = "negative_binomial"
    for head, least, most in ((law, 0.0, 0.93), ("mixed", 0.955, 1.0), ("sized", 0.965, 1.0)):
        made = forecast(past, SETTINGS, 7 * AHEAD, head=head)
        found = made.sums(np.array([0.99]))[1][:, AHEAD - 1, 0]
        assert least <= (came <= found)[silent].mean() <= most
        if head != law:
            assert (came <= found)[never].mean() > 0.96


def test_what_was_expected_knows_nothing_of_sales_to_come() -> None:
    demand = rare(5)[:, :WEEKS]
    demand[:3] = 0.0
    demand[0, 70], demand[1, 70] = 2.0, 5_000.0
    panel = panel_of({f"{s:03d}": demand[s] for s in range(SERIES)}, Bucket.WEEK)
    fit = fit_all(panel, SETTINGS, 7 * AHEAD).fit
    before, after = fit.origins < 70, (fit.origins >= 70) & (fit.origins < WEEKS - 1)
    assert before.any()
    assert after.any()
    assert (fit.level[0, before] > 0).all()
    for other in (1, 2):
        np.testing.assert_array_equal(fit.level[0, before], fit.level[other, before])
        np.testing.assert_array_equal(fit.mean[0][before], fit.mean[other][before])
    assert (fit.level[0, after] < fit.level[1, after]).all()


def test_where_no_window_is_the_nearest_class_speaks() -> None:
    table = np.arange(5.0)[None, :, None, None] * np.ones((2, 1, 2, 3))
    number = np.zeros((2, 5, 2), np.int64)
    number[0, [1, 4], 0] = 7
    number[1, :, 0] = 7
    filled_from_beside(table, number)
    assert table[0, :, 0, 0].tolist() == [1, 1, 1, 4, 4]
    assert table[1, :, 0, 2].tolist() == [0, 1, 2, 3, 4]  # nothing was missing
    assert table[0, :, 1, 1].tolist() == [0, 1, 2, 3, 4]  # nothing is there


def test_below_the_tail_the_parts_are_as_they_were() -> None:
    demand = rare(3)[:100, :WEEKS]
    past = panel_of({f"{s:03d}": demand[s] for s in range(100)}, Bucket.WEEK)
    levels = np.array([0.3, 0.5, 0.9, 0.99])
    made = {
        head: forecast(past, SETTINGS, 7 * AHEAD, head=head).sum_head
        for head in ("mixed", "negative_binomial", "pooled", "scaled")
    }
    series, lengths = np.arange(100), np.array([17.0])
    mean, asked = demand.mean(axis=1)[:, None] * 17, np.tile(levels, (100, 1))
    found = {name: head.quantiles(series, lengths, mean, asked) for name, head in made.items()}
    mixed, three = found.pop("mixed"), np.mean(list(found.values()), axis=0)
    np.testing.assert_allclose(mixed[:, :, :3], three[:, :, :3])
    assert (mixed[:, :, 3] != three[:, :, 3]).any()


def test_the_tail_of_a_silent_part_is_of_the_size_of_its_sales() -> None:
    demand = rare(3)
    demand[:2] = 0.0
    demand[0, [20, 30]], demand[1, [20, 30]] = 3.0, 300.0
    past = panel_of({f"{s:03d}": demand[s, :WEEKS] for s in range(SERIES)}, Bucket.WEEK)
    for head, apart in (("sized", 10.0), ("mixed", 10.0)):
        made = forecast(past, SETTINGS, 7 * AHEAD, head=head)
        small, large = made.sums(np.array([0.99]))[1][:2, AHEAD - 1, 0]
        assert large > apart * small > 0


def test_a_series_says_more_of_itself_with_every_sale() -> None:
    number = np.array([0.0, 1.0, 8.0, 40.0, 80.0, 1e4])
    share = share_of_sized(Sales(number, number, np.full(6, 100.0)))
    assert share[0] == pytest.approx(1.0)
    assert (np.diff(share[:5]) < 0).all()
    assert share[4] == share[5] == 0
    new = share_of_sized(Sales(number, number, np.zeros(6)))
    assert (new == 0).all()


def fit_of(size: list[list[float]], sold: list[list[float]]) -> LocalFit:
    """What sizes are taken from: series by origins."""
    known = SimpleNamespace(
        size=np.array(size), sold=np.array(sold), origins=np.arange(len(size[0]))
    )
    known.age = np.full((len(size), len(size[0])), 30.0)
    return cast(LocalFit, known)


def test_the_size_of_few_sales_is_moved_to_that_of_all() -> None:
    fit = fit_of([[4, 4], [100, 100], [0, 0], [2, 2]], [[400, 404], [100, 300], [0, 0], [6, 6]])
    assert size_of_all(fit) == 4.0
    size, number, _ = sales_of(fit)
    np.testing.assert_allclose(number, [[100, 101], [1, 3], [0, 0], [3, 3]])
    np.testing.assert_allclose(size[:2], [[4, 4], [20, 100**0.75 * 4**0.25]])
    np.testing.assert_allclose(size[2], 4.0)  # never sold: as all do
    none = fit_of([[0, 0]], [[0, 0]])
    np.testing.assert_allclose(sales_of(none).size, 1.0)


def test_rates_beyond_those_seen_go_with_the_mean() -> None:
    demand = rare(4)[:100, :WEEKS]
    panel = panel_of({f"{s:03d}": demand[s] for s in range(100)}, Bucket.WEEK)
    head = forecast(panel, SETTINGS, 7 * AHEAD, head="sized").sum_head
    series, lengths, levels = np.zeros(3, np.int64), np.array([8.0]), np.full((3, 1), 0.95)
    mean = np.array([[1e4], [2e4], [0.0]])
    found = head.quantiles(series, lengths, mean, levels)[:, 0, 0]
    assert found[1] == pytest.approx(2 * found[0])
    assert found[0] > 0.5 * mean[0, 0]
    assert found[2] == 0
