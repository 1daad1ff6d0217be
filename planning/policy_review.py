"""What a policy is shown of a situation, so that it can say what it would order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from domain.terms import Floats, Known
from optimization.policies import Ahead, Means, Review
from planning.distributions import Distributions, distributions, means_through
from planning.problem import build_problem, worth_ordering
from planning.situation import Situation

FACTOR = "shortage_factor"
"""Column of terms: what calibration, or a trial, multiplies the cost of a shortage by."""


def review_of(situation: Situation, known: Distributions | None = None) -> Review:
    """What a policy is shown of S series.

    As in a replay, costs of shortage are plain, and what calibration multiplies them by stands
    beside them: a policy that goes by it says so. `known`: demand ahead, where it was made before.
    """
    frame, panel, calendar = situation.terms.frame, situation.panel, situation.calendar
    known = distributions(situation) if known is None else known
    plain = replace(situation.terms, frame=frame.drop(columns=FACTOR, errors="ignore"))
    problem = build_problem(replace(situation, terms=plain), known)
    index = np.arange(panel.buckets)
    days = (calendar.end_of(index) - calendar.start_of(index)).astype(np.float64) + 1.0
    end = situation.cycles.end_day[:, :1]
    more = end + frame["review_period_days"].to_numpy()[:, None]
    through = means_through(situation, np.concatenate([end, more], axis=1))

    def column(name: str) -> Floats:
        return pd.to_numeric(frame[name]).to_numpy(np.float64)

    return Review(
        settings=situation.dataset.settings,
        bucket=calendar.bucket,
        on_hand=situation.stock.usable,
        on_order=situation.open_orders.per_series(situation.series),
        backordered=situation.stock.backordered,
        minimum=column("minimum_order_quantity"),
        multiple=column("order_multiple"),
        history=panel.demand[situation.rows].astype(np.float64),
        censored=panel.known[situation.rows] >= Known.LOWER_BOUND,
        bucket_days=days,
        reorder_point=column("reorder_point"),
        order_up_to_level=column("order_up_to_level"),
        minimum_stock=column("minimum_stock"),
        maximum_stock=column("maximum_stock"),
        calibrated_factor=column(FACTOR) if FACTOR in frame else np.ones(situation.series),
        look_ahead=lambda: Ahead(problem, worth_ordering(situation, known)),
        look_at_means=lambda: Means(through[:, 0], through[:, 1] - through[:, 0]),
    )
