"""Orders that users really made, to be walked beside those of policies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.periods import Day
from domain.terms import Integers
from experiments.orders_made import order_parts
from experiments.replay.batch import Batch
from planning.dataset import Dataset
from planning.supply import row_of

NOT_COME = 1_000_000
"""Day on which what has not come arrives: after every replay."""


@dataclass(frozen=True)
class OrderRecord:
    """Parts of order lines of S series, N of them, placed until the last day of a replay."""

    ordered: Integers  # N, day on which it was ordered, counted from the replay's start
    parts: Batch  # N, what has not come until the data ends arrives at NOT_COME
    others: int  # parts of orders for what is not replayed

    @property
    def under_way(self) -> Batch:
        """What was ordered by the start and came in after it.

        What came in on the day of the start, for the shelf of the next, was counted at its close.
        """
        arrives = self.parts.arrives
        return self.parts.part((self.ordered <= 0) & (arrives > 1) & (arrives < NOT_COME))

    def placed(self, after: int, until: int) -> tuple[Integers, Batch]:
        """What was ordered after the close of one day and until that of another, with its days."""
        now = (self.ordered > after) & (self.ordered <= until)
        return self.ordered[now], self.parts.part(now)


def order_record(
    dataset: Dataset, frame: pd.DataFrame, start: Day, last: Day
) -> OrderRecord | None:
    """The record of the series of `frame` (terms); None where a dataset has no orders by then.

    An order counts from the day it was made. `dataset` may know of days after the last: that it
    came in then is what made a row of `receipts` of an open order, and says no more of it.
    """
    parts = order_parts(dataset)
    if parts is None:
        return None
    parts = parts[parts["ordered_on"] <= pd.Timestamp(last)]
    rows = row_of(frame, parts)
    mine, rows = parts[rows >= 0], rows[rows >= 0]
    if not rows.size:
        return None
    lead = np.ceil(frame["lead_time_days"].to_numpy(np.float64)).astype(np.int64)[rows]
    ordered = _days(mine["ordered_on"], start)
    promised = mine["due_on"].notna().to_numpy()
    came = mine["usable_on"].notna().to_numpy()
    return OrderRecord(
        ordered=ordered,
        parts=Batch(
            rows=rows,
            units=mine["quantity"].to_numpy(np.float64),
            expected=np.where(promised, _days(mine["due_on"], start), ordered + lead + 1),
            arrives=np.where(came, _days(mine["usable_on"], start), NOT_COME),
        ),
        others=len(parts) - rows.size,
    )


def _days(dates: pd.Series, start: Day) -> Integers:
    """Days from the start; of a blank date the smallest number there is."""
    return np.asarray((dates.to_numpy().astype("datetime64[D]") - start).astype(np.int64))
