"""The data sets of the forecasting benchmark: what is asked of each, and its panel.

Panels are made once and kept (`cache`), under the hash of the set's files and of the code that
makes them.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from domain import periods, terms
from domain.events import Events
from domain.periods import Bucket, Calendar, as_days, calendar_of
from domain.settings import Settings
from domain.settings_layers import load_settings, read_settings_file
from domain.terms import Panel, SeriesKey
from experiments.benchmarks.cache import Made, hash_of, kept
from experiments.benchmarks.options import data_set
from forecasting import demand
from forecasting.demand import build_panel
from planning.events import events_of

SEED = 7
"""Of the sample of series."""
SERIES = 1_000
"""Series of a set that are judged; all where it has fewer."""


@dataclass(frozen=True)
class Task:
    """One data set: how far ahead, which sum matters, and where it is judged from."""

    name: str
    bucket: Bucket
    horizon: int  # buckets
    summed: int  # buckets of the sum that is judged
    lag: int  # buckets of the season
    step: int  # buckets between origins
    origins: int = 3
    coverage_origins: int = 3  # of the sum's coverage


TASKS = (
    Task("walmart-daily", Bucket.DAY, 28, 14, 7, 28, coverage_origins=13),
    Task("favorita-weekly", Bucket.WEEK, 8, 8, 52, 8),
    Task("car-parts-monthly", Bucket.MONTH, 6, 6, 12, 3),
    Task("spare-parts-weekly", Bucket.WEEK, 17, 17, 52, 9),
    Task("fresh-retail-daily", Bucket.DAY, 7, 7, 7, 7),
)


@dataclass(frozen=True)
class Loaded:
    """A set as panel over all its buckets; origins are cuts of it."""

    task: Task
    panel: Panel
    settings: Settings

    @property
    def case(self) -> str:
        """What a row of results calls it."""
        return f"{self.task.name}, {self.panel.series} series"


def load(data: Path, task: Task, sample: int | None = SERIES) -> Loaded:
    """A set's panel, of `sample` series drawn at random (None: of all)."""
    folder = data_set(data, task.name)
    file = folder / "settings.toml"
    settings = load_settings([(file.name, read_settings_file(file))] if file.exists() else [])
    tables = [folder / name for name in ("sales.parquet", "items.csv", "settings.toml")]
    there = [table for table in tables if table.exists()]
    code = [Path(module.__file__ or "") for module in (demand, periods, terms)] + [Path(__file__)]
    name = f"panel-{task.name}-{hash_of([*there, *code, f'{task} {sample}'])}"
    arrays = kept(name, lambda: _packed(_panel(folder, task, settings, sample)))
    panel = _unpacked(arrays)
    return Loaded(task, dataclasses.replace(panel, events=_events(folder, panel)), settings)


def _events(folder: Path, panel: Panel) -> Events | None:
    """The set's events, at the places of the panel's series."""
    file = folder / "events.csv"
    if not file.exists():
        return None
    table = pd.read_csv(file, dtype={"event": str, "location": str})
    table = table if "location" in table else table.assign(location=None)
    for column in ("starts_on", "ends_on"):
        table[column] = pd.to_datetime(table[column]).astype("datetime64[s]")
    return events_of(table, pd.DataFrame({"location": [key.location for key in panel.keys]}))


def _panel(folder: Path, task: Task, settings: Settings, sample: int | None) -> Panel:
    """Read a set with plain pandas and make its panel."""
    sales = pd.read_parquet(folder / "sales.parquet")
    for column in ("sku", "location"):
        sales[column] = sales[column].astype("category")
    days = as_days(sales["date"].to_numpy())
    ends = Calendar(task.bucket, days.min(), 1)
    calendar = calendar_of(days, task.bucket, ends.end_of(ends.index_of(days.max()[None]))[0])
    series = _series(folder, sales)
    if sample is not None and sample < len(series):
        chosen = np.random.default_rng(SEED).choice(len(series), sample, replace=False)
        series = series.iloc[np.sort(chosen)].reset_index(drop=True)
    return build_panel(sales, series, calendar, settings)[0]


def _series(folder: Path, sales: pd.DataFrame) -> pd.DataFrame:
    """One row per series, with what the items table says."""
    pairs = sales[["sku", "location"]].drop_duplicates().astype(str)
    file = folder / "items.csv"
    items = pd.read_csv(file, dtype=str) if file.exists() else pd.DataFrame({"sku": []}, dtype=str)
    if "location" not in items and len(items):
        missing = items.loc[~items["sku"].isin(pairs["sku"]), ["sku"]].assign(location="main")
        pairs = pd.concat([pairs, missing])
    pairs = pairs.merge(items, on="sku", how="left").sort_values(["sku", "location"])
    for column in ("category", "launched_on", "discontinued_on"):
        if column not in pairs:
            pairs[column] = None
    for column in ("launched_on", "discontinued_on"):
        pairs[column] = pd.to_datetime(pairs[column]).astype("datetime64[s]")
    return pairs.reset_index(drop=True)


PLAIN = ("demand", "known", "category", "product", "whole_units", "first", "starts_day", "ends_day")


def _packed(panel: Panel) -> Made:
    """A panel as plain arrays."""
    arrays = {name: np.asarray(getattr(panel, name)) for name in PLAIN}
    if panel.stockout_share is not None:
        arrays["stockout_share"] = panel.stockout_share
    first = panel.calendar.first.astype("datetime64[D]")
    return arrays | {
        "sku": np.array([key.sku for key in panel.keys], dtype=np.str_),
        "location": np.array([key.location for key in panel.keys], dtype=np.str_),
        "bucket": np.array(panel.calendar.bucket.value),
        "calendar_first": np.array(first.astype(np.int64)),
    }


def _unpacked(arrays: Made) -> Panel:
    """Back from plain arrays."""
    keys = zip(arrays["sku"].tolist(), arrays["location"].tolist(), strict=True)
    first = np.datetime64(int(arrays["calendar_first"]), "D")
    count = arrays["demand"].shape[1]
    return Panel(
        keys=tuple(SeriesKey(sku, location) for sku, location in keys),
        calendar=Calendar(Bucket(str(arrays["bucket"])), first, count),
        stockout_share=arrays.get("stockout_share"),
        promotions=None,
        events=None,
        **{name: arrays[name] for name in PLAIN},
    )


def since(panel: Panel, begin: int) -> Panel:
    """The panel as if its history began with bucket `begin`."""
    share = panel.stockout_share
    calendar = panel.calendar
    return dataclasses.replace(
        panel,
        calendar=Calendar(calendar.bucket, calendar.starts()[begin], calendar.count - begin),
        demand=np.ascontiguousarray(panel.demand[:, begin:]),
        known=np.ascontiguousarray(panel.known[:, begin:]),
        stockout_share=None if share is None else np.ascontiguousarray(share[:, begin:]),
        first=np.maximum(panel.first - begin, 0),
    )


def origins_of(task: Task, panel: Panel, count: int, step: int | None = None) -> list[int]:
    """Buckets of history at each of `count` rolling origins, the last leaving one horizon."""
    last = panel.buckets - task.horizon
    return [last - back * (step or task.step) for back in range(count - 1, -1, -1)]
