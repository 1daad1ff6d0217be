"""What a workspace keeps of every plan: what was forecast and ordered, for when demand has come.

`plans/<plan_id>/` holds `forecast.parquet` (mean and quantiles of buckets and of sums),
`lines.parquet` (a row per sku-location: stock, order, level, costs) and `plan.json`. A folder is
written whole or not at all, and may be removed at any time: plans never read it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from domain.errors import DataError
from domain.periods import Bucket, Day
from planning.plan import Plan
from planning.whole_files import ResultFolder, write_json

FOLDER = "plans"
FORECAST, LINES, ABOUT = "forecast.parquet", "lines.parquet", "plan.json"
KEPT_PLAN = ResultFolder("kept plan", (FORECAST, LINES, ABOUT))
NAMES = re.compile(r"[0-9a-f]{16}")
LEAST_BUCKETS = 4
"""Buckets ahead that are kept of every series, however short its protection period."""
FIGURES = ("mean", "q0.05", "q0.5", "q0.95", "sum_mean", "sum_q0.5", "sum_q0.95", "sum_q0.99")
LINE_COLUMNS = (
    "sku",
    "location",
    "planned",
    "demand_class",
    "on_hand",
    "on_order",
    "quantity",
    "unit_cost",
    "protection_days",
    "lead_time_demand",
    "order_up_to_level",
    "slow_moving_units",
)
"""Columns of `inventory.csv` that are kept."""


@dataclass(frozen=True)
class KeptPlan:
    """One plan that was made."""

    plan_id: str
    as_of: Day
    bucket: Bucket
    made_at: str  # UTC, to the microsecond
    stock_known: bool
    folder: Path

    def forecast(self) -> pd.DataFrame:
        """sku, location, date, horizon and `FIGURES`, through each series' protection period."""
        return _read(self.folder / FORECAST)

    def lines(self) -> pd.DataFrame:
        """A row per series: `LINE_COLUMNS`, `holding_cost_per_day` and `shortage_cost`."""
        return _read(self.folder / LINES)


def keep_plan(plan: Plan, workspace: Path) -> Path:
    """Keep a plan in the workspace, in place of an earlier one of the same id."""
    folder = workspace / FOLDER / plan.plan_id
    situation = plan.situation
    about = {
        "plan_id": plan.plan_id,
        "as_of": str(situation.as_of),
        "bucket": situation.calendar.bucket.value,
        "made_at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "stock_known": situation.stock.there,
    }

    def fill(draft: Path) -> None:
        _small(forecast_ahead(plan)).to_parquet(draft / FORECAST, index=False, compression="zstd")
        _small(line_frame(plan)).to_parquet(draft / LINES, index=False, compression="zstd")
        write_json(about, draft / ABOUT)

    KEPT_PLAN.write(folder, fill)
    return folder


def forecast_ahead(plan: Plan) -> pd.DataFrame:
    """The plan's forecast through each series' protection period, and at least four buckets."""
    frame, calendar = plan.forecast, plan.situation.calendar
    days = plan.inventory["protection_days"].to_numpy(np.int64)
    buckets = [calendar.buckets_to_cover(int(one)) for one in np.unique(days)]
    reach = np.array(buckets)[np.searchsorted(np.unique(days), days)]
    horizon = frame["horizon"].to_numpy()
    ahead = np.repeat(np.maximum(reach, LEAST_BUCKETS), len(frame) // len(days))
    columns = ["sku", "location", "date", "horizon", *FIGURES]
    return frame.loc[horizon <= ahead, columns].reset_index(drop=True)


def line_frame(plan: Plan) -> pd.DataFrame:
    """What was known and ordered of every series, and what it costs to be wrong."""
    frame = plan.inventory[list(LINE_COLUMNS)].copy()
    frame["holding_cost_per_day"] = plan.situation.terms.frame["holding_cost_per_day"].to_numpy()
    frame["shortage_cost"] = plan.decision.shortage
    return frame


def kept_plans(workspace: Path | None, as_of: Day, bucket: Bucket) -> tuple[KeptPlan, ...]:
    """Plans of the workspace made for a day up to `as_of`, by day, then by when they were made."""
    if workspace is None or not (workspace / FOLDER).is_dir():
        return ()
    found = [
        _about(folder)
        for folder in sorted((workspace / FOLDER).iterdir())
        if NAMES.fullmatch(folder.name) and (folder / ABOUT).is_file()
    ]
    usable = [one for one in found if one.as_of <= as_of and one.bucket is bucket]
    return tuple(sorted(usable, key=lambda one: (one.as_of, one.made_at, one.plan_id)))


def _about(folder: Path) -> KeptPlan:
    path = folder / ABOUT
    try:
        said = json.loads(path.read_bytes())
        return KeptPlan(
            plan_id=folder.name,
            as_of=np.datetime64(said["as_of"], "D"),
            bucket=Bucket(said["bucket"]),
            made_at=str(said["made_at"]),
            stock_known=bool(said["stock_known"]),
            folder=folder,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _broken(path) from error


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise _broken(path) from error


def _broken(path: Path) -> DataError:
    return DataError(
        "a kept plan cannot be read", str(path), "Remove its folder: nothing else needs it."
    )


def _small(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers in single precision, names kept once."""
    out = frame.copy()
    for name in frame.columns:
        if pd.api.types.is_float_dtype(frame[name].dtype):
            out[name] = frame[name].astype(np.float32)
        elif pd.api.types.is_string_dtype(frame[name].dtype):
            out[name] = frame[name].astype("category")
    return out
