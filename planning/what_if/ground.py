"""What a plan leaves behind so that one product can be decided on again: a row a series.

Demand is kept as the forecast knows it: its mean by day, and the quantiles of sums of ordinary
buckets at the levels that the plan reads. The very code that planned reads them, so that the same
question gives the same number.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from domain.errors import PlanError
from domain.settings import Settings
from domain.terms import Flags, Floats, Integers
from forecasting.result import GRID, KEPT
from planning.decision import OPTIMAL
from planning.distributions import own_levels
from planning.plan import Plan

SERIES, ORDERS, CLOSURES, REST = (
    "what_if_series.parquet",
    "what_if_orders.parquet",
    "what_if_closures.parquet",
    "what_if.json",
)
ARRAYS = ("cumulative", "levels", "table", "spread")
FILES = (SERIES, ORDERS, CLOSURES, REST, *(f"what_if_{name}.npy" for name in ARRAYS))
MOST_BYTES = 1 << 30
"""Of the distributions of lead times that vary; beyond it they are left out."""
BLOCK = 4096
NEARLY = 1e-6
"""Share of a limit that may be left where it is reached."""
TERMS = (
    "sku", "location", "supplier", "planned", "unit_cost", "unit_price", "cost_known",
    "holding_cost_per_day", "salvage_value", "shortage_cost", "fill_rate", "cycle_service_level",
    "target_kind", "target_level", "minimum_order_quantity", "order_multiple", "order_cost",
    "line_cost", "lead_time_days", "lead_time_std_days", "review_period_days", "order_weekdays",
    "shelf_life_days", "shortage_factor", "currency",
)  # fmt: skip
TEXT = ("sku", "location", "supplier", "planned", "target_kind", "currency")
ORDER_COLUMNS = ("series", "remaining", "usable_from", "counted")


@dataclass(frozen=True)
class KeptHead:
    """A head that is known at some lengths and levels alone, of S series."""

    levels: Floats  # S × K
    table: Floats  # S × J × K, units
    spread: Floats  # N × J × kept levels, of the series below
    spread_row: Integers  # S, row in `spread`, -1: not kept

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """See `forecasting.heads.Head`; raises PlanError for what is not kept."""
        del mean
        far = lengths.size
        if levels.shape[1] == 0:
            return np.zeros((series.size, far, 0))
        known = self.table.shape[1]
        if far <= known and np.array_equal(levels, self.levels[series]):
            return np.array(self.table[series, :far])
        rows = self.spread_row[series]
        kept = np.broadcast_to(KEPT, levels.shape) if levels.shape[1] == KEPT.size else None
        if far <= known and kept is not None and np.array_equal(levels, kept) and (rows >= 0).all():
            return np.array(self.spread[rows, :far])
        raise PlanError(
            "the plan did not keep what this needs of the forecast",
            "what-if",
            "Ask for a plan with the change instead.",
        )


def write_ground(plan: Plan, out: Path) -> None:
    """Write the files that `Ground` reads, into the folder of a plan."""
    situation, made = plan.situation, plan.situation.forecast
    frame = situation.terms.frame
    rows = situation.rows
    series = pd.DataFrame({name: frame[name].to_numpy() for name in TERMS if name in frame})
    for name in TEXT:
        series[name] = series[name].astype("str")
    for name in set(series) - set(TEXT) - {"cost_known"}:
        series[name] = pd.to_numeric(series[name])
    stock = situation.stock
    series = series.assign(
        usable=stock.usable,
        backordered=stock.backordered,
        promised=stock.promised,
        starts_day=made.starts_day[rows],
        ends_day=made.ends_day[rows],
        ordinary=made.ordinary[rows],
        whole_units=made.whole_units[rows],
        why_not=_why_not(plan),
        kept=_kept(plan),
        shortage=plan.decision.shortage,
        description=frame["description"].astype("str"),
    )
    series.to_parquet(out / SERIES, index=False)
    orders = situation.open_orders.frame.reindex(columns=list(ORDER_COLUMNS))
    orders.to_parquet(out / ORDERS, index=False)
    closures = situation.dataset.table("closures")
    (pd.DataFrame() if closures is None else closures).to_parquet(out / CLOSURES, index=False)
    for name, values in _arrays(plan).items():
        np.save(out / f"what_if_{name}.npy", values, allow_pickle=False)
    calendar = situation.calendar
    rest = {
        "bucket": calendar.bucket.value,
        "first": str(calendar.first),
        "count": calendar.count,
        "days": made.days.tolist(),
        "threads": made.threads,
        "costs_known": situation.terms.costs_known,
        "settings": json.loads(situation.dataset.settings.model_dump_json(exclude_unset=True)),
    }
    (out / REST).write_text(json.dumps(rest), encoding="utf-8")


def _kept(plan: Plan) -> Flags:
    """Which series' demand is kept: nobody ordered ahead, and nothing moved it."""
    made, rows = plan.situation.forecast, plan.situation.rows
    if made.commitments is not None or plan.situation.network is not None:
        return np.zeros(rows.size, dtype=np.bool_)
    if made.reshaped is None:
        return np.ones(rows.size, dtype=np.bool_)
    return ~np.isin(np.arange(rows.size), made.reshaped.places(rows)[0])


