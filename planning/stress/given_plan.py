"""A plan as it lies in its folder: what it was made of, and what is ordered today."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from domain.columns import Table, number, text
from domain.errors import BadCell, ConflictError, DataError, NotFoundError
from domain.headers import read_header
from domain.terms import Floats
from planning.calibration import NOT_CALIBRATED, Calibration, Used
from planning.dataset import Dataset
from planning.plan_id import plan_id
from planning.situation import Situation
from planning.store.raw import FORMATS
from planning.store.read import read_table
from planning.supply import row_of

SUMMARY, ORDERS = "summary.json", "orders.csv"
LINES = Table(
    "orders",
    "What of a plan's order lines is kept.",
    ("sku", "location"),
    (
        text("plan_id", "the plan the line belongs to", required=True),
        text("sku", "the product", required=True),
        text("location", "where it will be needed", required=True),
        number("quantity", "units to order", "units", required=True),
    ),
)


@dataclass(frozen=True)
class GivenPlan:
    """The plan in a folder; `lines` has the columns of `LINES`, a row per sku and location."""

    folder: Path
    plan_id: str
    as_of: date
    settings: dict[str, Any]  # all of them, as the plan was made with
    used: Used  # its calibration
    lines: pd.DataFrame


def read_plan(folder: Path) -> GivenPlan:
    """The plan in `folder`; raises NotFoundError or DataError where there is none to read."""
    for name in (SUMMARY, ORDERS):
        if not (folder / name).is_file():
            raise NotFoundError(
                f"there is no plan: {name} is missing",
                str(folder),
                "Name a folder that `restock plan … --out` wrote.",
            )
    summary = _summary(folder / SUMMARY)
    lines = _lines(folder / ORDERS)
    foreign = lines.loc[lines["plan_id"] != summary["plan_id"], "plan_id"]
    if len(foreign):
        raise ConflictError(
            f"{ORDERS} holds lines of another plan, {foreign.iloc[0]!r}",
            str(folder),
            f"Keep {ORDERS} and {SUMMARY} of one plan together, or plan again.",
        )
    return GivenPlan(folder, summary["plan_id"], summary["as_of"], summary["settings"],
                     summary["used"], lines)  # fmt: skip


def _summary(path: Path) -> dict[str, Any]:
    """What a summary says of how the plan was made."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        calibration = found["calibration"]
        return {
            "plan_id": str(found["plan_id"]),
            "as_of": date.fromisoformat(found["as_of"]),
            "settings": dict(found["settings"]),
            "used": Used(Calibration(**calibration), "") if calibration else NOT_CALIBRATED,
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path.name} is not the summary of a plan",
            str(path),
            "Plan again: `restock plan` writes it.",
        ) from error


def _lines(path: Path) -> pd.DataFrame:
    """The order lines; bad cells are refused with their lines."""
    raw = FORMATS.get("csv").open(path, "utf-8")
    parsed = read_table(raw, LINES, read_header(raw.header, LINES, raw.file).used)
    faults = parsed.faults
    if faults.count:
        lines = raw.lines([fault.row for fault in faults.first])
        cells = [
            BadCell(raw.file, line, fault.column, fault.value, fault.why)
            for line, fault in zip(lines, faults.first, strict=True)
        ]
        raise DataError(
            f"the plan's orders are refused; the first: {cells[0].sentence()}",
            str(path),
            "Mend the cells that are named, or plan again.",
            cells,
            faults.count,
        )
    return parsed.frame


def refuse_other_data(plan: GivenPlan, dataset: Dataset, as_of: np.datetime64) -> None:
    """Raise where the plan was not made from this dataset, as it was known at its `as_of`."""
    if plan_id(dataset, as_of, plan.used.hash) != plan.plan_id:
        raise other_data(plan)


def other_data(plan: GivenPlan) -> ConflictError:
    """What is said of a plan that was not made from the dataset that is named."""
    if plan.settings.get("change_cost"):
        return ConflictError(
            f"plan {plan.plan_id} may have been made with orders of an earlier plan kept",
            str(plan.folder),
            "Plan again without --previous, and name that plan.",
        )
    return ConflictError(
        f"plan {plan.plan_id} was made from other data, or by another version of Restock",
        str(plan.folder),
        "Name the dataset it was made from, or plan again: the same data, settings and"
        " version give the same plan id.",
    )


def ordered_today(plan: GivenPlan, situation: Situation) -> Floats:
    """Units each series orders today by the plan [S]; raises DataError where one cannot."""
    series = situation.terms.frame[["sku", "location"]]
    rows = row_of(series, plan.lines)
    units = plan.lines["quantity"].to_numpy()
    able = np.append(situation.cycles.orders_today, False)  # row -1: no series at all
    wrong = plan.lines[(units > 0) & ~able[rows]]
    if len(wrong):
        first = wrong.iloc[0]
        raise DataError(
            f"{first['sku']!r} at {first['location']!r} cannot be ordered on {plan.as_of}",
            str(plan.folder / ORDERS),
            "Order what the dataset knows, on days its supplier takes orders.",
        )
    ordered = np.zeros(situation.series)
    np.add.at(ordered, rows[rows >= 0], units[rows >= 0])  # a series may have several suppliers
    return ordered
