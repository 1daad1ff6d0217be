"""Alerts of a dataset, as tables and pages say them: what moved, and what it is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.periods import Bucket
from domain.terms import Floats
from experiments.monitoring.alerts import Alerts, alerts
from experiments.monitoring.detectors import DETECTORS, Watchable
from experiments.monitoring.known import Seen
from forecasting.classes import NAMES
from planning.report.page_words import number
from planning.supply import row_of

COLUMNS = ("sku", "location", "description", "detector", "units", "money", "p", "sentence")
CODES = {str(name): code for code, name in enumerate(NAMES)}


def watchable(seen: Seen) -> Watchable:
    """What detectors look at."""
    daily = seen.calendar.bucket is Bucket.DAY
    counted = bool(seen.counted.any())
    return Watchable(
        demand=seen.demand,
        like=np.array([CODES[str(name)] for name in seen.demand_class], np.int64),
        apart=7 if daily else 1,
        counts=np.where(seen.counted, seen.on_hand, np.nan) if counted else None,
        received=received(seen),
    )


def received(seen: Seen) -> Floats | None:
    """Units delivered in each bucket [S × T]; None where deliveries are not recorded."""
    table = seen.dataset.table("receipts")
    if table is None or table.empty:
        return None
    out: Floats = np.zeros_like(seen.demand)
    rows = row_of(seen.terms.frame, table)
    place = seen.calendar.index_of(table["received_on"].to_numpy().astype("datetime64[D]"))
    kept = (rows >= 0) & (place >= 0) & (place < seen.calendar.count)
    np.add.at(out, (rows[kept], place[kept]), table["quantity"].to_numpy(np.float64)[kept])
    return out


def alert_frame(seen: Seen) -> pd.DataFrame:
    """A row an alert, most money first: `COLUMNS`."""
    return _told(seen, alerts(watchable(seen)))


def _told(seen: Seen, found: Alerts) -> pd.DataFrame:
    """Alerts in words; what lasts is worth the steps until an order of today can answer."""
    frame = seen.terms.frame.iloc[found.series]
    step = Bucket.WEEK if seen.calendar.bucket is Bucket.DAY else seen.calendar.bucket
    days = (frame["lead_time_days"] + frame["review_period_days"]).to_numpy(np.float64)
    times = np.where(found.lasts, np.maximum(days / step.mean_days, 1.0), 1.0)
    rows = pd.DataFrame(
        {
            **{name: frame[name].to_numpy() for name in ("sku", "location", "description")},
            "detector": list(found.detector),
            "units": found.units,
            "money": np.abs(found.units) * times * seen.cost[found.series],
            "p": found.p,
            "sentence": [
                _sentence(name, float(units), step.value)
                for name, units in zip(found.detector, found.units, strict=True)
            ],
        }
    )
    order = ["money", "sku", "location"]
    return rows.sort_values(order, ascending=[False, True, True], kind="stable", ignore_index=True)


def _sentence(detector: str, units: float, step: str) -> str:
    """What moved, in words."""
    words = DETECTORS.get(detector).says
    more, gone = ("more", "gone") if units > 0 else ("fewer", "too many")
    return words.format(units=number(abs(units)), more=more, gone=gone, step=step)
