"""The user's events in a forecast: what rare ones brought is laid on the days they come again.

A bucket that a rare event reaches into teaches local models no level and no season; what it
brought beyond what was usual is measured for each event by series, shrunk to category, all and
nothing (`uplift`).
An event that comes often is part of what is usual from the bucket on in which that shows, and so
are all where together they leave too few buckets without any; with a
global model, one that comes often enough for a column of its own is left to that. Events that came
once and do not come again teach nothing, and lift nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from domain.events import Events
from domain.periods import Bucket
from domain.terms import Flags, Floats, Integers, Known, Panel, Singles
from forecasting.global_model.known_ahead.events import recurring
from forecasting.local import LocalFit
from forecasting.named import NamedFit
from forecasting.uplift import excess_demand, uplift

OFTEN, FIRST = 0.1, 5
"""Share of history that an event reaches into from which on it is part of what is usual, and
buckets that are never too many: weekends of a short history are usual."""

TOGETHER = 0.25
"""Share of history that rare events reach into together from which on none is hidden: in every
month there is a day off, and a history without its months would be none."""

DOUBT = 1.0
"""Occurrences for what an event did to be believed by half: a day moves all series alike."""


def without_events(panel: Panel, full: bool) -> Panel:
    """The panel with nothing known of buckets in rare events; itself where there are none.

    `full`: whether a global model learns from it.
    """
    if panel.events is None:
        return panel
    at_place = [share > 0 for _, share, _ in _rare(panel, full)]
    if not at_place:
        return panel
    together = np.logical_or.reduce(at_place)
    few = FIRST if panel.calendar.bucket is Bucket.DAY else 0
    hidden = (together & _while_rare(together, TOGETHER, few))[panel.events.of_series]
    hidden &= panel.known != Known.OUTSIDE
    left = (panel.known == Known.OBSERVED) & ~hidden
    hidden[~left.any(axis=1)] = False  # a series of which nothing else is known
    if not hidden.any():
        return panel
    known = np.where(hidden, np.uint8(Known.UNKNOWN), panel.known)
    demand = np.where(hidden, np.float32(0), panel.demand)
    return dataclasses.replace(panel, known=known, demand=demand)


def learned_from(panel: Panel, full: bool) -> Panel:
    """The panel that models are fitted on.

    Local ones would carry a rare event on as level or season. A global model does not, and loses
    more by days it is not told of: sums of walmart-daily by 4 %.
    """
    return panel if full else without_events(panel, False)


def event_lifts(
    panel: Panel, ordinary: Panel, fit: LocalFit, buckets: int, full: bool
) -> Floats | None:
    """S × `buckets`: factors on the demand expected without events; None where all are 1.

    `panel`: with the buckets of events; `ordinary`: without those in promotions; `fit`: of what
    is `learned_from` that. Series with a model of their own know events from it. Of events in one
    bucket the one that changes most counts: what each brought before holds what the others did.
    """
    events, count = panel.events, panel.buckets
    if events is None:
        return None
    more, quiet = np.zeros((panel.series, buckets)), None
    for name, share, still in _rare(panel, full):
        coming = events.shares(name, panel.calendar, count, count + buckets) * still[:, None]
        if not coming.any():
            continue
        quiet = without_events(ordinary, full) if quiet is None else quiet
        found = excess_demand(quiet, fit, panel, _cells(events, share))
        if found.series.size:
            times = _occurrences(share)
            excess = uplift(found, panel.category).excess * times / (times + DOUBT)
            change = coming[events.of_series] * excess[:, None]
            more = np.where(np.abs(change) > np.abs(more), change, more)
    if quiet is None:
        return None
    if isinstance(fit, NamedFit):
        more[fit.rows] = 0.0
    return np.maximum(1.0 + more, 0.0)


def _occurrences(share: Singles) -> int:
    """How often an event came, at the place at which it came most: runs of buckets."""
    inside = np.pad(share > 0, ((0, 0), (1, 0)))
    return int((inside[:, 1:] & ~inside[:, :-1]).sum(axis=1).max())


def _cells(events: Events, share: Singles) -> tuple[Integers, Integers, Floats]:
    """Series, buckets and shares of buckets in an event, from those of places, P × T."""
    series, bucket = [], []
    for place in np.flatnonzero(share.any(axis=1)):
        theirs, days = np.flatnonzero(events.of_series == place), np.flatnonzero(share[place])
        series.append(np.repeat(theirs, days.size))
        bucket.append(np.tile(days, theirs.size))
    rows, columns = np.concatenate(series), np.concatenate(bucket)
    return rows, columns, share[events.of_series[rows], columns].astype(np.float64)


def _rare(panel: Panel, full: bool) -> Iterator[tuple[str, Singles, Flags]]:
    """Rare events: name, share of each bucket in one while it was rare, P × T, if it still is, P.

    Whether one is rare is judged by the buckets up to each, at its place.
    """
    events = panel.events
    if events is None:
        return
    left_to_trees = set(recurring(events, panel)) if full else set()
    for name in events.names:
        if name in left_to_trees:
            continue
        share = events.shares(name, panel.calendar, 0, panel.buckets)
        rare = _while_rare(share)
        if (share * rare).any():
            yield name, share * rare, rare[:, -1]


def _while_rare(share: Singles | Flags, often: float = OFTEN, few: int = FIRST) -> Flags:
    """P × T: whether an event had reached into few buckets by then, `few` or a share `often`."""
    times = np.cumsum(share > 0, axis=1)
    most = np.maximum(few, often * np.arange(1, share.shape[1] + 1))
    return np.asarray(times <= most)


def without_event(events: Events | None, name: str) -> Events | None:
    """The events but for those of a name."""
    if events is None or name not in events.names:
        return events
    kept = np.flatnonzero(events.name != events.names.index(name))
    if not kept.size:
        return None
    return dataclasses.replace(
        events,
        name=events.name[kept],
        place=events.place[kept],
        starts=events.starts[kept],
        ends=events.ends[kept],
    )
