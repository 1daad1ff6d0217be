"""What the trees are told of the bucket that is forecast: where it lies, and a year before it.

A year before it there is what the series itself did, and what its like did (`group_features`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.periods import Bucket, as_days, weekday
from domain.terms import Floats, Integers, Known, Panel, Singles
from forecasting.events.columns import EventSource
from forecasting.global_model.known_ahead import known_ahead
from forecasting.global_model.past_features import Past
from forecasting.global_model.ratios import FAINT, MOST, YEAR
from forecasting.threads import compiled

AROUND = {Bucket.DAY: 10, Bucket.WEEK: 1, Bucket.MONTH: 0}
"""Buckets before and after the one a year ago that are averaged with it."""
OBSERVED = int(Known.OBSERVED)


@compiled()
def _a_year_ago(
    demand: Singles, known: np.ndarray, first: Integers, series: Integers, target: Integers,
    year: int, around: int, out: Floats,
) -> None:  # fmt: skip
    """`out` N: mean observed demand around the bucket one year before `target`; NaN: not lived.

    All of it lies before the origin, which is at most a year less `around` before the target.
    """
    for n in range(series.size):
        s, middle = series[n], target[n] - year
        total, seen = 0.0, 0
        if middle - around >= first[s]:
            for t in range(middle - around, min(middle + around + 1, demand.shape[1])):
                if known[s, t] == OBSERVED:
                    total += demand[s, t]
                    seen += 1
        out[n] = total / seen if seen > 0 else np.nan


@dataclass(frozen=True)
class Rows:
    """N pairs of an origin and a bucket ahead of it, each of one series."""

    series: Integers  # N
    place: Integers  # N, of the origin among those of `Past`
    origin: Integers  # N, its bucket
    ahead: Integers  # N, buckets from it
    local: Floats | Singles  # N, what the local model expects, units; NaN: not known


def future_features(
    panel: Panel, past: Past, rows: Rows, events: EventSource
) -> tuple[tuple[str, ...], Singles]:
    """Names, and N × G values, of the buckets ahead."""
    bucket, target = panel.calendar.bucket, rows.origin + rows.ahead
    scale = past.scale[rows.series, rows.place]
    ago = np.empty(scale.size)
    _a_year_ago(
        panel.demand, panel.known, panel.first, rows.series, target, YEAR[bucket], AROUND[bucket],
        ago,
    )  # fmt: skip
    usual, before = np.moveaxis(past.year[rows.series, rows.place], 1, 0)
    moved = (ago + FAINT * usual) / (before + FAINT * usual + 1e-12 * scale)
    found = {
        "ahead": rows.ahead,
        "shape": np.clip(rows.local / scale, 0.0, MOST),
        "year_ago": np.clip(ago / scale, 0.0, MOST),
        "year_move": np.clip(moved, 0.0, MOST),
        **_calendar(panel, target, events),
        **known_ahead(panel, rows.series, target),
    }
    for group in past.groups:
        found |= group.moves(bucket, rows.series, rows.place, target)
    values = np.stack([np.asarray(value, np.float32) for value in found.values()], axis=1)
    return tuple(found), values


def _calendar(panel: Panel, target: Integers, events: EventSource) -> dict[str, Integers | Floats]:
    """Day of the year of the bucket's first day; for days also of week and month; events.

    In its first year the day of the year is but another name for time, and is left out.
    """
    calendar = panel.calendar
    low, high = int(target.min(initial=0)), int(target.max(initial=0))
    day = as_days(calendar.starts(low, high + 1))
    month = day.astype("datetime64[M]").astype("datetime64[D]")
    year = day.astype("datetime64[Y]").astype("datetime64[D]")
    found: dict[str, Integers | Floats] = {}
    if panel.buckets > YEAR[calendar.bucket]:
        found["day_of_year"] = (day - year).astype(np.int64)
    if calendar.bucket is Bucket.DAY:
        found |= {"weekday": weekday(day), "day_of_month": (day - month).astype(np.int64)}
    found |= events.columns(calendar, low, high + 1)
    return {name: value[target - low] for name, value in found.items()}
