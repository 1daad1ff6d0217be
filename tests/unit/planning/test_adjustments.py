"""A planner's word changes mean and spread of what it names, and of nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.settings import Settings
from domain.tables_planners import ADJUSTMENTS
from forecasting.result import Forecast
from forecasting.run import forecast
from planning.adjustments import adjusted, in_order
from tests.contract.forecasting.situations import panel_of

LEVELS = np.array([0.05, 0.5, 0.95, 0.99])
DAYS = 28


@pytest.fixture(scope="module")
def made() -> Forecast:
    rng = np.random.default_rng(3)
    week = np.array([1, 1, 1, 1, 1.5, 2, 0.5])[np.arange(140) % 7]
    panel = panel_of({f"s{i}": rng.poisson(2.0 * (i + 1) * week).astype(float) for i in range(6)})
    return forecast(panel, Settings(), DAYS)


def series_of(made: Forecast) -> pd.DataFrame:
    frame = pd.DataFrame(list(made.keys), columns=["sku", "location"])
    return frame.assign(category=["tea", "tea", "tea", "cups", "cups", ""])


def rows(made: Forecast, *changes: dict[str, object]) -> pd.DataFrame:
    """An `adjustments` table; days are counted from `as_of`."""
    frame = pd.DataFrame(
        [{name: change.get(name) for name in ADJUSTMENTS.names} for change in changes]
    )
    for name in ("starts_on", "ends_on"):
        days = made.calendar.as_of + frame[name].to_numpy(dtype="timedelta64[D]")
        frame[name] = days.astype("datetime64[s]")
    frame["made_on"] = pd.to_datetime(frame["made_on"])
    return frame


def change(how: str, value: float, first: int = 1, last: int = DAYS, **more: object) -> dict:
    return {"how": how, "value": value, "starts_on": first, "ends_on": last, **more}


def spans(made: Forecast, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Start and end of the same window for every series."""
    size = (len(made.keys), 1)
    return np.full(size, first - 1), np.full(size, last)


