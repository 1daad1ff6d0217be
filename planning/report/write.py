"""The files of a plan and of a forecast."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from domain.errors import ConflictError
from domain.tables import TABLES
from planning.plan import Plan
from planning.report.page import render_page
from planning.report.page_content import page_data
from planning.report.summary import summarize
from planning.steps import Steps
from planning.whole_files import ResultFolder, write_json, writing

FILES = (
    "orders.csv",
    "exceptions.csv",
    "inventory.csv",
    "schedule.parquet",
    "forecast.parquet",
    "explanation.parquet",
    "waterfall.parquet",
    "summary.json",
    "report.html",
)


LIMITS_FILE = "limits.csv"
"""Written where a plan has limits."""
CORRECTED_FILE = "corrected.parquet"
AGGREGATES_FILE = "aggregates.parquet"
SLOW_STOCK_FILE = "slow_stock.csv"
CHANGES_FILE = "changes.csv"
SUPPLIER_FORECAST_FILE = "supplier_forecast.csv"
"""Written where demand was hidden in some bucket."""
SOMETIMES = (
    LIMITS_FILE,
    CORRECTED_FILE,
    AGGREGATES_FILE,
    SLOW_STOCK_FILE,
    CHANGES_FILE,
    SUPPLIER_FORECAST_FILE,
)
PLAN_FOLDER = ResultFolder("plan", (*FILES, *SOMETIMES))
PARQUET_MARK = b"PAR1"


def refuse_foreign_file(out: Path, dataset: Path) -> None:
    """Raise where a forecast written to `out` would take the place of anything else's file."""
    mend = "Name another file, such as forecast.parquet."
    with writing(out):
        if out.is_dir():
            raise ConflictError("there is a folder where the forecast should go", str(out), mend)
        if out.name.split(".")[0] in TABLES and out.resolve().parent == dataset.resolve():
            raise ConflictError("that is the place of a table of the dataset", str(out), mend)
        if not out.exists():
            return
        with out.open("rb") as file:
            foreign = file.read(len(PARQUET_MARK)) not in (PARQUET_MARK, b"")
    if foreign:
        raise ConflictError("there is a file that is no forecast", str(out), mend)


def csv_number(value: float) -> str:
    """A number in a CSV file: whole numbers without a point, no exponent, no noise digits."""
    if value != value:
        return ""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """A table as CSV: UTF-8, commas, ISO days, missing values blank."""
    text = frame.copy()
    for name in frame.columns:
        if pd.api.types.is_float_dtype(frame[name].dtype):
            text[name] = [csv_number(value) for value in frame[name].tolist()]
    text.to_csv(path, index=False, date_format="%Y-%m-%d", lineterminator="\n")


def files_of(plan: Plan) -> list[str]:
    """The files a plan is written to."""
    more = {
        LIMITS_FILE: plan.limits,
        CORRECTED_FILE: plan.corrected,
        AGGREGATES_FILE: plan.aggregates,
        SLOW_STOCK_FILE: plan.slow_stock,
        SUPPLIER_FORECAST_FILE: plan.supplier_forecast,
    }
    compared = [] if plan.changes is None else [CHANGES_FILE]
    return [*FILES, *(name for name, frame in more.items() if len(frame)), *compared]


def write_plan(plan: Plan, out: Path, steps: Steps) -> dict[str, Any]:
    """Write a plan's files, all or none of them; gives the summary."""
    summary: dict[str, Any] = {}

    def fill(draft: Path) -> None:
        with steps.step("write tables"):
            write_csv(plan.orders, draft / "orders.csv")
            write_csv(plan.exceptions, draft / "exceptions.csv")
            write_csv(plan.inventory, draft / "inventory.csv")
            if len(plan.limits):
                write_csv(plan.limits, draft / LIMITS_FILE)
            if len(plan.slow_stock):
                write_csv(plan.slow_stock, draft / SLOW_STOCK_FILE)
            if len(plan.supplier_forecast):
                write_csv(plan.supplier_forecast, draft / SUPPLIER_FORECAST_FILE)
            if plan.changes is not None:
                write_csv(plan.changes, draft / CHANGES_FILE)
            plan.schedule.to_parquet(draft / "schedule.parquet", index=False)
            plan.forecast.to_parquet(draft / "forecast.parquet", index=False)
            plan.explanation.to_parquet(draft / "explanation.parquet", index=False)
            plan.waterfall.to_parquet(draft / "waterfall.parquet", index=False)
            if len(plan.corrected):
                plan.corrected.to_parquet(draft / CORRECTED_FILE, index=False)
            if len(plan.aggregates):
                plan.aggregates.to_parquet(draft / AGGREGATES_FILE, index=False)
        with steps.step("write report"):
            page = render_page(page_data(plan, steps))
            (draft / "report.html").write_text(page, encoding="utf-8")
        summary.update(summarize(plan, steps), files=files_of(plan))
        write_json(summary, draft / "summary.json")

    PLAN_FOLDER.write(out, fill)
    return summary
