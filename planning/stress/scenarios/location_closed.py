"""A location closes for a while."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from domain.periods import ONE_DAY, Day
from domain.terms import Floats
from planning.dataset import Dataset
from planning.problem import plan_cycles
from planning.situation import Situation
from planning.stress.scenarios import SCENARIOS, Spared, Struck
from planning.supply import OpenOrders


@SCENARIOS.register("location_closed")
@dataclass(frozen=True)
class LocationClosed:
    """For `days` days from tomorrow a location sells nothing and takes nothing in.

    What customers would have bought meanwhile is no shortage, as no order could have served it:
    it is not counted. Goods that would come wait until the location opens. Locations do not share
    costs: what one of them costs if closed alone is the sum of its items.
    """

    days: int = 14

    def strike(self, situation: Situation, ordered: Floats) -> Struck | Spared:
        """See `Scenario.strike`."""
        frame = situation.terms.frame
        dataset = _closed(situation.dataset, situation.as_of, self.days)
        horizon = situation.horizon_days + self.days
        lines = situation.open_orders.frame
        waiting = lines["usable_from"].clip(lower=self.days + 1)
        forecast = situation.forecast
        opens = forecast.starts_day.copy()
        opens[situation.rows] = np.maximum(opens[situation.rows], self.days)
        return Struck(
            np.arange(situation.series),
            replace(
                situation,
                dataset=dataset,
                open_orders=OpenOrders(lines.assign(usable_from=waiting)),
                forecast=replace(forecast, starts_day=opens),
                horizon_days=horizon,
                cycles=plan_cycles(dataset, situation.calendar, frame, horizon),
            ),
            f"The location is closed for {self.days} days from tomorrow: it sells nothing and takes"
            " nothing in. What is not sold meanwhile is no shortage, as no order could serve it.",
        )


def _closed(dataset: Dataset, as_of: Day, days: int) -> Dataset:
    """The dataset with a closure of every location from the day after `as_of`."""
    if days < 1:
        return dataset
    added = pd.DataFrame(
        {
            "supplier": pd.Series([None], dtype="str"),
            "location": pd.Series([None], dtype="str"),
            "starts_on": [pd.Timestamp(as_of + ONE_DAY)],
            "ends_on": [pd.Timestamp(as_of + days * ONE_DAY)],
            "stops": ["receiving"],
        }
    )
    known = dataset.table("closures")
    closures = added if known is None else pd.concat([known, added], ignore_index=True)
    return replace(dataset, tables={**dataset.tables, "closures": closures})
