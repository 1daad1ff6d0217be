"""Who may order when, and when that arrives: the same for every policy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats, Integers
from experiments.replay.ground import Ground
from optimization.problem import Cycles
from planning.problem import plan_cycles

LEAD_TIMES = 1
"""Number of the stream of random numbers that lead times are drawn from."""


@dataclass(frozen=True)
class Moment:
    """The close of a bucket at which N series may order. Days count from the replay's start."""

    bucket: int
    rows: Integers  # N, which of the S series
    cycles: Cycles  # of these, days from the close of the bucket
    expected: Integers  # N, day at whose opening the order is due on the shelf
    arrives: Integers  # N, day at whose opening it is


def schedule(ground: Ground, drawn: bool) -> list[Moment]:
    """Every moment at which some series may order, in order of time.

    A supplier that takes no orders on the last day of a bucket gets the order on its next
    order day within the bucket that follows, decided on what was known at the close. `drawn`:
    lead times vary by their standard deviation, by a seed.
    """
    review = ground.terms.frame["review_period_days"].to_numpy()
    due = np.zeros(ground.series, dtype=np.int64)
    moments = []
    for bucket in range(ground.first, ground.calendar.count - 1):
        day = ground.day(bucket)
        rows = np.flatnonzero(due <= day)
        if not rows.size:
            continue
        cycles = cycles_at(ground, bucket, rows)
        now = cycles.order_day[:, 0] < ground.length(bucket + 1)
        rows, cycles = rows[now], cycles.take(np.flatnonzero(now))
        if not rows.size:
            continue
        order_day, arrival = cycles.order_day[:, 0], cycles.arrival_day[:, 0]
        due[rows] = day + order_day + review[rows]
        late = _delays(ground, bucket)[rows] if drawn else 0
        arrives = np.maximum(arrival + late, order_day + 1)
        moments.append(Moment(bucket, rows, cycles, day + arrival, day + arrives))
    return moments


def cycles_at(ground: Ground, bucket: int, rows: Integers) -> Cycles:
    """The cycles of some series as planned at the close of a bucket."""
    frame = ground.terms.frame.iloc[rows].reset_index(drop=True)
    calendar = ground.calendar_at(bucket)
    return plan_cycles(ground.dataset, calendar, frame, ground.horizon_days)


def _delays(ground: Ground, bucket: int) -> Integers:
    """Days by which orders of this moment come late (negative: early), S."""
    spread: Floats = ground.terms.frame["lead_time_std_days"].to_numpy()
    if not spread.any():
        return np.zeros(ground.series, dtype=np.int64)
    draw = np.random.default_rng([ground.settings.solver.seed, LEAD_TIMES, bucket])
    return np.rint(draw.standard_normal(ground.series) * spread).astype(np.int64)
