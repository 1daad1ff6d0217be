"""What planners and customers had said by a moment of the past, laid on its forecast.

Items that replace one another are one demand, as they are in a plan. A planner's word counts from
the day it was made, a customer's order from the day it was placed until the day it ships; how much
of it has left is told by the table as it is now, so that what is still to ship counts whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from domain.periods import Day
from domain.terms import Panel
from forecasting.past import Rolling
from forecasting.result import Forecast
from forecasting.succession import joined, shared_out
from planning.adjustments import adjusted
from planning.customer_orders import with_customer_orders
from planning.dataset import Dataset
from planning.lineage import successions
from planning.presales import settled


@dataclass(frozen=True)
class Told:
    """What was said of the series of a panel, with the days on which it was."""

    series: pd.DataFrame  # a row per series: sku, location, category, replaces, launched_on
    dataset: Dataset  # what was said until the end of the replay

    def forecast(self, rolling: Rolling, panel: Panel) -> Forecast:
        """The forecast after a panel's last bucket, before anybody said a word."""
        chains = successions(self.series, panel)
        return shared_out(rolling.at(joined(panel, chains)), chains)

    def heard(self, plain: Forecast, panel: Panel) -> Forecast:
        """The same with what had been said by then; itself where that is nothing.

        `panel`: history as it was seen by then.
        """
        as_of = plain.calendar.as_of
        words = self.dataset.table("adjustments")
        if words is not None:
            words = words[~(words["made_on"] > pd.Timestamp(as_of))]
        made, _ = adjusted(words, self.series, plain)
        return with_customer_orders(made, self._ordered_by(as_of), self.series, panel)

    def _ordered_by(self, as_of: Day) -> Dataset:
        """Customers' orders that had not left yet, and settled presales; no stock has claims."""
        table, now = self.dataset.table("customer_orders"), pd.Timestamp(as_of)
        if table is None:
            return replace(self.dataset, tables={})
        coming = (table["ordered_on"] <= now) & (table["ship_on"] > now)
        there = table[coming | settled(table, as_of)]
        left = there["quantity_shipped"].where(there["ship_on"] <= now, 0.0)
        there = there.assign(quantity_shipped=left)
        return replace(self.dataset, tables={"customer_orders": there})


def said_in(dataset: Dataset, series: pd.DataFrame) -> Told:
    """What a dataset says of series; only its words and its customers' orders."""
    names = ("adjustments", "customer_orders")
    tables = {name: dataset.tables[name] for name in names if name in dataset.tables}
    return Told(series.reset_index(drop=True), replace(dataset, tables=tables))
