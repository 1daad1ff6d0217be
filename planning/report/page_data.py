"""What the report page shows, as plain values: the page computes nothing but sums and ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from domain.periods import Day, Days
from domain.terms import Flags, Floats

Better = Literal["more", "less", ""]


@dataclass(frozen=True)
class KpiLine:
    """One measure now and with the plan; None: not known, shown as "n/a"."""

    name: str
    now: float | None
    projected: float | None
    unit: str  # "share" is shown in percent, "money" with the currency
    meaning: str  # one sentence
    better: Better = ""  # whether more or less of it is better; "": neither


@dataclass(frozen=True)
class Step:
    """One step of the run and what it took."""

    name: str
    seconds: float
    peak_megabytes: float | None = None


@dataclass(frozen=True)
class Certificate:
    """How far the plan can be from the best one: no plan of the model costs less than `bound`."""

    objective: float  # expected cost of the plan, money
    bound: float | None  # money; None: none was computed
    gap: float | None  # (objective - bound) / objective, a share
    status: str  # as the solver says it, such as "optimal"


@dataclass(frozen=True)
class SeriesChart:
    """One order line drawn: what was sold, what is expected, what the order changes.

    Invariants: arrays of one group have the same length, but stock with the order may end
    earlier; values are finite and ≥ 0 (stock may be below 0 where demand is backordered).
    """

    sku: str
    location: str
    description: str
    reason: str  # the order's sentence
    unit: str  # unit of stock, such as "each"
    quantity: float  # units ordered
    arrives_on: Day | None  # day at whose opening the order is on the shelf
    history_dates: Days  # first day of each bucket of history
    history_units: Floats  # units sold per bucket
    history_censored: Flags  # whether the item was sold out for a part of the bucket
    forecast_dates: Days  # first day of each bucket ahead
    forecast_mean: Floats  # units per bucket
    forecast_quantiles: Mapping[
        float, Floats
    ]  # level -> units per bucket; 0.05 and 0.95 make a fan
    stock_dates: Days  # days at whose close the stock below is expected
    stock_with_order: Floats  # expected units, to the day before the next planned delivery
    stock_without_order: Floats  # expected units if nothing is ordered, today or later
    why: str = ""  # the forecast's sentence, where it is of one series
    adds_up: str = ""  # the parts that add up to the quantity, in words


@dataclass(frozen=True)
class ProjectedLine:
    """One simulated measure over the plan's horizon; None: not known."""

    name: str
    unit: str  # as of `KpiLine`
    mean: float | None  # with the plan
    low: float | None
    high: float | None
    without: float | None  # mean if nothing is ordered


@dataclass(frozen=True)
class ProjectionChart:
    """One simulated course of money, at the close of each of T days."""

    title: str
    days: Days  # T
    mean: Floats  # T, money, with the plan
    low: Floats  # T
    high: Floats  # T
    without: Floats  # T, mean if nothing is ordered


@dataclass(frozen=True)
class ProjectionSection:
    """The plan simulated forward."""

    paths: int  # ways in which demand was drawn
    thinned: bool  # whether they are fewer than usual, for the size of the plan
    left_out: str  # a sentence on what the simulation leaves out; "": nothing
    share: float  # of paths that lie between low and high
    lines: tuple[ProjectedLine, ...]
    stock: ProjectionChart
    spent: ProjectionChart


@dataclass(frozen=True)
class LimitLine:
    """A limit that several lines share and use up, in one period."""

    name: str
    period: str  # the days in words
    bound: float
    used: float
    unit: str  # as of `KpiLine`, or a unit of the user's own
    sentence: str  # what a little more would save


@dataclass(frozen=True)
class AggregateLine:
    """A category, a place or everything, in units over the plan's horizon; None: not fitted."""

    name: str
    level: str  # total, category or location
    sold: float  # in as many buckets before
    bottom_up: float  # the plan's forecasts, added up
    mean: float | None  # as one series
    trend: float | None  # these three add up to it
    season: float | None
    events: float | None


@dataclass(frozen=True)
class AggregateSection:
    """What the forecast of everything, of categories and of places is made of."""

    model: str
    ahead: int  # buckets
    lines: tuple[AggregateLine, ...]
    chart: SeriesChart  # of everything


@dataclass(frozen=True)
class PageData:
    """Everything the page shows."""

    plan_id: str
    as_of: Day  # last day whose sales and stock are known
    dataset: str  # name of the dataset the plan was made from
    currency: str  # label of money; "" where it has no name, "units" where no cost is known
    bucket: str  # day, week or month
    orders: pd.DataFrame  # columns of domain.outputs.ORDERS
    exceptions: pd.DataFrame  # columns of domain.outputs.EXCEPTIONS
    inventory: pd.DataFrame  # columns of domain.outputs.INVENTORY
    certificate: Certificate
    kpis: tuple[KpiLine, ...] = ()
    projection: ProjectionSection | None = None
    limits: tuple[LimitLine, ...] = ()  # those that bind, the dearest first
    limits_unbound: int = 0  # periods of limits that left room
    note: str = ""  # said at the top, such as "sales are real, stock and costs are assumed"
    assumptions: tuple[str, ...] = ()  # sentences, the most important first
    forecast_mode: str = ""  # which forecast was used and why, a sentence
    fallbacks: Mapping[str, int] = field(default_factory=dict)  # reason -> number of series
    steps: tuple[Step, ...] = ()
    aggregates: AggregateSection | None = None
    slow_stock: Mapping[tuple[str, str], str] = field(default_factory=dict)  # what to do, by series
    series_charts: tuple[SeriesChart, ...] = ()  # the lines with most at stake
