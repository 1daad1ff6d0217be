"""`capacity_m3` of locations: space for what is in stock."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.errors import PlanError
from optimization.constraints import LIMITS, Limit
from planning.dataset import Dataset
from planning.item_costs import numbers
from planning.limits import SHARED
from planning.limits.reading import gives
from planning.network import likeness_of
from planning.situation import Situation


class Storage:
    """A limit for each location with a capacity."""

    words = "storage"

    def given(self, dataset: Dataset) -> bool:
        """Whether a location has a capacity."""
        return gives(dataset, "locations", "capacity_m3")

    def limits(self, situation: Situation) -> list[Limit]:
        """Its limits. Raises PlanError for one that the data cannot measure."""
        table = situation.dataset.table("locations")
        if table is None:
            return []
        kind, frame = LIMITS.get("storage"), situation.terms.frame
        volume = numbers(frame, "volume_m3")
        percentile = situation.dataset.settings.storage_percentile
        found: list[Limit] = []
        for place in table[table["capacity_m3"].notna()].itertuples():
            here = frame["location"] == place.location
            if not here.any():
                continue
            if not (volume[here] > 0).any():
                raise PlanError(
                    f"{place.location} has a capacity, but no item there has a volume",
                    "volume_m3",
                    "Give volume_m3 in items, or leave capacity_m3 blank.",
                )
            likeness = 0.0 if percentile is None else _likeness(situation, here, volume)
            found.append(kind(place.location, float(place.capacity_m3), percentile, likeness))
        return found


SHARED.register("storage")(Storage())


def _likeness(situation: Situation, here: pd.Series, volume: pd.Series) -> float:
    """Correlation of the past demand, in space, of the items at a location."""
    which = np.flatnonzero(here & (volume > 0))
    taken = situation.panel.demand[situation.rows[which]] * volume.to_numpy()[which, None]
    return likeness_of(taken, np.zeros(which.size, dtype=np.int64))
