"""What a policy is shown at a review: its own history, its position, and what lies ahead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from domain.terms import Floats
from experiments.replay.ground import Ground
from experiments.replay.known import Portion, ahead_of, means_of
from experiments.replay.sight import Sight
from experiments.replay.state import State
from optimization.policies import Ahead, Review


def review_of(ground: Ground, part: Portion, sight: Sight, state: State, factor: Floats) -> Review:
    """What a policy is shown of a portion: its own history and position.

    `factor`: S, what it is calibrated by.
    """
    frame, rows = part.situation.terms.frame, part.rows

    def level(name: str) -> Floats:
        return np.asarray(pd.to_numeric(frame[name]).to_numpy(np.float64))

    def look_ahead() -> Ahead:
        ahead = sight.ahead(part.bucket, part.number, lambda made: ahead_of(part, made))
        cycles = ahead.problem.cycles
        supply, before = state.supply(cycles, rows, ground.day(part.bucket))
        problem = replace(ahead.problem, supply=supply, before_supply=before)
        return replace(ahead, problem=problem)

    history, censored, days = sight.history(part.bucket, rows)
    return Review(
        settings=ground.settings,
        bucket=ground.calendar.bucket,
        on_hand=state.on_hand[rows],
        on_order=state.on_order[rows],
        backordered=state.backordered[rows],
        minimum=frame["minimum_order_quantity"].to_numpy(np.float64),
        multiple=frame["order_multiple"].to_numpy(np.float64),
        history=history,
        censored=censored,
        bucket_days=days,
        reorder_point=level("reorder_point"),
        order_up_to_level=level("order_up_to_level"),
        minimum_stock=level("minimum_stock"),
        maximum_stock=level("maximum_stock"),
        calibrated_factor=factor[rows],
        look_ahead=look_ahead,
        look_at_means=lambda: means_of(part, sight.forecast(part.bucket)),
    )
