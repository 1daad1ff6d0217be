"""Axes, shapes and labels of inline SVG charts that stretch while their text does not.

Across, places are percentages, so that labels keep their size at any width; shapes lie in an
inner SVG of 1000 units that is stretched. Down, places are pixels. Labels of the value axis
stand left of the drawing, in the padding the page gives it. Colours are the page's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import numpy as np

from domain.periods import Day, Days, as_days
from domain.terms import Flags, Floats
from planning.report.page_words import MONTHS, short_day

WIDE = 1000.0
TOP, BASE, HEIGHT = 22.0, 172.0, 196
MOST_TICKS = 6
MONTHLY_FROM_DAYS = 75
NEAR_AN_EDGE = 8.0  # percent: a label nearer to an edge is set against it
SMALLEST = 1e-9  # units: less than that is nothing
ONE_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Axes:
    """Where a day and a value are drawn; `first` and `last` are openings of days."""

    first: Day
    last: Day
    marks: tuple[float, ...]  # labelled values, lowest first; the drawing ends with them

    def across(self, days: Days) -> Floats:
        """Places of the openings of days, 0 to 1000."""
        span = max(1.0, float((self.last - self.first) / ONE_DAY))
        return np.asarray((as_days(days) - self.first) / ONE_DAY, dtype=np.float64) / span * WIDE

    def down(self, values: Floats) -> Floats:
        """Places of values, in pixels from the top."""
        low, high = self.marks[0], self.marks[-1]
        share = (np.asarray(values, dtype=np.float64) - low) / (high - low)
        return BASE - share * (BASE - TOP)


def axes_for(first: Day, last: Day, values: Iterable[Floats]) -> Axes:
    """Axes from one day to another that hold all values, and 0."""
    known = np.concatenate([np.ravel(v).astype(np.float64) for v in values])
    known = known[np.isfinite(known)]
    return Axes(first, last, ticks(min(0.0, known.min(initial=0.0)), known.max(initial=0.0)))


def ticks(low: float, high: float, most: int = 4) -> tuple[float, ...]:
    """Round values that cover low ≤ 0 to high ≥ 0 in about `most` steps.

    >>> ticks(0.0, 87.0), ticks(0.0, 0.0), ticks(-3.0, 12.0)
    ((0.0, 25.0, 50.0, 75.0, 100.0), (0.0, 1.0), (-5.0, 0.0, 5.0, 10.0, 15.0))
    """
    if high - low < SMALLEST:
        return (0.0, 1.0)
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= rough * (1 - 1e-9))
    begin, end = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(float(f"{i * step:.10g}") for i in range(begin, end + 1))


def bars(axes: Axes, starts: Days, ends: Days, units: Floats, style: str) -> str:
    """One path of upright bars, a little narrower than their buckets."""
    drawn = np.isfinite(units) & (units > 0)
    left, right = axes.across(starts)[drawn], axes.across(ends)[drawn]
    base = float(axes.down(np.zeros(1))[0])
    gap = 0.1 * (right - left)
    places = zip(left + gap, right - gap, axes.down(units[drawn]), strict=True)
    return _path(
        "".join(f"M{a:.1f} {base:.1f}V{y:.1f}H{b:.1f}V{base:.1f}Z" for a, b, y in places), style
    )


def area(axes: Axes, starts: Days, ends: Days, low: Floats, high: Floats, style: str) -> str:
    """The area between two levels of each bucket."""
    upper = _corners(axes, starts, ends, high)
    lower = _corners(axes, starts, ends, low)
    return _path("M" + "L".join([*upper, *reversed(lower)]) + "Z", style) if upper else ""


def area_between(axes: Axes, days: Days, low: Floats, high: Floats, style: str) -> str:
    """The area between two lines through values at the openings of days."""
    across = axes.across(days)
    upper = [f"{x:.1f} {y:.1f}" for x, y in zip(across, axes.down(high), strict=True)]
    lower = [f"{x:.1f} {y:.1f}" for x, y in zip(across, axes.down(low), strict=True)]
    return _path("M" + "L".join([*upper, *reversed(lower)]) + "Z", style) if upper else ""


def steps(axes: Axes, starts: Days, ends: Days, values: Floats, style: str) -> str:
    """A line with one level for each bucket."""
    corners = _corners(axes, starts, ends, values)
    return _path("M" + "L".join(corners), style) if corners else ""


def line(axes: Axes, days: Days, values: Floats, style: str) -> str:
    """A line through a value at the opening of each day."""
    places = zip(axes.across(days), axes.down(values), strict=True)
    drawn = [f"{x:.1f} {y:.1f}" for x, y in places if math.isfinite(y)]
    return _path("M" + "L".join(drawn), style) if drawn else ""


def vertical(axes: Axes, day: Day, label: str, style: str) -> str:
    """An upright line at the opening of a day, with its label at the top."""
    x = _percent(axes, day)
    stroke = (
        f'<line class="{style}" x1="{x:.2f}%" x2="{x:.2f}%" y1="{TOP - 6:.0f}" y2="{BASE:.0f}"/>'
    )
    return stroke + _label(x, TOP - 10, label, style)


def point(axes: Axes, day: Day, value: float, label: str, style: str) -> str:
    """A dot with its label above."""
    x, y = _percent(axes, day), float(axes.down(np.array([value]))[0])
    dot = f'<circle class="{style}" cx="{x:.2f}%" cy="{y:.1f}" r="4"/>'
    return dot + _label(x, y - 9, label, style)


def drawing(
    axes: Axes, name: str, title: str, said: str, parts: tuple[list[str], list[str]]
) -> str:
    """The whole chart: `parts` are stretched shapes, and marks that are not."""
    shapes, marks = parts
    heights = axes.down(np.array(axes.marks))
    grid = [_level(value, y) for value, y in zip(axes.marks, heights, strict=True)]
    dates = [
        _label(_percent(axes, day), HEIGHT - 6, text, "axis") for day, text in date_marks(axes)
    ]
    return (
        f'<svg class="chart" role="img" aria-labelledby="{name}-t {name}-d" height="{HEIGHT}">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(said)}</desc>'
        f"{''.join(grid)}"
        f'<svg width="100%" height="{HEIGHT}" viewBox="0 0 {WIDE:.0f} {HEIGHT}" '
        f'preserveAspectRatio="none">{"".join(shapes)}</svg>'
        f"{''.join(marks)}{''.join(dates)}</svg>"
    )


def curve(
    name: str, title: str, said: str, places: tuple[Floats, list[str]], values: Floats
) -> str:
    """A line through values at places across (0 to 1, each with its label), dots on it.

    The value axis holds the values, and 0 only where it is near.
    """
    across, labels = places
    marks = ticks(float(values.min()), float(values.max()))
    axes = Axes(np.datetime64("2000-01-01"), np.datetime64("2000-01-02"), marks)
    down = axes.down(values)
    grid = [_level(value, y) for value, y in zip(marks, axes.down(np.array(marks)), strict=True)]
    path = "L".join(f"{x * WIDE:.1f} {y:.1f}" for x, y in zip(across, down, strict=True))
    dots = [
        f'<circle class="knot" cx="{x * 100:.2f}%" cy="{y:.1f}" r="3.5"/>'
        for x, y in zip(across, down, strict=True)
    ]
    below = [
        _label(float(x) * 100, HEIGHT - 6, text, "axis")
        for x, text in zip(across, labels, strict=True)
    ]
    return (
        f'<svg class="chart" role="img" aria-labelledby="{name}-t {name}-d" height="{HEIGHT}">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(said)}</desc>'
        f"{''.join(grid)}"
        f'<svg width="100%" height="{HEIGHT}" viewBox="0 0 {WIDE:.0f} {HEIGHT}" '
        f'preserveAspectRatio="none">{_path("M" + path, "with")}</svg>'
        f"{''.join(dots)}{''.join(below)}</svg>"
    )


def date_marks(axes: Axes) -> list[tuple[Day, str]]:
    """Days to label below the drawing, at most six: weeks of a short span, else months."""
    span = int((axes.last - axes.first) / ONE_DAY)
    if span <= MONTHLY_FROM_DAYS:
        step = next(k for k in (1, 2, 7, 14, 28) if span / k < MOST_TICKS)
        days = np.arange(axes.first, axes.last + ONE_DAY, step)
        return [(date, short_day(date)) for date in days]
    months = np.arange(axes.first.astype("datetime64[M]"), axes.last.astype("datetime64[M]") + 1)
    step = next(k for k in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if months.size / k <= MOST_TICKS)
    kept = months[months.astype(np.int64) % step == 0].astype("datetime64[D]")
    inside = kept[kept >= axes.first]
    return [(date, _month(date, first=place == 0)) for place, date in enumerate(inside)]


def _level(value: float, y: float) -> str:
    """A line across the drawing at a labelled value."""
    style = "zero" if value == 0 else "grid"
    return (
        f'<line class="{style}" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="axis" x="-8" y="{y + 4:.1f}" text-anchor="end">{brief(value)}</text>'
    )


def _month(day: Day, *, first: bool) -> str:
    year, month, _ = str(day).split("-")
    name = MONTHS[int(month) - 1]
    return f"{name} {year}" if first or month == "01" else name


def brief(value: float) -> str:
    """A value of an axis in a few signs."""
    for size, sign in ((1e9, "bn"), (1e6, "m"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1e3 if sign == 'k' else size):g}{sign}"
    return f"{value:,.10g}".replace("-", "\N{MINUS SIGN}")


def _percent(axes: Axes, day: Day) -> float:
    place = float(axes.across(np.array([day]))[0]) / WIDE * 100.0
    return min(100.0, max(0.0, place))


def _label(x: float, y: float, text: str, style: str) -> str:
    near_end = x > 100.0 - NEAR_AN_EDGE
    anchor = "start" if x < NEAR_AN_EDGE else "end" if near_end else "middle"
    place = f'x="{x:.2f}%" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="{style}" {place}>{escape(text)}</text>'


def _corners(axes: Axes, starts: Days, ends: Days, values: Floats) -> list[str]:
    left, right, level = axes.across(starts), axes.across(ends), axes.down(values)
    known: Flags = np.isfinite(level)
    both = zip(left[known], right[known], level[known], strict=True)
    return [place for a, b, y in both for place in (f"{a:.1f} {y:.1f}", f"{b:.1f} {y:.1f}")]


def _path(d: str, style: str) -> str:
    return f'<path class="{style}" d="{d}"/>' if d else ""
