"""How well every way to forecast of a contest forecasts: by demand class and horizon.

Told beside the contest, and decides nothing: cost does. Origins lie in the days that are judged,
for nobody learns on them here: each forecast knows what was known at its origin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.errors import DataError
from domain.settings import Settings
from experiments.backtest.contenders import answer_of
from experiments.backtest.ground import Asks, lay, moments
from experiments.backtest.measures import LOSS, SUM_LOSS
from experiments.backtest.tally import ALL, Tally
from experiments.retraining.known import Known

ORIGINS = 2
"""Days of the past that forecasts are made after, a horizon apart."""
MEASURES = ("bias", "wape", "rmsse", LOSS, SUM_LOSS, "sum_coverage_0.95")
"""Those that are told (DESIGN §7)."""


@dataclass(frozen=True)
class Accuracy:
    """Measures of one way to forecast."""

    rows: tuple[Mapping[str, object], ...]
    """demand_class, horizon ("all", or buckets ahead), buckets_scored and `MEASURES`; None: none"""

    def overall(self) -> dict[str, float]:
        """Over the whole horizon, by `measure/class`."""
        return {
            f"{name}/{row['demand_class']}": float(str(row[name]))
            for row in self.rows
            for name in MEASURES
            if row["horizon"] == ALL and row[name] is not None
        }

    def by_horizon(self) -> dict[str, dict[int, float]]:
        """By `measure by horizon/class` and buckets ahead."""
        found: dict[str, dict[int, float]] = {}
        for row in self.rows:
            for name in MEASURES:
                if row["horizon"] != ALL and row[name] is not None:
                    key = f"{name} by horizon/{row['demand_class']}"
                    found.setdefault(key, {})[int(str(row["horizon"]))] = float(str(row[name]))
        return found


def backtested(known: Known, settings: Sequence[Settings]) -> list[Accuracy]:
    """The accuracy of each settings' forecasts, on the same origins; nothing where history is
    too short.
    """
    try:
        ground = lay(known.name, known.sample, Asks(ORIGINS, as_of=known.calendar.as_of))
    except DataError:
        return [Accuracy(()) for _ in settings]
    tallies = [Tally(ground) for _ in settings]
    for moment in moments(ground):
        for one, tally in zip(settings, tallies, strict=True):
            made = moment.past.forecast(one)
            tally.add(answer_of(made, moment.past), moment)
    return [_accuracy(tally) for tally in tallies]


def _accuracy(tally: Tally) -> Accuracy:
    """What is told of a tally."""
    kept = ["demand_class", "horizon", "buckets_scored", *MEASURES]
    frame = tally.frame("")[kept].astype(object)
    records = frame.where(frame.notna(), None).to_dict("records")
    return Accuracy(
        tuple({str(key): _plain(value) for key, value in row.items()} for row in records)
    )


def _plain(value: object) -> object:
    """As JSON holds it."""
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value


def accuracy_frame(found: Mapping[str, Accuracy]) -> pd.DataFrame:
    """All rows, a contender after another."""
    parts = [
        pd.DataFrame(list(one.rows)).assign(contender=name)
        for name, one in found.items()
        if one.rows
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
