"""What came after the origins of a pass, beside what had been forecast for it."""

from __future__ import annotations

import numba

from domain.terms import Floats, Integers, Known
from forecasting.arrays import History, Record, Seasonal
from forecasting.open_sums import damping
from forecasting.threads import compiled

OUTSIDE, OBSERVED = int(Known.OUTSIDE), int(Known.OBSERVED)


@compiled()
def _came(
    history: History, seasonal: Seasonal, s: int, record: Record, n: int, o: int, damp: Floats
) -> None:
    """What an origin's forecast was of the buckets after it, and what came."""
    y, known = history.demand[s], history.known[s]
    year, profile = seasonal.yearly[seasonal.category[s]], record.profile[n, o]
    level, slope = float(record.level[n, o]), float(record.slope[n, o])
    t, lengths = record.origins[o], record.lengths
    most = min(lengths[lengths.size - 1], y.size - 1 - t)
    if t < history.first[s]:
        most = 0
    j, seen, alone, expected, came = 0, 0, 0.0, 0.0, 0.0
    for h in range(1, most + 1):
        if known[t + h] == OUTSIDE:
            break
        if known[t + h] == OBSERVED:
            alone = max(0.0, level + slope * damp[h])
            alone *= profile[seasonal.positions[t + h]] * year[t + h]
            expected += alone
            came += y[t + h]
            seen += 1
        if h == lengths[j]:
            if 2 * seen >= h:
                record.mean[n, o, j], record.actual[n, o, j] = expected, came
            if known[t + h] == OBSERVED:
                record.bucket_mean[n, o, j], record.bucket_actual[n, o, j] = alone, y[t + h]
            j += 1


@compiled(parallel=True)
def look_back(history: History, seasonal: Seasonal, series: Integers, record: Record) -> None:
    """Fill in the sums after the origins of a record whose levels stand."""
    damp = damping(record.lengths[record.lengths.size - 1])
    for n in numba.prange(series.size):
        for o in range(record.origins.size):
            _came(history, seasonal, series[n], record, n, o, damp)
