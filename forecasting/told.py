"""What models of one series are told: its demand, and events and promotions known by then."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from domain.settings import Settings
from domain.terms import Floats, Integers, Known, Panel
from forecasting.events.columns import EventSource
from forecasting.events.indicators import event_indicators
from forecasting.models.one_series import History, NotFittedError

MOST_OWN = 40
"""Of the user's events, those that reach into most buckets: each is a coefficient to learn."""


@dataclass(frozen=True)
class Told:
    """A panel, and the events of all its buckets and of those ahead."""

    panel: Panel
    events: Mapping[str, Floats]  # that are the same everywhere
    own: Mapping[str, Floats]  # the user's, by name: P places × buckets, 0 to 1
    weights: Floats  # S × P, how far each series is at each place
    seed: int

    def history(self, row: int, count: int, ahead: int) -> History:
        """A series as known after `count` buckets, from its first, with `ahead` more.

        Sold-out buckets are left out. Raises NotFittedError where its life has not begun.
        """
        panel, first = self.panel, int(self.panel.first[row])
        if first >= count:
            raise NotFittedError("there is no history")
        known = panel.known[row, first:count] == Known.OBSERVED
        demand = panel.demand[row, first:count].astype(np.float64)
        return History(
            demand=np.where(known, demand, np.nan),
            starts=panel.calendar.starts(first, count + ahead),
            bucket=panel.calendar.bucket,
            events=_shown({**self.events, **self._own(row)}, first, count, ahead),
            regressors=self._promoted(row, first, count, ahead),
            seed=self.seed,
        )

    def _own(self, row: int) -> dict[str, Floats]:
        """The user's events where a series is."""
        return {name: self.weights[row] @ shares for name, shares in self.own.items()}

    def _promoted(self, row: int, first: int, count: int, ahead: int) -> dict[str, Floats]:
        """Share of each bucket on promotion, and price over the usual one, as known then."""
        known = self.panel.promotions
        if known is None:
            return {}
        calendar = self.panel.calendar
        then = known.known_at(calendar.end_of(np.array([count - 1]))[0])
        own = then.take(np.flatnonzero(then.series == row))
        own = dataclasses.replace(own, series=np.zeros(own.count, np.int64))
        columns = {
            "promotion": own.shares(calendar, 1, first, count + ahead)[0].astype(np.float64),
            "price": own.prices(calendar, 1, first, count + ahead)[0].astype(np.float64),
        }
        # What history never showed has no effect that could be known.
        return {name: x for name, x in columns.items() if np.ptp(x[: count - first]) > 0}


def told_of(
    panel: Panel, settings: Settings, ahead: int, parts: tuple[Panel, Integers] | None = None
) -> Told:
    """What models are told of a panel, `ahead` buckets beyond its last.

    `parts`: where its series are nodes, the panel they add up and the node of each of its series.
    """
    source = EventSource(settings.shopping_events, settings.country)
    width = panel.buckets + ahead
    events = event_indicators(source, panel.calendar, width)
    base, node = parts or (panel, np.arange(panel.series))
    own, weights = _own_events(base, width), np.zeros((panel.series, 0))
    if own and base.events is not None:
        weights = np.zeros((panel.series, next(iter(own.values())).shape[0]))
        np.add.at(weights, (node, base.events.of_series), 1.0)
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1.0)
    return Told(panel, events, own, weights, settings.solver.seed)


def _own_events(panel: Panel, width: int) -> dict[str, Floats]:
    """The user's events by name, P places × buckets 0 … `width` - 1, most frequent first."""
    events = panel.events
    if events is None:
        return {}
    shares = {
        f"event {name}": events.shares(name, panel.calendar, 0, width).astype(np.float64)
        for name in events.names
    }
    times = {name: int((by[:, : panel.buckets] > 0).sum()) for name, by in shares.items()}
    often = sorted((name for name in shares if times[name]), key=lambda name: (-times[name], name))
    return {name: shares[name] for name in often[:MOST_OWN]}


def _shown(events: Mapping[str, Floats], first: int, count: int, ahead: int) -> dict[str, Floats]:
    """Events of buckets first … count + ahead - 1, the largest of history being 1;
    those that came by the first `count` alone."""
    return {
        name: column[first : count + ahead] / column[first:count].max()
        for name, column in events.items()
        if column[first:count].any()
    }
