"""Alerts of the newest plan, its stock-outs as they look by now."""

from __future__ import annotations

import pandas as pd

from api.http.paging import Frames, Grounds
from domain.errors import PlanError
from domain.periods import ONE_DAY
from planning.store.service.interface import ServiceStore
from planning.store.service.records import StoredPlan
from planning.what_if.stockouts import Since, calendar_of, refreshed


class Alerts:
    """The exceptions of a plan and what has become known since, reckoned once a version."""

    def __init__(self, frames: Frames, grounds: Grounds) -> None:
        self.frames, self.grounds = frames, grounds
        self._kept: tuple[tuple[str, int], pd.DataFrame] | None = None

    def frame(self, store: ServiceStore, plan: StoredPlan) -> pd.DataFrame:
        """Rows of EXCEPTIONS, the most money first."""
        known = (plan.id, store.version())
        kept = self._kept
        if kept is not None and kept[0] == known:
            return kept[1]
        found = self.frames.frame(store, plan.id, "exceptions")
        if known[1] != plan.version:
            found = self._by_now(store, plan, found)
        self._kept = (known, found)
        return found

    def _by_now(self, store: ServiceStore, plan: StoredPlan, planned: pd.DataFrame) -> pd.DataFrame:
        try:
            ground = self.grounds.ground(store, plan.id)
        except PlanError:  # of a Restock that kept nothing to reckon from
            return planned
        as_of = calendar_of(ground).as_of
        stock, sales = store.since("stock", str(as_of)), store.since("sales", str(as_of + ONE_DAY))
        return refreshed(planned, ground, Since(stock, sales))
