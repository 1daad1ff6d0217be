"""The files of a published plan: a Parquet file a table, the summary and the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from planning.plan import Plan
from planning.report.page import render_page
from planning.report.page_content import page_data
from planning.report.summary import summarize
from planning.steps import Steps
from planning.store.service.plan_sums import SUMS_FILE, keep_sums, refusal
from planning.what_if.ground import FILES as GROUND_FILES
from planning.what_if.leaving import write_ground
from planning.whole_files import ResultFolder, write_json

FRAMES = (
    "orders", "exceptions", "inventory", "schedule", "limits", "forecast", "corrected",
    "aggregates",
)  # fmt: skip
SUMMARY_FILE, REPORT_FILE = "summary.json", "report.html"
FILES = (*(f"{name}.parquet" for name in FRAMES), SUMMARY_FILE, REPORT_FILE)
FOLDER = ResultFolder("stored plan", (*FILES, *GROUND_FILES, SUMS_FILE))


def write_plan_files(plan: Plan, out: Path, steps: Steps) -> dict[str, Any]:
    """Write all files of a plan or none; gives the summary."""
    summary: dict[str, Any] = {}

    def fill(draft: Path) -> None:
        with steps.step("write tables"):
            for name in FRAMES:
                getattr(plan, name).to_parquet(draft / f"{name}.parquet", index=False)
        with steps.step("write what-if"):
            write_ground(plan, draft)
        with steps.step("write report"):
            page = render_page(page_data(plan, steps))
            (draft / REPORT_FILE).write_text(page, encoding="utf-8")
        summary.update(summarize(plan, steps), files=list(FILES))
        write_json(summary, draft / SUMMARY_FILE)
        keep_sums(draft)

    FOLDER.write(out, fill)
    return summary


def read_frame(path: Path) -> pd.DataFrame:
    """A table of a plan; raises UnavailableError, naming the file, where it cannot be read."""
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise refusal("cannot be read", path) from error
