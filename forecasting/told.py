"""What models of one series are told: its demand, and events and promotions known by then."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from domain.settings import Settings
from domain.terms import Floats, Known, Panel
from forecasting.events.columns import EventSource
from forecasting.events.indicators import event_indicators
from forecasting.models.one_series import History, NotFittedError


@dataclass(frozen=True)
class Told:
    """A panel, and the events of all its buckets and of those ahead."""

    panel: Panel
    events: Mapping[str, Floats]
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
            events=_shown(self.events, first, count, ahead),
            regressors=self._promoted(row, first, count, ahead),
            seed=self.seed,
        )

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


def told_of(panel: Panel, settings: Settings, ahead: int) -> Told:
    """What models are told of a panel, `ahead` buckets beyond its last."""
    source = EventSource(settings.shopping_events, settings.country)
    events = event_indicators(source, panel.calendar, panel.buckets + ahead)
    return Told(panel, events, settings.solver.seed)


def _shown(events: Mapping[str, Floats], first: int, count: int, ahead: int) -> dict[str, Floats]:
    """Events of buckets first … count + ahead - 1, those that came by the first `count` alone."""
    return {
        name: column[first : count + ahead]
        for name, column in events.items()
        if column[first:count].any()
    }
