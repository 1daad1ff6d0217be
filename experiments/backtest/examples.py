"""Which series the page draws: three the forecast met as it usually does, three it missed most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.periods import as_days
from domain.terms import Integers
from experiments.backtest.charts import Fan
from experiments.backtest.measures import LOSS, measures, places
from experiments.backtest.run import Backtest

EACH = 3
BUSY = 0.5
"""Share of the series, those that sold most, among which examples are looked for."""
HISTORY = {"day": 42, "week": 26, "month": 24}
"""Buckets of history drawn."""
FAN = np.array([0.1, 0.9])


@dataclass(frozen=True)
class Example:
    """A series that is drawn."""

    sku: str
    location: str
    loss: float  # scaled quantile loss at the last origin
    fan: Fan


def examples(made: Backtest) -> tuple[list[Example], list[Example]]:
    """Typical ones and the worst, at the last origin, among series that sell."""
    last, ground = made.last, made.ground
    pairs = measures(made.answer, last.truth, ground.levels, ground.reported)
    loss, counted = next((top[:, -1], low[:, -1]) for name, top, low in pairs if name == LOSS)
    sold = last.past.panel.demand.sum(axis=1, dtype=np.float64)
    usable = np.flatnonzero((counted > 0) & (sold > 0))
    if not usable.size:
        return [], []
    busy = usable[sold[usable] >= np.quantile(sold[usable], 1.0 - BUSY)]
    rank = busy[np.argsort(loss[busy], kind="stable")]
    middle = rank.size // 2
    few = min(EACH, max(1, rank.size // 2))
    usual = rank[max(0, middle - few // 2) :][:few]
    worst = rank[::-1][:few]
    return _drawn(made, usual, loss), _drawn(made, worst, loss)


def _drawn(made: Backtest, rows: Integers, loss: np.ndarray) -> list[Example]:
    panel, answer = made.last.past.panel, made.answer
    calendar, horizon = panel.calendar, made.ground.horizon
    shown = min(HISTORY[calendar.bucket.value], calendar.count)
    begin = calendar.count - shown
    starts = as_days(calendar.starts(begin, calendar.count + horizon))
    ends = as_days(calendar.starts(begin + 1, calendar.count + horizon + 1))
    low, high = places(made.ground.levels, FAN)
    return [
        Example(
            sku=panel.keys[row].sku,
            location=panel.keys[row].location,
            loss=float(loss[row]),
            fan=Fan(
                starts=starts,
                ends=ends,
                sold=panel.demand[row, begin:].astype(np.float64),
                came=made.last.truth.actual[row],
                mean=answer.mean[row],
                low=answer.quantiles[row, :, low],
                high=answer.quantiles[row, :, high],
            ),
        )
        for row in rows.tolist()
    ]
