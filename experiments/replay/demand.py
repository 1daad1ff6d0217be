"""What came: recorded sales where they were demand, else drawn from what was forecast."""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers, Known
from experiments.replay.ground import Ground
from forecasting.result import Forecast

DEMAND = 2
"""Number of the stream of random numbers that demand is drawn from."""
LEVELS = np.concatenate([[0.0005, 0.005], np.linspace(0.01, 0.99, 99), [0.995, 0.9995]])


def demand_of(ground: Ground, bucket: int, forecast: Forecast) -> Floats:
    """Units that customers wanted in a bucket [S].

    Where the bucket was sold out for a part or its demand is not known, it is drawn by a seed
    from the distribution that the newest forecast gave it (`forecast`, of before the bucket):
    given that it was at least what was sold, where nobody knows how long it was sold out;
    else what was sold and, for the share without stock, as much of a drawn bucket.
    """
    demand = ground.panel.demand[ground.rows, bucket].astype(np.float64)
    known = ground.panel.known[ground.rows, bucket]
    rows = np.flatnonzero((known == Known.LOWER_BOUND) | (known == Known.UNKNOWN))
    if not rows.size:
        return demand
    seed = ground.settings.solver.seed
    chance = np.random.default_rng([seed, DEMAND, bucket]).random(ground.series)[rows]
    share = np.zeros(rows.size)
    if ground.panel.stockout_share is not None:
        share = ground.panel.stockout_share[ground.rows[rows], bucket].astype(np.float64)
    share = np.where(known[rows] == Known.UNKNOWN, 1.0, share)
    curve = _curve(ground, bucket, forecast, ground.rows[rows])
    sold = demand[rows]
    below = np.where(share > 0, 0.0, _level_of(curve, sold))
    drawn = _quantile(curve, below + (1.0 - below) * chance)
    wanted = np.where(share > 0, sold + share * drawn, np.maximum(drawn, sold))
    whole = ground.whole[rows]
    demand[rows] = np.where(whole, np.floor(wanted + 0.5), wanted)
    return demand


def _curve(ground: Ground, bucket: int, forecast: Forecast, series: Integers) -> Floats:
    """Quantiles of the bucket's demand at LEVELS, N × K."""
    origin = forecast.calendar.as_of
    ends = ground.calendar.end_of(np.array([bucket - 1, bucket])) - origin
    start, end = (np.full((series.size, 1), int(day)) for day in ends.astype(np.int64))
    _, curve = forecast.windows(start, end, LEVELS, series)
    return np.asarray(curve[:, 0, :])


def _level_of(curve: Floats, units: Floats) -> Floats:
    """P(demand ≤ units), at most the last level [N]."""
    return LEVELS[np.maximum((curve <= units[:, None]).sum(axis=1) - 1, 0)] * (curve[:, 0] <= units)


def _quantile(curve: Floats, level: Floats) -> Floats:
    """The quantile at each row's own level, between those known by a line [N]."""
    above = np.clip(np.searchsorted(LEVELS, level), 1, LEVELS.size - 1)
    row = np.arange(level.size)
    low, high = LEVELS[above - 1], LEVELS[above]
    share = np.clip((level - low) / (high - low), 0.0, 1.0)
    below = curve[row, above - 1]
    return np.asarray(below + share * (curve[row, above] - below))