def _why_not(plan: Plan) -> list[str]:
    """Per series, why it cannot be decided on by itself; blank where it can."""
    situation, decision = plan.situation, plan.decision
    frame = situation.terms.frame
    made, rows = situation.forecast, situation.rows
    moved = 0 if decision.moves is None else len(decision.moves)
    reasons = {
        "its demand ahead is not as modelled": (
            np.zeros(rows.size, dtype=np.bool_)
            if made.reshaped is None
            else np.isin(np.arange(rows.size), made.reshaped.places(rows)[0])
        ),
        "customers have ordered ahead": np.full(rows.size, made.commitments is not None),
        "the cost of an order is shared": frame["order_cost"].to_numpy() > 0,
        "its supplier has price breaks": _any(frame, "breaks"),
        "there are several suppliers": np.full(rows.size, bool(situation.others)),
        "locations supply each other": np.full(rows.size, situation.network is not None),
        "stock is moved": np.full(rows.size, bool(moved)),
        "limits are shared with other products": np.full(rows.size, _limited(plan)),
    }
    found = np.full(rows.size, "", dtype=object)
    for why, which in reasons.items():
        found[(found == "") & which] = why
    return [str(one) for one in found]


def _any(frame: pd.DataFrame, name: str) -> Flags:
    """Which series have anything in a column of tuples."""
    if name not in frame:
        return np.zeros(len(frame), dtype=np.bool_)
    return np.array([bool(value) for value in frame[name]], dtype=np.bool_)


def _limited(plan: Plan) -> bool:
    """Whether any shared limit has, or may have, moved any order."""
    kept = plan.decision.limits
    if kept is None:
        return False
    bound = np.array([row.bound + row.taken for row in kept.rows])
    full = kept.used >= bound * (1 - NEARLY)
    least = any(row.at_least for row in kept.rows)
    return least or kept.status != OPTIMAL or bool((full | (kept.marginal_value != 0)).any())


def _arrays(plan: Plan) -> dict[str, Floats]:
    """What is read row by row."""
    situation, made = plan.situation, plan.situation.forecast
    rows, frame = situation.rows, plan.situation.terms.frame
    levels = own_levels(frame["target_level"].to_numpy())
    cumulative = made.cumulative[rows]
    ordinary = made.ordinary[rows]
    longest = (cumulative[:, -1] / np.maximum(ordinary, 1e-300)).max(initial=0.0)
    grid = GRID[: int(np.searchsorted(GRID, longest)) + 1]
    varying = np.flatnonzero(frame["lead_time_std_days"].to_numpy() > 0)
    if varying.size * grid.size * KEPT.size * 8 > MOST_BYTES:
        varying = varying[:0]
    everyone = np.arange(rows.size)
    own = _quantiles(plan, everyone, grid, levels)
    kept = np.broadcast_to(KEPT, (rows.size, KEPT.size))
    return {
        "cumulative": cumulative,
        "levels": levels,
        "table": own,
        "spread": _quantiles(plan, varying, grid, kept),
    }


def _quantiles(plan: Plan, series: Integers, grid: Floats, levels: Floats) -> Floats:
    """Quantiles of sums of ordinary buckets, N × J × K, a block of series at a time."""
    made, rows = plan.situation.forecast, plan.situation.rows
    out = np.zeros((series.size, grid.size, levels.shape[1]))
    for begin in range(0, series.size, BLOCK):
        part = series[begin : begin + BLOCK]
        mean = made.ordinary[rows[part]][:, None] * grid
        asked = np.ascontiguousarray(levels[part])
        found = made.sum_head.quantiles(rows[part], grid, mean, asked)
        out[begin : begin + BLOCK] = found
    return out


@dataclass(frozen=True)
class Ground:
    """What one plan left behind, read row by row."""

    series: pd.DataFrame
    orders: pd.DataFrame
    closures: pd.DataFrame
    rest: dict[str, Any]
    settings: Settings
    arrays: dict[str, np.ndarray]
    place: dict[tuple[str, str], int]


def read_ground(folder: Path) -> Ground:
    """Open what a plan left behind; PlanError where it is of an earlier Restock."""
    from domain.settings import load_settings

    if not (folder / REST).exists():
        raise PlanError(
            "the plan left nothing behind to be asked", folder.name, "Ask for a new plan."
        )
    series = pd.read_parquet(folder / SERIES)
    rest = json.loads((folder / REST).read_text(encoding="utf-8"))
    keys = zip(series["sku"], series["location"], strict=True)
    return Ground(
        series=series,
        orders=pd.read_parquet(folder / ORDERS),
        closures=pd.read_parquet(folder / CLOSURES),
        rest=rest,
        settings=load_settings([("settings of the plan", rest["settings"])], None, {}),
        arrays={
            name: np.load(folder / f"what_if_{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ARRAYS
        },
        place={(str(sku), str(location)): row for row, (sku, location) in enumerate(keys)},
    )
