"""Writes what a plan leaves behind for `ground` to read: a row a series."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from domain.terms import Flags, Floats, Integers
from forecasting.result import GRID, KEPT
from forecasting.threads import kernel
from planning.decision import OPTIMAL
from planning.distributions import own_levels
from planning.plan import Plan
from planning.stock_changes import saved_by_others
from planning.what_if.ground import CLOSURES, LIMITS, ORDERS, REST, SERIES
from planning.what_if.held import kept_limits

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
    "shelf_life_days", "shortage_factor", "currency", "category", "volume_m3", "breaks",
)  # fmt: skip
TEXT = ("sku", "location", "supplier", "planned", "target_kind", "currency", "category", "breaks")
ORDER_COLUMNS = ("series", "remaining", "usable_from", "counted")


def write_ground(plan: Plan, out: Path) -> None:
    """Write the files that `Ground` reads, into the folder of a plan."""
    situation, made = plan.situation, plan.situation.forecast
    frame = situation.terms.frame
    rows = situation.rows
    series = pd.DataFrame({name: frame[name].to_numpy() for name in TERMS if name in frame})
    if "breaks" in series:
        series["breaks"] = _prices_of(plan)
    for name in set(TEXT) & set(series):
        series[name] = series[name].astype("str")
    for name in set(series) - set(TEXT) - {"cost_known"}:
        series[name] = pd.to_numeric(series[name])
    stock, solution = situation.stock, plan.decision.solution
    before = situation.planned_before
    series = series.assign(
        usable=stock.usable,
        backordered=stock.backordered,
        promised=stock.promised,
        starts_day=made.starts_day[rows],
        ends_day=made.ends_day[rows],
        ordinary=made.ordinary[rows],
        whole_units=made.whole_units[rows],
        quantity=solution.quantity[:, 0],
        planned_before=np.nan if before is None else before,
        saved_by_others=saved_by_others(plan.situation, plan.decision),
        why_not=_why_not(plan),
        kept=_kept(plan),
        shortage=plan.decision.shortage,
        description=frame["description"].astype("str"),
    )
    series.to_parquet(out / SERIES, index=False)
    if plan.decision.limits is not None:
        (out / LIMITS).write_text(kept_limits(plan.decision.limits), encoding="utf-8")
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
        "limited": _limited(plan),
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
    made, rows = situation.forecast, situation.rows
    moved = 0 if decision.moves is None else len(decision.moves)
    reasons = {
        "its demand ahead is not as modelled": (
            np.zeros(rows.size, dtype=np.bool_)
            if made.reshaped is None
            else np.isin(np.arange(rows.size), made.reshaped.places(rows)[0])
        ),
        "customers have ordered ahead": np.full(rows.size, made.commitments is not None),
        "locations supply each other": np.full(rows.size, situation.network is not None),
        "stock is moved": np.full(rows.size, bool(moved)),
    }
    found = np.full(rows.size, "", dtype=object)
    for why, which in reasons.items():
        found[(found == "") & which] = why
    return [str(one) for one in found]


def _prices_of(plan: Plan) -> list[str]:
    """Price breaks of each series as JSON."""
    return [
        json.dumps([list(one) for one in some]) for some in plan.situation.terms.frame["breaks"]
    ]


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
    share = plan.decision.solution.share
    return {
        "cumulative": cumulative,
        "levels": levels,
        "table": own,
        "spread": _quantiles(plan, varying, grid, kept),
        "share": np.zeros((0, 0)) if share is None else share,
    }


def _quantiles(plan: Plan, series: Integers, grid: Floats, levels: Floats) -> Floats:
    """Quantiles of sums of ordinary buckets, N × J × K, a block of series at a time."""
    made, rows = plan.situation.forecast, plan.situation.rows
    out = np.zeros((series.size, grid.size, levels.shape[1]))
    for begin in range(0, series.size, BLOCK):
        part = series[begin : begin + BLOCK]
        mean = made.ordinary[rows[part]][:, None] * grid
        asked = np.ascontiguousarray(levels[part])
        with kernel(made.threads):
            out[begin : begin + BLOCK] = made.sum_head.quantiles(rows[part], grid, mean, asked)
    return out
