"""What a plan is expected to waste: units that grow too old before they are sold."""

from __future__ import annotations

import numpy as np

from domain.terms import Floats
from optimization.expectation import expected_losses
from planning.distributions import LEVELS
from planning.shelf_life import shelf_lives
from planning.situation import Situation


def expected_waste(situation: Situation, supply: Floats) -> Floats:
    """E(C - D)⁺ at the last day today's order can be sold: units, S (see `shelf_life`).

    `supply` [C]: all there is and comes by the end of the first cycle, today's order included.
    0 for shelf lives that end after all that the plan looks at.
    """
    life, cycles = shelf_lives(situation.terms.frame), situation.cycles
    last = cycles.end_day[np.arange(situation.series), cycles.count - 1]
    day = cycles.arrival_day[:, 0] + life - 1
    rows = np.flatnonzero(day <= last + situation.dataset.settings.slow_moving_days)
    waste = np.zeros(situation.series)
    if rows.size:
        part = situation.take(rows)
        until = day[rows, None].astype(np.int64)
        _, knots = part.windows(np.zeros_like(until), until, LEVELS)
        levels = np.repeat(LEVELS[None], rows.size, axis=0)
        over, _ = expected_losses(levels, np.zeros(until.shape), knots, supply[rows, None])
        waste[rows] = over[:, 0]
    return waste


def ages(situation: Situation) -> bool:
    """Whether any item has a shelf life."""
    return bool(np.isfinite(shelf_lives(situation.terms.frame)).any())


def waste_cost(situation: Situation) -> Floats:
    """What a wasted unit costs: unit cost less what it is still worth, money, S."""
    frame = situation.terms.frame
    return np.maximum((frame["unit_cost"] - frame["salvage_value"]).to_numpy(), 0.0)
