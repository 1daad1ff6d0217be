"""What stands still while the past is walked: series, terms, days and demand as recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from domain.errors import ConflictError, DataError
from domain.periods import Bucket, Calendar, Day, calendar_of
from domain.settings import Settings
from domain.terms import Flags, Floats, Integers, Panel
from experiments.replay.order_record import OrderRecord, order_record
from experiments.replay.told import Told, said_in
from forecasting.classes import demand_class, interval_and_variation
from forecasting.demand import build_panel
from forecasting.past import panel_until
from planning.as_of import Asked, settle
from planning.bundles import taken_apart
from planning.calibration import Calibration
from planning.cut import cut
from planning.dataset import Dataset
from planning.events import events_of
from planning.item_terms import Terms, resolve_terms
from planning.lineage import likes
from planning.pipeline import planning_horizon
from planning.promotions import promotions_of, usual_price
from planning.series import find_series
from planning.steps import Steps
from planning.store.read import read_dataset


@dataclass(frozen=True)
class Ground:
    """A dataset between two days; S series are replayed, those planned for stock at the start.

    Buckets are counted from the first of history: `first` ends with the day the replay begins
    from, and the last of `calendar` is the last that is served.
    """

    name: str
    dataset: Dataset  # as known at the start: items, suppliers and prices stay as they were
    calendar: Calendar  # to the end of the replay
    panel: Panel  # demand of all series to the end; it says more than was known
    terms: Terms  # of the S series
    rows: Integers  # S, their numbers in the panel
    whole: Flags  # S, whether a series had sold in whole units only by the start
    first: int  # bucket whose close the replay begins at
    scored_from: int  # first bucket whose costs count
    horizon_days: int
    slower_reviews: int  # series whose review period was rounded up to whole buckets
    begun_later: int  # series that are left out, as nobody knew of them at the start
    calibrated_factor: Floats  # S, on the shortage cost, for policies that are calibrated
    calibration: Calibration | None  # where it comes from; None: it is 1
    told: Told  # what planners and customers said of all series of the panel
    made: OrderRecord | None  # orders that users made until the last day; None: none recorded
    own_factor: Mapping[str, Floats] = field(default_factory=dict)
    """S, by policy: in the place of `calibrated_factor`, where policies are calibrated apart."""

    @property
    def settings(self) -> Settings:
        """The settings of the dataset."""
        return self.dataset.settings

    @property
    def series(self) -> int:
        """Number of series that are replayed [S]."""
        return int(self.rows.size)

    @property
    def start(self) -> Day:
        """The day at whose close the replay begins."""
        return self.calendar.end_of(np.array([self.first]))[0]

    @property
    def buckets(self) -> Integers:
        """The buckets that are served, ascending [T]."""
        return np.arange(self.first + 1, self.calendar.count)

    def day(self, bucket: int) -> int:
        """Days from the start to the end of a bucket."""
        end = self.calendar.end_of(np.array([bucket]))[0]
        return int((end - self.start).astype(np.int64))

    def factor_of(self, policy: str) -> Floats:
        """What a policy is calibrated by [S]."""
        return self.own_factor.get(policy, self.calibrated_factor)

    def length(self, bucket: int) -> int:
        """Days of a bucket."""
        return self.day(bucket) - self.day(bucket - 1)

    def calendar_at(self, bucket: int) -> Calendar:
        """The calendar as it was at the close of a bucket."""
        return replace(self.calendar, count=bucket + 1)


def read_ground(
    path: Path,
    begin: Asked,
    until: Asked | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
    calibration: Calibration | None = None,
) -> Ground:
    """The ground of a replay of the dataset at `path`; raises RestockError where there is none."""
    with steps.step("read"):
        whole = read_dataset(path, settings_file, overrides)
    with steps.step("ground"):
        return lay(path.resolve().stem, whole, begin, until, calibration)


def lay(
    name: str,
    whole: Dataset,
    begin: Asked,
    until: Asked | None,
    calibration: Calibration | None = None,
) -> Ground:
    """The ground of a replay of a whole dataset from the close of one day to that of another.

    Raises ConflictError where the calibration knows of later days than the first.
    """
    bucket, start, last = _days(whole, begin, until, calibration)
    whole = _dated_only(whole)
    as_then = cut(whole, start)
    then, now = taken_apart(as_then), taken_apart(cut(whole, last), as_in=as_then)
    calendar = calendar_of(_firsts(then), bucket, last)
    series = find_series(then)
    terms, slower = _in_whole_buckets(resolve_terms(then, series, start), bucket)
    panel, _ = build_panel(
        now.tables["sales"], terms.frame, calendar, then.settings, stock=now.table("stock")
    )
    panel = replace(
        panel,
        promotions=promotions_of(now, terms.frame, calendar),
        events=events_of(now.table("events"), terms.frame),
        like=likes(terms.frame),
        price=usual_price(then, terms.frame),
    )
    rows = np.flatnonzero(terms.frame["planned"].to_numpy() == "stock")
    if not rows.size:
        raise DataError("no series is planned for stock", "items: planned", "Plan at least one.")
    frame = terms.frame.iloc[rows].reset_index(drop=True)
    first = int(calendar.index_of(np.array([start]))[0])
    horizon = planning_horizon(replace(calendar, count=first + 1), then.settings, frame)
    known = panel_until(panel, first + 1)
    return Ground(
        name=name,
        dataset=then,
        calendar=calendar,
        panel=panel,
        terms=replace(terms, frame=frame),
        rows=rows,
        whole=known.whole_units[rows],
        first=first,
        scored_from=_scored_from(frame, calendar, first),
        horizon_days=horizon,
        slower_reviews=slower,
        begun_later=len(find_series(now)) - len(series),
        calibrated_factor=calibrated_factor(frame, known, rows, calibration),
        calibration=calibration,
        told=said_in(now, terms.frame),
        made=order_record(whole, frame, start, last),
    )


def _days(
    whole: Dataset, begin: Asked, until: Asked | None, calibration: Calibration | None
) -> tuple[Bucket, Day, Day]:
    """The bucket, and the days at whose close a replay begins and ends."""
    bucket, last = settle(whole, until, "--until")
    _, start = settle(whole, begin, "--from")
    if start >= last:
        raise DataError(
            f"the replay begins at {start} and ends on {last}", "--from, --until",
            "Begin it earlier.",
        )  # fmt: skip
    if calibration is not None and np.datetime64(calibration.as_of, "D") > start:
        raise ConflictError(
            f"the calibration knows of days up to {calibration.as_of}, after {start}",
            "--workspace, --from",
            "Calibrate with --as-of at the first day of the replay or before.",
        )
    return bucket, start, last


def calibrated_factor(
    frame: pd.DataFrame, known: Panel, rows: Integers, calibration: Calibration | None
) -> Floats:
    """What a calibration multiplies shortage costs by [S], 1 where there is none."""
    if calibration is None:
        return np.ones(len(frame))
    classes = demand_class(*interval_and_variation(known))[rows]
    return calibration.factor_of(frame.assign(demand_class=classes))


def _firsts(dataset: Dataset) -> np.ndarray:
    """The days history may begin on: that of the first sale, and of the setting."""
    first = dataset.tables["sales"]["date"].min()
    from_day = dataset.settings.history_from
    starts: list[pd.Timestamp | date] = [first]
    if from_day is not None:
        starts.append(pd.Timestamp(from_day))
    return np.array(starts, dtype="datetime64[D]")


def _dated_only(dataset: Dataset) -> Dataset:
    """The dataset without stock and open orders that do not say of when they are.

    A promotion that does not say when it was announced is known from its first day.
    """
    tables = dict(dataset.tables)
    for name, column in (("stock", "date"), ("open_orders", "ordered_on")):
        if name in tables:
            kept = tables[name][column].notna()
            tables[name] = tables[name][kept].reset_index(drop=True)
    if "promotions" in tables:
        held = tables["promotions"]
        announced = held["announced_on"].fillna(held["starts_on"])
        tables["promotions"] = held.assign(announced_on=announced)
    return replace(dataset, tables=tables)


def _in_whole_buckets(terms: Terms, bucket: Bucket) -> tuple[Terms, int]:
    """Review periods rounded up to whole buckets: between two closes nothing new is known."""
    frame, days = terms.frame, bucket.mean_days
    review = frame["review_period_days"].to_numpy()
    whole = np.ceil(np.ceil(review / days - 1e-9) * days).astype(np.int64)
    if bucket is Bucket.MONTH:
        whole = np.maximum(whole, review)
    changed = int((whole != review).sum())
    return replace(terms, frame=frame.assign(review_period_days=whole)), changed


def _scored_from(frame: pd.DataFrame, calendar: Calendar, first: int) -> int:
    """The first bucket that begins after the longest protection period."""
    days = int((frame["lead_time_days"] + frame["review_period_days"]).max())
    scored = first + 1 + replace(calendar, count=first + 1).buckets_to_cover(days)
    if scored >= calendar.count:
        raise DataError(
            f"the first {days} days, the longest protection period, are not scored,"
            " and no bucket is left after them",
            "--from, --until",
            "Begin earlier or end later.",
        )
    return scored
