"""How good and how fast the forecasts are, on real sales.

`python -m experiments.benchmarks.forecasting [--data DIR]`.
Three rolling origins a set; what is scored was never seen. The data is not part of the
project: `--data DIR` says where it lies.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from domain.periods import Bucket, Calendar, as_days, calendar_of
from domain.settings import Settings, load_settings, read_settings_file
from domain.terms import Floats, Known, Panel
from forecasting import accuracy
from forecasting.demand import build_panel
from forecasting.heads import HEADS
from forecasting.run import forecast

DEFAULT_DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
LEVELS = np.linspace(0.1, 0.9, 9)
TAILS = np.array([0.95, 0.99, 0.995, 0.999])


@dataclass(frozen=True)
class Task:
    """One data set: how far ahead, which sum matters, and where it is judged from."""

    name: str
    bucket: Bucket
    horizon: int  # buckets
    summed: int  # buckets of the sum that is judged
    lag: int  # buckets of the season in the scale
    step: int  # buckets between origins
    origins: int = 3


TASKS = (
    Task("walmart-daily", Bucket.DAY, 28, 14, 7, 28),
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
    seconds: float


def load(folder: Path, task: Task, sample: int | None) -> Loaded:
    """Read a set with plain pandas and make its panel."""
    sales = pd.read_parquet(folder / "sales.parquet")
    for column in ("sku", "location"):
        sales[column] = sales[column].astype("category")
    file = folder / "settings.toml"
    settings = load_settings([(file.name, read_settings_file(file))] if file.exists() else [])
    days = as_days(sales["date"].to_numpy())
    ends = Calendar(task.bucket, days.min(), 1)
    calendar = calendar_of(days, task.bucket, ends.end_of(ends.index_of(days.max()[None]))[0])
    series = _series(folder, sales)
    if sample is not None and sample < len(series):
        chosen = np.random.default_rng(7).choice(len(series), sample, replace=False)
        series = series.iloc[np.sort(chosen)].reset_index(drop=True)
    begun = time.perf_counter()
    panel, _ = build_panel(sales, series, calendar, settings)
    return Loaded(task, panel, settings, time.perf_counter() - begun)


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


def cut(panel: Panel, buckets: int) -> Panel:
    """The panel as it was after `buckets` buckets."""
    share = panel.stockout_share
    return dataclasses.replace(
        panel,
        calendar=dataclasses.replace(panel.calendar, count=buckets),
        demand=np.ascontiguousarray(panel.demand[:, :buckets]),
        known=np.ascontiguousarray(panel.known[:, :buckets]),
        stockout_share=None if share is None else np.ascontiguousarray(share[:, :buckets]),
        first=np.minimum(panel.first, buckets),
    )


def judge(loaded: Loaded, head: str) -> pd.DataFrame:
    """A row of measures per origin."""
    task, whole = loaded.task, loaded.panel
    seen = np.where(whole.known == Known.OBSERVED, whole.demand, np.nan).astype(np.float64)
    rows = []
    for back in range(task.origins - 1, -1, -1):
        origin = whole.buckets - task.horizon - back * task.step
        rows.append(_judge_one(loaded, head, origin, seen))
    return pd.DataFrame(rows)


def _judge_one(loaded: Loaded, head: str, origin: int, seen: Floats) -> dict[str, float]:
    """Forecast from one origin and measure it."""
    task = loaded.task
    past = cut(loaded.panel, origin)
    days = int(past.calendar.ends_ahead(task.horizon)[-1])
    begun = time.perf_counter()
    made = forecast(past, loaded.settings, days, head=head)
    mean, quantiles = made.buckets(LEVELS)
    _, sums = made.sums(np.append(LEVELS, TAILS))
    seconds = time.perf_counter() - begun
    actual, history = seen[:, origin : origin + task.horizon], seen[:, :origin]
    alive = past.first < origin
    # A sum over buckets of which some were sold out is not known.
    total = actual[:, : task.summed].sum(axis=1)
    sums = sums[:, task.summed - 1]
    return {
        "origin": origin,
        "scaled_quantile_loss": accuracy.scaled_quantile_loss(
            quantiles[alive], actual[alive], LEVELS, history[alive], task.lag
        ),
        "sum_loss": accuracy.sum_quantile_loss(sums[:, :9], total, LEVELS),
        "rmsse": accuracy.rmsse(mean[alive], actual[alive], history[alive]),
        "wape": accuracy.wape(mean, actual),
        "bias": accuracy.bias(mean, actual),
        **_tail_measures(sums[:, 9:], total),
        "seconds": seconds,
        "fallbacks": float((made.diagnostics["fallback"] != "").sum()),
    }


def _tail_measures(sums: Floats, total: Floats) -> dict[str, float]:
    """Coverage and quantile loss of the sum at each of TAILS."""
    found = {}
    for place, level in enumerate(TAILS):
        quantile = sums[:, place : place + 1]
        found[f"cover{str(level)[2:]}"] = accuracy.coverage(quantile[:, 0], total)
        loss = accuracy.sum_quantile_loss(quantile, total, TAILS[place : place + 1])
        found[f"loss{str(level)[2:]}"] = loss
    return found


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


def judge_yearly(loaded: Loaded, weeks: int | None) -> dict[str, float]:
    """Sums of 4, 8 and 12 weeks from origins all over the years: mean loss, mean |bias|.

    `weeks`: history is cut to as many before each origin; None: all of it, two years at least.
    """
    week = 7 if loaded.task.bucket is Bucket.DAY else 1
    whole, least = loaded.panel, (weeks or 2 * 54) * week
    rows = []
    for origin in range(least, whole.buckets - 12 * week + 1, 9 * week):
        past = cut(whole, origin)
        past = past if weeks is None else since(past, origin - least)
        made = forecast(past, loaded.settings, 12 * 7)
        mean, quantiles = made.sums(LEVELS)
        grown = past.first < past.buckets - 8 * week
        for sum_weeks in (4, 8, 12):
            ahead = slice(origin, origin + sum_weeks * week)
            seen = (whole.known[:, ahead] == Known.OBSERVED).all(axis=1) & grown
            total = whole.demand[seen, ahead].sum(axis=1, dtype=np.float64)
            last = sum_weeks * week - 1
            loss = accuracy.sum_quantile_loss(quantiles[seen, last], total, LEVELS)
            bias = abs(accuracy.bias(mean[seen, last], total))
            rows.append({f"loss{sum_weeks}": loss, f"bias{sum_weeks}": bias})
    return {str(name): float(value) for name, value in pd.DataFrame(rows).mean().items()}


def main() -> int:
    """Print a table: a row per set and head."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--only", nargs="*", default=None, help="names of sets")
    parser.add_argument("--heads", nargs="*", default=None, help="names of heads")
    parser.add_argument("--sample", type=int, default=None, help="series per set, at random")
    parser.add_argument(
        "--yearly", type=int, default=None, metavar="WEEKS",
        help="judge sums of 4 to 12 weeks all over the years instead, from as many weeks of "
        "history; 0: from all",
    )  # fmt: skip
    asked = parser.parse_args()
    if not asked.data.is_dir():
        print(f"no data at {asked.data}: give its folder with --data", file=sys.stderr)
        return 2
    table = []
    for task in TASKS:
        if asked.only and task.name not in asked.only:
            continue
        loaded = load(asked.data / task.name, task, asked.sample)
        if asked.yearly is not None:
            found = judge_yearly(loaded, asked.yearly or None)
            table.append(pd.concat([pd.Series({"data": task.name}), pd.Series(found).round(4)]))
            continue
        for head in asked.heads or HEADS.names():
            measures = judge(loaded, head)
            row = measures.drop(columns="origin").mean()
            table.append(pd.concat([pd.Series({"data": task.name, "head": head}), row.round(4)]))
    print(pd.DataFrame(table).to_string(index=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
