"""A plan made from the store of the service: what was released counts as on order in it."""

from __future__ import annotations

import datetime as dt
import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from domain.errors import ConflictError
from domain.outputs import ORDERS
from domain.periods import ONE_DAY, Day
from domain.tables import TABLES
from planning.as_of import settle
from planning.dataset import Dataset
from planning.forecasts import known_on
from planning.learned import learned
from planning.pipeline import make_plan
from planning.plan import Plan
from planning.steps import Steps
from planning.store.service.frames import (
    ArrowTable,
    arrow_of_rows,
    as_arrow,
    checked_frame,
    json_rows,
)
from planning.store.service.interface import ServiceStore
from planning.store.service.plan_files import FILES, write_plan_files
from planning.store.service.records import PlanRequest, PlanResult, Recommendation

NAME = "store"
OPEN_ORDERS = TABLES["open_orders"]


@dataclass(frozen=True)
class Planned:
    """A plan, and what of the store it was made from."""

    plan: Plan
    version: int
    change: int  # of recommendations


def plan_store(store: ServiceStore, request: PlanRequest, workspace: Path, steps: Steps) -> Planned:
    """The plan of the store as it is now; raises RestockError where there can be none."""
    with steps.step("read"):
        # What was released is read first: an order that gets into open_orders between the two
        # readings is then known twice, and counted once; the other way it would be missed.
        change, released = store.on_order()
        version = store.version()
        whole = store.as_dataset(version, request.settings)
    asked = None if request.as_of is None else dt.date.fromisoformat(request.as_of)
    bucket, day = settle(whole, asked)
    with steps.step("cut"):
        dataset, calendar = known_on(whole, bucket, day)
        dataset = with_released(dataset, whole, released, day)
    known = learned(workspace, dataset, calendar.as_of)
    return Planned(make_plan(NAME, known.dataset, calendar, steps, known.used), version, change)


def with_released(
    dataset: Dataset, whole: Dataset, released: Sequence[Recommendation], as_of: Day
) -> Dataset:
    """The dataset with released lines among its open orders, unless `whole` has their orders.

    One that should have come by now is expected the next day, for it counts until somebody says
    that it failed. Raises ConflictError for a plan as of a day before a released line was
    ordered: it would order the same again.
    """
    orders = whole.table("open_orders")
    known = set() if orders is None else set(orders["recommendation_id"].dropna())
    rows = [_open_order(one, as_of) for one in released if one.id not in known]
    if not rows:
        return dataset
    added = checked_frame(ArrowTable(NAME, arrow_of_rows(rows, OPEN_ORDERS)), OPEN_ORDERS)
    arrow = as_arrow(added, OPEN_ORDERS)
    there = dataset.table("open_orders")
    if there is not None:
        arrow = pa.concat_tables([as_arrow(there, OPEN_ORDERS), arrow])
    frame = checked_frame(ArrowTable(NAME, arrow), OPEN_ORDERS)
    return replace(dataset, tables={**dataset.tables, "open_orders": frame})


def _open_order(one: Recommendation, as_of: Day) -> dict[str, Any]:
    """A released line as an open order."""
    ordered_on = str(one.line["order_on"])
    if np.datetime64(ordered_on, "D") > as_of:
        raise ConflictError(
            f"{one.sku} at {one.location} was ordered on {ordered_on}, after {as_of}",
            f"recommendation {one.id}",
            "Plan as of a later day, or withdraw what was released.",
        )
    due_on = max(np.datetime64(one.due_on, "D"), as_of + ONE_DAY)
    row = {
        "order_id": one.id,
        "line_id": "1",
        "sku": one.sku,
        "location": one.location,
        "quantity": max(one.quantity, one.quantity_received),
        "quantity_received": one.quantity_received,
        "due_on": str(due_on),
        "ordered_on": ordered_on,
        "supplier": one.supplier or None,
        "kind": one.line.get("kind"),
        "status": one.state.value,
        "unit_cost": one.line.get("unit_cost"),
        "recommendation_id": one.id,
    }
    return {name: value for name, value in row.items() if value is not None}


def write_result(planned: Planned, folders: Path, name: str, steps: Steps) -> PlanResult:
    """Write a plan's files to a folder of that name; gives what is to be published."""
    plan = planned.plan
    summary = write_plan_files(plan, folders / name, steps)
    lines = [
        {k: v for k, v in row.items() if not isinstance(v, float) or math.isfinite(v)}
        for row in json_rows(plan.orders, ORDERS)
    ]
    return PlanResult(
        plan_id=plan.plan_id,
        as_of=str(plan.situation.as_of),
        version=planned.version,
        change=planned.change,
        summary=summary,
        folder=name,
        files=FILES,
        lines=tuple(lines),
    )


def remove_drafts(folders: Path, id: str, kept: str) -> None:
    """Remove the folders that earlier attempts at a plan left."""
    for folder in folders.glob(f"{id}.*"):
        if folder.name != kept:
            shutil.rmtree(folder, ignore_errors=True)
