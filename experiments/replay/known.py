"""What a policy is shown at a moment of the past: the problem of then, without a position."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from domain.terms import Flags, Floats, Integers, Known
from experiments.replay.ground import Ground
from forecasting.past import panel_until
from forecasting.result import Forecast
from optimization.policies import Review
from optimization.problem import Cycles
from planning.decision import portions
from planning.distributions import distributions, means_through
from planning.problem import build_problem, worth_ordering
from planning.situation import Situation, trimmed
from planning.supply import Stock, open_orders

YEARS_SHOWN = 2


@dataclass(frozen=True)
class Portion:
    """A review of some of a moment's series whose position is not filled in yet."""

    rows: Integers  # N, which of the S series
    review: Review  # nothing on hand, nothing on order
    order_group: Integers  # N, which order a line belongs to; -1: none


def portions_known(
    ground: Ground, forecast: Forecast, bucket: int, rows: Integers, cycles: Cycles
) -> Iterator[Portion]:
    """The series that may order at the close of a bucket, some at a time."""
    situation = situation_at(ground, forecast, bucket, rows, cycles)
    history, silent, days = _history(ground, bucket, rows)
    for part in portions(situation):
        some = situation.take(part)
        review = _review(ground, some, (history[part], silent[part], days))
        yield Portion(rows[part], review, review.problem.order_group)


def situation_at(
    ground: Ground, forecast: Forecast, bucket: int, rows: Integers, cycles: Cycles
) -> Situation:
    """What was known at the close of a bucket of some series with nothing in stock."""
    nothing = np.zeros(rows.size)
    never = np.full(rows.size, np.datetime64("NaT"), dtype="datetime64[D]")
    frame = ground.terms.frame.iloc[rows].reset_index(drop=True)
    no_orders = replace(ground.dataset, tables={"sales": ground.dataset.tables["sales"]})
    return Situation(
        name=ground.name,
        dataset=ground.dataset,
        calendar=ground.calendar_at(bucket),
        terms=replace(ground.terms, frame=frame),
        stock=Stock(nothing, nothing, nothing, never, True),
        open_orders=open_orders(no_orders, frame, np.zeros(0, np.int64), ground.start),
        panel=panel_until(ground.panel, bucket + 1),
        history=pd.DataFrame(),
        forecast=forecast,
        horizon_days=ground.horizon_days,
        cycles=trimmed(cycles),
        rows=ground.rows[rows],
    )


def _review(ground: Ground, some: Situation, past: tuple[Floats, Flags, Floats]) -> Review:
    """The review of a portion: its problem and the user's own levels."""
    known = distributions(some)
    problem = build_problem(some, known)
    frame, nothing = some.terms.frame, np.zeros(some.series)
    end = some.cycles.end_day[:, :1]
    more = end + frame["review_period_days"].to_numpy()[:, None]
    through = means_through(some, np.concatenate([end, more], axis=1))

    def level(name: str) -> Floats:
        return np.asarray(pd.to_numeric(frame[name]).to_numpy(np.float64))

    history, censored, days = past
    return Review(
        problem=problem,
        settings=ground.settings,
        bucket=ground.calendar.bucket,
        on_hand=nothing,
        on_order=nothing,
        backordered=nothing,
        history=history,
        censored=censored,
        bucket_days=days,
        mean_protection=through[:, 0],
        mean_review=through[:, 1] - through[:, 0],
        has_use=worth_ordering(some, known),
        reorder_point=level("reorder_point"),
        order_up_to_level=level("order_up_to_level"),
        minimum_stock=level("minimum_stock"),
        maximum_stock=level("maximum_stock"),
    )


def _history(ground: Ground, bucket: int, rows: Integers) -> tuple[Floats, Flags, Floats]:
    """Demand of the last years to the close of a bucket, what of it is censored, its days."""
    begin = max(0, bucket + 1 - YEARS_SHOWN * ground.calendar.bucket.per_year)
    place = np.ix_(ground.rows[rows], np.arange(begin, bucket + 1))
    known = ground.panel.known[place]
    units = ground.panel.demand[place].astype(np.float64)
    units[(known == Known.OUTSIDE) | (known == Known.UNKNOWN)] = np.nan
    edges = ground.calendar.start_of(np.arange(begin, bucket + 2))
    days = (edges[1:] - edges[:-1]).astype(np.float64)
    return units, np.asarray(known == Known.LOWER_BOUND), days
