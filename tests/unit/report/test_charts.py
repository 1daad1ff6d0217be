"""The charts: right places, no broken numbers, words for those who cannot see them."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.terms import Floats
from planning.report.charts import demand_chart, stock_chart
from planning.report.page_data import SeriesChart
from planning.report.page_drawing import BASE, TOP, Axes, axes_for, bars, date_marks, ticks

AS_OF = np.datetime64("2011-12-08")
DAY = np.timedelta64(1, "D")


def days(first: str, count: int, step: int = 1) -> np.ndarray:
    """Days from `first`, every `step`."""
    return np.datetime64(first) + np.arange(count) * step


def changed(chart: SeriesChart, **fields: object) -> SeriesChart:
    """The chart with other fields."""
    return dataclasses.replace(chart, **fields)  # type: ignore[arg-type]


def check(svg: str) -> ElementTree.Element:
    """The chart read as XML, with no number in it broken."""
    assert not re.search(r"\bnan\b|\binf\b|NaN|None", svg)
    return ElementTree.fromstring(svg)


def test_charts_say_in_words_what_they_show(chart: SeriesChart) -> None:
    svg = check(demand_chart(chart, AS_OF, "day", "one"))
    title, said = svg.find("title"), svg.find("desc")
    assert title is not None
    assert said is not None
    assert chart.sku in (title.text or "")
    assert "182 days of history" in (said.text or "")
    assert svg.get("aria-labelledby") == "one-t one-d"
    assert "with the order" in stock_chart(chart, "two")


def test_charts_mark_today_the_arrival_and_the_day_stock_runs_out(chart: SeriesChart) -> None:
    assert ">today<" in demand_chart(chart, AS_OF, "day", "one")
    svg = stock_chart(chart, "two")
    assert ">arrives 18 Dec<" in svg
    assert re.search(r">runs out \d+ Dec<", svg)


def test_a_sku_in_a_chart_is_escaped(chart: SeriesChart) -> None:
    bad = changed(chart, sku='<script>"&')
    for svg in (demand_chart(bad, AS_OF, "day", "one"), stock_chart(bad, "two")):
        check(svg)
        assert "<script" not in svg


def test_values_that_are_not_numbers_leave_a_gap(chart: SeriesChart) -> None:
    hole = np.arange(182) % 3 == 0
    broken = changed(
        chart,
        history_units=np.where(hole, np.nan, chart.history_units),
        forecast_mean=np.where(hole[:56], np.inf, chart.forecast_mean),
        forecast_quantiles={0.1: np.full(56, np.nan), 0.9: np.ones(56)},
        stock_with_order=np.where(hole[:56], np.nan, chart.stock_with_order),
    )
    check(demand_chart(broken, AS_OF, "day", "one"))
    check(stock_chart(broken, "two"))


def test_the_line_with_the_order_may_end_at_the_next_delivery(chart: SeriesChart) -> None:
    svg = stock_chart(changed(chart, stock_with_order=chart.stock_with_order[:20]), "two")
    said = check(svg).findtext("desc") or ""
    assert "with the order on Tue 27 Dec 2011, and to" in said


@pytest.mark.parametrize("history", [0, 1, 2])
@pytest.mark.parametrize("ahead", [0, 1])
def test_a_short_life_is_drawn(chart: SeriesChart, history: int, ahead: int) -> None:
    young = changed(
        chart,
        history_dates=chart.history_dates[:history],
        history_units=np.zeros(history),
        history_censored=np.zeros(history, dtype=bool),
        forecast_dates=chart.forecast_dates[:ahead],
        forecast_mean=np.zeros(ahead),
        forecast_quantiles={},
        stock_dates=chart.stock_dates[:ahead],
        stock_with_order=np.zeros(ahead),
        stock_without_order=np.zeros(ahead),
    )
    check(demand_chart(young, AS_OF, "day", "one"))
    check(stock_chart(young, "two"))


@pytest.mark.parametrize(("bucket", "first"), [("week", "2011-01-03"), ("month", "2011-01-01")])
def test_weeks_and_months_are_as_wide_as_they_are(
    chart: SeriesChart, bucket: str, first: str
) -> None:
    starts = days(first, 30, 7)
    if bucket == "month":
        starts = (np.datetime64(first, "M") + np.arange(30)).astype("datetime64[D]")
    coarse = changed(
        chart,
        history_dates=starts[:24],
        history_units=np.ones(24),
        history_censored=np.zeros(24, dtype=bool),
        forecast_dates=starts[24:],
        forecast_mean=np.ones(6),
        forecast_quantiles={0.05: np.zeros(6), 0.95: np.full(6, 2.0)},
    )
    svg = demand_chart(coarse, starts[24] - DAY, bucket, "one")
    check(svg)
    assert re.findall(r'class="fan" d="M[^"]*L1000\.0', svg)


def test_backorders_are_drawn_below_zero(chart: SeriesChart) -> None:
    svg = stock_chart(changed(chart, stock_without_order=np.linspace(5.0, -20.0, 56)), "two")
    check(svg)
    assert "\N{MINUS SIGN}" in svg


def test_the_highest_value_is_at_the_top_and_zero_at_the_base() -> None:
    axes = axes_for(np.datetime64("2024-01-01"), np.datetime64("2024-01-11"), [np.array([100.0])])
    assert axes.down(np.array([0.0, 50.0, 100.0])).tolist() == [BASE, (TOP + BASE) / 2, TOP]
    assert axes.across(days("2024-01-01", 3, 5)).tolist() == [0.0, 500.0, 1000.0]


def test_a_bar_is_as_high_as_its_value() -> None:
    axes = Axes(np.datetime64("2024-01-01"), np.datetime64("2024-01-03"), (0.0, 10.0))
    starts = days("2024-01-01", 2)
    path = bars(axes, starts, days("2024-01-02", 2), np.array([10.0, 5.0]), "sold")
    tops = [float(found) for found in re.findall(r"V([\d.]+)H", path)]
    assert tops == [TOP, (TOP + BASE) / 2]


@given(st.floats(0, 1e12), st.floats(0, 1e12).map(lambda x: -x))
def test_ticks_cover_every_value_and_are_few(high: float, low: float) -> None:
    marks = np.array(ticks(low, high))
    steps: Floats = np.diff(marks)
    assert 2 <= marks.size <= 8
    assert np.all(steps > 0)
    assert marks[0] <= low + 1e-6 * steps[0]
    assert marks[-1] >= high - 1e-6 * steps[0]


@given(st.integers(1, 9000), st.integers(0, 20_000))
def test_date_labels_are_few_and_inside(span: int, begin: int) -> None:
    first = np.datetime64("1990-01-01") + begin
    axes = Axes(first, first + span, (0.0, 1.0))
    marked = date_marks(axes)
    assert 1 <= len(marked) <= 7
    assert all(first <= date <= first + span for date, _ in marked)
