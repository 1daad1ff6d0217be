"""What is known of series at a moment of the past, but for their position."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from domain.terms import Integers
from experiments.replay.ground import Ground
from forecasting.past import panel_until
from forecasting.result import Forecast
from optimization.policies import Ahead, Means
from optimization.problem import Cycles
from planning.decision import portions
from planning.distributions import distributions, means_through
from planning.problem import build_problem, worth_ordering
from planning.situation import Situation, trimmed
from planning.supply import Stock, open_orders


@dataclass(frozen=True)
class Portion:
    """Some of a moment's series."""

    number: int
    bucket: int  # the one at whose close they may order
    rows: Integers  # N, which of the S series
    situation: Situation  # of these, with nothing in stock


def portions_known(
    ground: Ground, forecast: Forecast, bucket: int, rows: Integers, cycles: Cycles
) -> Iterator[Portion]:
    """The series that may order at the close of a bucket, some at a time."""
    situation = situation_at(ground, forecast, bucket, rows, cycles)
    for number, part in enumerate(portions(situation)):
        yield Portion(number, bucket, rows[part], situation.take(part))


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


def ahead_of(part: Portion, forecast: Forecast) -> Ahead:
    """What a forecast says of a portion, with nothing in stock and nothing on order."""
    some = replace(part.situation, forecast=forecast)
    known = distributions(some)
    return Ahead(problem=build_problem(some, known), has_use=worth_ordering(some, known))


def means_of(part: Portion, forecast: Forecast) -> Means:
    """Mean demand ahead of a portion's orders."""
    some = replace(part.situation, forecast=forecast)
    end = some.cycles.end_day[:, :1]
    more = end + some.terms.frame["review_period_days"].to_numpy()[:, None]
    through = means_through(some, np.concatenate([end, more], axis=1))
    return Means(protection=through[:, 0], review=through[:, 1] - through[:, 0])
