"""The charts of a backtest: the fan against what came, calibration, error by horizon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from domain.periods import Day, Days
from domain.terms import Floats
from planning.report.page_drawing import (
    BASE,
    HEIGHT,
    ONE_DAY,
    TOP,
    WIDE,
    area,
    axes_for,
    bars,
    brief,
    drawing,
    steps,
    ticks,
    vertical,
)
from planning.report.page_words import number

MOST_MARKS = 7
FEWEST_LABELLED = 2
DOTTED_UP_TO = 13
"""Points of a line up to which each is marked."""


@dataclass(frozen=True)
class Fan:
    """One series at an origin: what had been sold, what was expected, what came."""

    starts: Days  # opening of each bucket shown
    ends: Days
    sold: Floats  # units of each bucket up to the origin
    came: Floats  # units of each bucket after it; NaN: sold out
    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Curve:
    """One model's values over a numeric axis."""

    name: str
    place: int  # which colour
    across: Floats
    values: Floats  # NaN: none


def fan_chart(fan: Fan, as_of: Day, name: str, title: str) -> str:
    """Units per bucket: history as bars, the forecast's fan and mean, and what came on top."""
    past = fan.sold.size
    before, after = slice(None, past), slice(past, None)
    axes = axes_for(fan.starts[0], fan.ends[-1], [fan.sold, fan.came, fan.high])
    starts, ends = fan.starts[after], fan.ends[after]
    shapes = [
        bars(axes, fan.starts[before], fan.ends[before], fan.sold, "sold"),
        area(axes, starts, ends, fan.low, fan.high, "fan"),
        steps(axes, starts, ends, fan.mean, "mean"),
        steps(axes, starts, ends, fan.came, "came"),
    ]
    said = (
        f"{number(float(np.nansum(fan.came)))} units came, {number(float(fan.mean.sum()))} were"
        " expected."
    )
    marks = [vertical(axes, as_of + ONE_DAY, "forecast from here", "now")]
    return drawing(axes, name, title, said, (shapes, marks))


def calibration_chart(name: str, curves: Sequence[Curve]) -> str:
    """Reached coverage by promised level; on the dashed line both are the same."""
    marks = (0.0, 0.25, 0.5, 0.75, 1.0)
    across = [(value, f"{100 * value:.0f}%") for value in marks]
    down = [(value, f"{100 * value:.0f}%") for value in marks]
    ends = np.array([0.0, 1.0])
    promised = Curve("as promised", 5, ends, ends)
    return _plane(
        name, "Reached coverage by promised level", (0.0, 1.0), (across, down), [promised, *curves]
    )


def horizon_chart(name: str, title: str, curves: Sequence[Curve]) -> str:
    """A measure by buckets ahead."""
    most = max(float(curve.across[-1]) for curve in curves)
    high = max(float(np.nanmax(curve.values, initial=0.0)) for curve in curves)
    step = max(1, int(np.ceil(most / MOST_MARKS)))
    across = [(float(h), str(h)) for h in range(1, int(most) + 1, step)]
    down = [(value, brief(value)) for value in ticks(0.0, high)]
    return _plane(name, title, (1.0, max(most, 2.0)), (across, down), curves)


def _plane(
    name: str,
    title: str,
    span: tuple[float, float],
    marks: tuple[list[tuple[float, str]], list[tuple[float, str]]],
    curves: Sequence[Curve],
) -> str:
    """Lines over a numeric axis. `marks`: labelled values across, and down, the lowest first."""
    across, down = marks
    low, high = down[0][0], down[-1][0]

    def x(value: float) -> float:
        return (value - span[0]) / (span[1] - span[0])

    def y(value: float) -> float:
        return BASE - (value - low) / (high - low) * (BASE - TOP)

    shapes, dots = [], []
    for curve in curves:
        known = np.isfinite(curve.values)
        points = list(zip(curve.across[known].tolist(), curve.values[known].tolist(), strict=True))
        path = "L".join(f"{WIDE * x(a):.1f} {y(b):.1f}" for a, b in points)
        shapes.append(f'<path class="p p{curve.place}" d="M{path}"/>' if path else "")
        if FEWEST_LABELLED < len(points) <= DOTTED_UP_TO or len(points) == 1:
            dots += [_dot(100 * x(a), y(b), curve.place) for a, b in points]
    said = "; ".join(
        f"{c.name}: {number(float(c.values[0]))} to {number(float(c.values[-1]))}" for c in curves
    )
    return (
        f'<svg class="chart" role="img" aria-labelledby="{name}-t {name}-d" height="{HEIGHT}">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(said)}</desc>'
        f"{''.join(_level(value == low, text, y(value)) for value, text in down)}"
        f'<svg width="100%" height="{HEIGHT}" viewBox="0 0 {WIDE:.0f} {HEIGHT}" '
        f'preserveAspectRatio="none">{"".join(shapes)}</svg>'
        f"{''.join(dots)}{''.join(_mark(100 * x(value), text) for value, text in across)}</svg>"
    )


def _dot(across: float, down: float, place: int) -> str:
    return f'<circle class="c{place}" cx="{across:.2f}%" cy="{down:.1f}" r="3"/>'


def _level(lowest: bool, text: str, down: float) -> str:
    style = "zero" if lowest else "grid"
    return (
        f'<line class="{style}" x1="0" x2="100%" y1="{down:.1f}" y2="{down:.1f}"/>'
        f'<text class="axis" x="-8" y="{down + 4:.1f}" text-anchor="end">{text}</text>'
    )


def _mark(across: float, text: str) -> str:
    anchor = "start" if across < 1 else "end" if across > 99 else "middle"
    return (
        f'<text class="axis" x="{across:.2f}%" y="{HEIGHT - 6}" text-anchor="{anchor}">'
        f"{text}</text>"
    )
