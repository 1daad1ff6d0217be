"""The charts of a replay: lines over time, and cost against fill rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from domain.periods import Days
from domain.terms import Floats
from planning.report.page_drawing import TOP, axes_for, brief, drawing, line, ticks
from planning.report.page_words import amount, day, percent

SCATTER_HEIGHT = 300
BASE = 262.0
NARROWEST = 0.02
"""Share of demand that the axis of fill rates spans at least."""


@dataclass(frozen=True)
class Line:
    """A policy's values at the openings of days."""

    name: str
    place: int  # which colour
    days: Days
    values: Floats


def over_time(name: str, title: str, lines: Sequence[Line]) -> str:
    """One line a policy, in the colours of the page's key."""
    axes = axes_for(lines[0].days[0], lines[0].days[-1], [each.values for each in lines])
    shapes = [line(axes, each.days, each.values, f"p p{each.place}") for each in lines]
    ends = "; ".join(f"{each.name} {amount(each.values[-1])}" for each in lines)
    said = f"From {day(lines[0].days[0])} to {day(lines[0].days[-1])}. At the end: {ends}."
    return drawing(axes, name, title, said, (shapes, []))


def cost_against_service(dots: Sequence[tuple[int, int, str, float, float]]) -> str:
    """A numbered dot a policy: fill rate across, cost down to up. Empty without demand."""
    if not dots:
        return ""
    rates = np.array([dot[3] for dot in dots])
    costs = ticks(0.0, max(dot[4] for dot in dots))
    low, high = _span(rates)
    grid = [_level(value, _down(value, costs[-1])) for value in costs]
    marks = [_rate(low + share * (high - low), share) for share in (0.0, 0.5, 1.0)]
    points = [_dot(dot, (dot[3] - low) / (high - low), costs[-1]) for dot in dots]
    said = "; ".join(f"{d[0]} {d[2]}: {percent(d[3])}, {amount(d[4])}" for d in dots)
    return (
        f'<svg class="chart" role="img" aria-labelledby="service-t service-d"'
        f' height="{SCATTER_HEIGHT}"><title id="service-t">Cost against fill rate</title>'
        f'<desc id="service-d">{escape(said)}</desc>{"".join(grid)}{"".join(marks)}'
        f"{''.join(points)}</svg>"
    )


def _span(rates: Floats) -> tuple[float, float]:
    """Fill rates from which to which, whole percents with room on both sides."""
    low, high = float(rates.min()), float(rates.max())
    middle = (low + high) / 2.0
    half = max(high - low, NARROWEST) / 2.0 * 1.12
    most = min(1.0, float(np.ceil((middle + half) * 100) / 100))
    return max(0.0, float(np.floor((middle - half) * 100) / 100)), most


def _down(value: float, most: float) -> float:
    return BASE - value / most * (BASE - TOP)


def _level(value: float, y: float) -> str:
    style = "zero" if value == 0 else "grid"
    return (
        f'<line class="{style}" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="axis" x="-8" y="{y + 4:.1f}" text-anchor="end">{brief(value)}</text>'
    )


def _rate(rate: float, share: float) -> str:
    anchor = "start" if share == 0 else "end" if share == 1 else "middle"
    return (
        f'<text class="axis" x="{100 * share:.1f}%" y="{BASE + 20:.0f}"'
        f' text-anchor="{anchor}">{percent(rate)}</text>'
    )


def _dot(dot: tuple[int, int, str, float, float], share: float, most: float) -> str:
    number, place, name, _, cost = dot
    style = f"d{place}" if place >= 0 else "dn"
    x, y = f"{min(100 * share, 98.5):.2f}%", _down(cost, most)
    return (
        f'<g class="{style}"><circle cx="{x}" cy="{y:.1f}" r="10"><title>{escape(name)}</title>'
        f'</circle><text class="inside" x="{x}" y="{y + 4:.1f}" text-anchor="middle">{number}'
        "</text></g>"
    )
