"""The user's own events: those that come again and again have a column each.

One that comes once a year is known to the trees by its day of the year, and too rare to learn
from beside it.
"""

from __future__ import annotations

from domain.events import Events
from domain.terms import Integers, Panel, Singles
from forecasting.global_model.known_ahead import KNOWN_AHEAD, Columns

MOST_RECURRING = 8
FEWEST_BUCKETS = 24
"""Buckets of history that an event must have reached into, at one place, to have a column."""


@KNOWN_AHEAD.register("events")
def event_columns(panel: Panel, series: Integers, target: Integers) -> Columns:
    """Share of each bucket's days in each recurring event, where the series is."""
    events = panel.events
    if events is None or not target.size:
        return {}
    low, high = int(target.min()), int(target.max()) + 1
    place, column = events.of_series[series], target - low
    found: dict[str, Singles] = {}
    for name in recurring(events, panel):
        found[f"event {name}"] = events.shares(name, panel.calendar, low, high)[place, column]
    return found


def recurring(events: Events, panel: Panel) -> list[str]:
    """Names of the events that reach into most buckets of history, most first, then by name."""
    times = {
        name: int((events.shares(name, panel.calendar, 0, panel.buckets) > 0).sum(axis=1).max())
        for name in events.names
    }
    often = [name for name in events.names if times[name] >= FEWEST_BUCKETS]
    return sorted(often, key=lambda name: (-times[name], name))[:MOST_RECURRING]
