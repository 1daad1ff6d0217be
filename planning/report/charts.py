"""The two charts of an order line: its demand, and its stock with and without the order."""

from __future__ import annotations

from html import escape

import numpy as np

from domain.periods import Bucket, Calendar, Day, Days, as_days
from domain.terms import Floats
from planning.report.page_data import ProjectionChart, SeriesChart
from planning.report.page_drawing import (
    ONE_DAY,
    area,
    area_between,
    axes_for,
    bars,
    drawing,
    line,
    point,
    steps,
    vertical,
)
from planning.report.page_words import counted, day, number, short_day

HISTORY_SHOWN = {"day": 182, "week": 104, "month": 48}
"""Buckets of history that still can be told apart on a phone."""


def demand_chart(chart: SeriesChart, as_of: Day, bucket: str, name: str) -> str:
    """History and forecast of a series: units per bucket; `name` is unique on the page."""
    keep = slice(-HISTORY_SHOWN[bucket], None)
    history, ahead = as_days(chart.history_dates)[keep], as_days(chart.forecast_dates)
    units = np.asarray(chart.history_units, dtype=np.float64)[keep]
    mean = np.asarray(chart.forecast_mean, dtype=np.float64)
    fan = [values for _, values in sorted(chart.forecast_quantiles.items())]
    if history.size + ahead.size == 0:
        return _nothing("Neither history nor forecast.")
    ends, ends_ahead = _ends(history, bucket), _ends(ahead, bucket)
    first = (history if history.size else ahead)[0]
    last = (ends_ahead if ahead.size else ends)[-1]
    axes = axes_for(first, last, [units, mean, *fan])
    censored = np.asarray(chart.history_censored, dtype=bool)[keep]
    shapes = [
        bars(axes, history, ends, np.where(censored, 0.0, units), "sold"),
        bars(axes, history, ends, np.where(censored, units, 0.0), "censored"),
        *(area(axes, ahead, ends_ahead, low, high, "fan") for low, high in _pairs(fan)),
        steps(axes, ahead, ends_ahead, mean, "mean"),
    ]
    title = f"Demand of {chart.sku}: units sold and forecast per {bucket}"
    said = (
        f"{counted(units.size, bucket)} of history with {number(units.sum())} units sold, at most "
        f"{number(units.max(initial=0.0))} in a {bucket}; {counted(mean.size, bucket)} ahead with "
        f"{number(mean.sum())} units expected."
    )
    return drawing(
        axes, name, title, said, (shapes, [vertical(axes, as_of + ONE_DAY, "today", "now")])
    )


def stock_chart(chart: SeriesChart, name: str) -> str:
    """Expected stock of a series with the order and with none; `name` is unique on the page."""
    days = as_days(chart.stock_dates)
    if days.size == 0:
        return _nothing("No projection of the stock.")
    closes = days + ONE_DAY  # the close of a day is the opening of the next
    with_order = np.asarray(chart.stock_with_order, dtype=np.float64)
    without = np.asarray(chart.stock_without_order, dtype=np.float64)
    axes = axes_for(closes[0], closes[-1], [with_order, without])
    shapes = [
        line(axes, closes, without, "without"),
        line(axes, closes[: with_order.size], with_order, "with"),
    ]
    marks = []
    if chart.arrives_on is not None:
        arrives = f"arrives {short_day(chart.arrives_on)}"
        marks.append(vertical(axes, chart.arrives_on, arrives, "arrival"))
    empty = np.flatnonzero(without <= 0)
    if empty.size:
        out = days[empty[0]]
        label = f"runs out {short_day(out)}" if empty[0] else "out of stock"
        marks.append(point(axes, out + ONE_DAY, 0.0, label, "out"))
    title = f"Stock of {chart.sku}: expected units with the order, and if nothing is ordered"
    said = (
        f"From {number(without[0])} units on {day(days[0])} to {number(with_order[-1])} with the"
        f" order on {day(days[with_order.size - 1])}, and to {number(without[-1])} if nothing is"
        f" ordered on {day(days[-1])}."
    )
    return drawing(axes, name, title, said, (shapes, marks))


def projection_chart(chart: ProjectionChart, as_of: Day, name: str) -> str:
    """A simulated course of money: mean and band with the plan, and the mean without it."""
    closes = as_days(chart.days) + ONE_DAY
    axes = axes_for(as_of + ONE_DAY, closes[-1], [chart.low, chart.high, chart.without])
    shapes = [
        area_between(axes, closes, chart.low, chart.high, "fan"),
        line(axes, closes, chart.without, "without"),
        line(axes, closes, chart.mean, "with"),
    ]
    said = (
        f"At the end {number(chart.mean[-1])} expected with the plan, mostly between"
        f" {number(chart.low[-1])} and {number(chart.high[-1])}; {number(chart.without[-1])} if"
        " nothing is ordered."
    )
    return drawing(axes, name, chart.title, said, (shapes, []))


def _pairs(fan: list[Floats]) -> list[tuple[Floats, Floats]]:
    """The lowest and the highest quantile, then the next two, and so on."""
    half = len(fan) // 2
    return list(zip(fan[:half], fan[::-1][:half], strict=True))


def _ends(starts: Days, bucket: str) -> Days:
    """Opening of the day after each bucket."""
    if starts.size == 0:
        return starts
    calendar = Calendar(Bucket(bucket), starts[0], starts.size)
    return as_days(calendar.start_of(calendar.index_of(starts) + 1))


def _nothing(sentence: str) -> str:
    return f'<p class="empty">{escape(sentence)}</p>'
