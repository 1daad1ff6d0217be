"""The demand distributions a solve needs, asked of the forecast for every cycle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats, Integers
from planning.shelf_life import unsold_day
from planning.situation import Situation

LEVELS = np.array(
    [
        0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9,
        0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999,
    ]
)  # fmt: skip
"""Where every distribution is known [K]; each series' own level is added to them."""
NO_LEVELS = np.zeros(0)


@dataclass(frozen=True)
class Distributions:
    """Demand summed over days 1 … d, as known when each decision is taken (see `Problem`)."""

    levels: Floats  # S × K, ascending
    floor: Floats  # S × U, units
    knots: Floats  # S × U × P × K, units
    mean: Floats  # S × U × P, units: mean demand of days 1 … d
    before_knots: Floats  # S × Q × K
    late_floor: Floats  # S
    late_knots: Floats  # S × K, through the day on which what is left is slow, or too old
    cycle_knots: Floats  # S × K, units: demand of the first cycle's days alone
    late_mean: Floats  # S, units: mean demand through the last cycle + slow_moving_days


def own_levels(own: Floats) -> Floats:
    """The common levels with each series' own among them, ascending [S × K + 1]."""
    common = np.broadcast_to(LEVELS, (own.size, LEVELS.size))
    return np.sort(np.concatenate([common, own[:, None]], axis=1), axis=1)


def distributions(situation: Situation) -> Distributions:
    """Everything `Problem` needs to know of demand."""
    cycles, frame = situation.cycles, situation.terms.frame
    levels = own_levels(frame["target_level"].to_numpy())
    spread = frame["lead_time_std_days"].to_numpy()
    series, decisions, points = cycles.point_day.shape
    start = np.repeat(cycles.order_day, points, axis=1)
    end = cycles.point_day.reshape(series, -1)
    mean, knots = situation.windows(start, end, levels, spread if spread.any() else None)
    alive = np.arange(decisions) < cycles.count[:, None]
    floor = means_through(situation, cycles.order_day) * alive
    knots = knots.reshape(series, decisions, points, -1)
    knots += floor[:, :, None, None]
    knots[cycles.point_day < 0] = 0.0
    summed = mean.reshape(series, decisions, points) + floor[:, :, None]
    summed[cycles.point_day < 0] = 0.0
    now = np.zeros_like(cycles.before_day)
    _, before = situation.windows(now, cycles.before_day, levels)
    row, last = np.arange(series), cycles.count - 1
    slow_days = situation.dataset.settings.slow_moving_days
    late_end = cycles.end_day[row, last] + slow_days
    begin = cycles.order_day[row, last][:, None]
    late_mean, late = situation.windows(begin, late_end[:, None], levels)
    unsold = unsold_day(frame, cycles, slow_days)
    if (unsold < late_end).any():
        _, late = situation.windows(begin, unsold[:, None], levels)
    late_floor = floor[row, last]
    _, alone = situation.windows(cycles.arrival_day[:, :1] - 1, cycles.end_day[:, :1], levels)
    return Distributions(
        levels=levels,
        floor=floor,
        knots=knots,
        mean=summed,
        before_knots=before,
        late_floor=late_floor,
        late_knots=late[:, 0, :] + late_floor[:, None],
        cycle_knots=alone[:, 0, :],
        late_mean=late_mean[:, 0] + late_floor,
    )


def means_through(situation: Situation, days: Integers) -> Floats:
    """Mean demand of days 1 … day for each of S × … days; 0 where day is not above 0."""
    flat = days.reshape(situation.series, -1)
    mean, _ = situation.windows(np.zeros_like(flat), flat, NO_LEVELS)
    return np.where(flat > 0, mean, 0.0).reshape(days.shape)