def law(made: Forecast, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    mean, quantiles = made.windows(*spans(made, first, last), LEVELS)
    return mean[:, 0], quantiles[:, 0]


def test_twice_the_demand_is_twice_every_mean_and_quantile(made: Forecast) -> None:
    twice, told = adjusted(rows(made, change("multiply", 2, sku="s1")), series_of(made), made)
    for first, last in ((1, 1), (1, 14), (8, 14), (3, 28)):
        mean, quantiles = law(made, first, last)
        now, adapted = law(twice, first, last)
        np.testing.assert_allclose(now[1], 2 * mean[1])
        np.testing.assert_array_equal(adapted[1], 2 * quantiles[1])
    for one, other in zip(made.buckets(LEVELS), twice.buckets(LEVELS), strict=True):
        np.testing.assert_allclose(other[1, :DAYS], 2 * one[1, :DAYS])
    for one, other in zip(made.sums(LEVELS), twice.sums(LEVELS), strict=True):
        np.testing.assert_allclose(other[1, :DAYS], 2 * one[1, :DAYS])
    assert told["units_after"].tolist() == pytest.approx([2 * told["units_before"].iloc[0]])


def test_twice_the_demand_is_so_with_lead_times_that_vary(made: Forecast) -> None:
    twice, _ = adjusted(rows(made, change("multiply", 2, last=200)), series_of(made), made)
    spread = np.full(len(made.keys), 2.5)
    mean, quantiles = made.windows(*spans(made, 1, 14), LEVELS, None, spread)
    now, adapted = twice.windows(*spans(made, 1, 14), LEVELS, None, spread)
    np.testing.assert_allclose(now, 2 * mean)
    np.testing.assert_array_equal(adapted, 2 * quantiles)


def test_what_is_not_named_keeps_its_bytes(made: Forecast) -> None:
    other, _ = adjusted(rows(made, change("multiply", 3, sku="s1")), series_of(made), made)
    rest = np.array([0, 2, 3, 4, 5])
    for one, two in zip(law(made, 3, 20), law(other, 3, 20), strict=True):
        assert one[rest].tobytes() == two[rest].tobytes()
    for one, two in zip(made.buckets(LEVELS), other.buckets(LEVELS), strict=True):
        assert one[rest].tobytes() == two[rest].tobytes()


@pytest.mark.parametrize("days", [(-30, 0), (5000, 5010)])
def test_days_outside_the_horizon_change_nothing(made: Forecast, days: tuple[int, int]) -> None:
    table = rows(made, change("replace", 900, *days))
    other, told = adjusted(table, series_of(made), made)
    assert other is made
    assert told.empty


def test_units_for_a_category_are_shared_by_its_forecast(made: Forecast) -> None:
    table = rows(made, change("add", 120, 8, 14, category="tea"))
    other, _ = adjusted(table, series_of(made), made)
    before, _ = law(made, 8, 14)
    after, _ = law(other, 8, 14)
    gained = after - before
    np.testing.assert_allclose(gained[:3], 120 * before[:3] / before[:3].sum())
    np.testing.assert_allclose(gained[3:], 0)
    np.testing.assert_allclose(law(other, 15, 28)[0], law(made, 15, 28)[0])


def test_more_units_are_as_certain_as_of_an_item_that_sells_so_many(made: Forecast) -> None:
    """Two weeks' worth in one week has the law of two weeks of the same item."""
    week, two = law(made, 1, 7)[0][2], law(made, 1, 14)
    other, _ = adjusted(
        rows(made, change("add", float(two[0][2] - week), 1, 7, sku="s2")), series_of(made), made
    )
    mean, quantiles = law(other, 1, 7)
    np.testing.assert_allclose(mean[2], two[0][2])
    np.testing.assert_array_equal(quantiles[2], two[1][2])


def test_fewer_units_than_none_cannot_be(made: Forecast) -> None:
    other, _ = adjusted(rows(made, change("add", -1e6, 1, 7)), series_of(made), made)
    mean, quantiles = law(other, 1, 7)
    assert (mean == 0).all()
    assert (quantiles == 0).all()


def test_what_replaces_the_forecast_is_as_uncertain_for_its_size(made: Forecast) -> None:
    mean, quantiles = law(made, 8, 14)
    total = float(mean.sum())
    other, _ = adjusted(rows(made, change("replace", 3 * total, 8, 14)), series_of(made), made)
    now, adapted = law(other, 8, 14)
    assert now.sum() == pytest.approx(3 * total)
    np.testing.assert_array_equal(adapted, 3 * quantiles)


def test_half_the_days_of_an_adjustment_get_half_its_units(made: Forecast) -> None:
    other, _ = adjusted(rows(made, change("replace", 700, -6, 7, sku="s4")), series_of(made), made)
    assert law(other, 1, 7)[0][4] == pytest.approx(350)


def test_adjustments_hold_in_the_order_they_were_made(made: Forecast) -> None:
    table = rows(
        made,
        change("replace", 70, 1, 7, sku="s0", made_on="2024-03-02"),
        change("multiply", 2, 1, 7, sku="s0", made_on="2024-03-01"),
        change("multiply", 3, 1, 7, sku="s0", made_on="2024-03-03"),
        change("add", 5, 1, 7),
    )
    assert in_order(table)["how"].tolist() == ["add", "multiply", "replace", "multiply"]
    other, told = adjusted(table, series_of(made), made)
    assert law(other, 1, 7)[0][0] == pytest.approx(210)
    assert told["how"].tolist() == ["add", "multiply", "replace", "multiply"]


def test_on_one_day_the_narrow_holds_after_the_wide(made: Forecast) -> None:
    table = rows(
        made,
        change("replace", 14, 1, 7, sku="s0"),
        change("multiply", 5, 1, 7, category="tea"),
        change("multiply", 7, 1, 7),
    )
    assert law(adjusted(table, series_of(made), made)[0], 1, 7)[0][0] == pytest.approx(14)


@settings(max_examples=40, deadline=None)
@given(
    changes=st.lists(
        st.tuples(
            st.sampled_from(["add", "multiply", "replace"]),
            st.floats(0, 4),
            st.integers(-5, 40),
            st.integers(0, 20),
            st.sampled_from([None, "s0", "s3"]),
        ),
        max_size=5,
    )
)
def test_any_adjustments_leave_a_lawful_forecast(made: Forecast, changes: list[tuple]) -> None:
    """Means add up over windows, quantiles rise with level and horizon, nothing is below 0."""
    table = rows(
        made,
        *(
            change(how, value * (1 if how == "multiply" else 50), first, first + length, sku=sku)
            for how, value, first, length, sku in changes
        ),
        change("multiply", 1),
    )
    other, _ = adjusted(table, series_of(made), made)
    first, second, both = (law(other, *span) for span in ((1, 9), (10, 20), (1, 20)))
    np.testing.assert_allclose(first[0] + second[0], both[0], atol=1e-6)
    for _, quantiles in (first, second, both):
        assert (np.diff(quantiles, axis=1) >= 0).all()
        assert (quantiles >= 0).all()
    mean, buckets = other.buckets(LEVELS)
    np.testing.assert_allclose(mean[:, :20].sum(axis=1), both[0], atol=1e-6)
    assert np.isfinite(buckets).all()
    assert (np.diff(buckets, axis=2) >= 0).all()
    sums = other.sums(LEVELS)[1]
    assert (np.diff(sums, axis=2) >= 0).all()
    assert (np.diff(sums, axis=1) >= 0).all()
    assert (sums[other.whole_units] == np.rint(sums[other.whole_units])).all()
