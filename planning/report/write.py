"""Files written whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from domain.errors import ConflictError, UnavailableError
from domain.tables import TABLES
from planning.plan import Plan
from planning.report.page import render_page
from planning.report.page_content import page_data
from planning.report.summary import summarize
from planning.steps import Steps

FILES = (
    "orders.csv",
    "exceptions.csv",
    "inventory.csv",
    "schedule.parquet",
    "forecast.parquet",
    "summary.json",
    "report.html",
)


PARQUET_MARK = b"PAR1"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Refuse, naming `path`, what the file system does not let us do there."""
    try:
        yield
    except OSError as error:
        said = (error.strerror or str(error)).splitlines()[0].rstrip(".")
        raise UnavailableError(
            f"nothing can be written there: {said}",
            str(path),
            "Name a place that may be written to and has room; what was there is untouched.",
        ) from error


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place, then put it there in one move."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        write(Path(name))
        os.chmod(name, 0o644)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def refuse_foreign_folder(out: Path) -> None:
    """Raise where `out` holds anything that an earlier plan did not write."""
    with writing(out):
        if not out.exists():
            return
        if not out.is_dir():
            raise ConflictError(
                "there is a file where the plan should go", str(out), "Name a folder."
            )
        foreign = sorted({entry.name for entry in out.iterdir()} - set(FILES))
    if foreign:
        raise ConflictError(
            f"the folder holds files that are not a plan's, such as {foreign[0]!r}",
            str(out),
            "Name a new or empty folder, or one that an earlier plan was written to.",
        )


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


def write_plan(plan: Plan, out: Path, steps: Steps) -> dict[str, object]:
    """Write a plan's files to a folder beside `out`, then swap the folders; gives the summary."""
    with writing(out):
        return _write_plan(plan, out.resolve(), steps)


def _write_plan(plan: Plan, out: Path, steps: Steps) -> dict[str, object]:
    """Write a plan's files to a folder that is a plan's or not there yet."""
    refuse_foreign_folder(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    try:
        with steps.step("write tables"):
            write_csv(plan.orders, draft / "orders.csv")
            write_csv(plan.exceptions, draft / "exceptions.csv")
            write_csv(plan.inventory, draft / "inventory.csv")
            plan.schedule.to_parquet(draft / "schedule.parquet", index=False)
            plan.forecast.to_parquet(draft / "forecast.parquet", index=False)
        with steps.step("write report"):
            page = render_page(page_data(plan, steps))
            (draft / "report.html").write_text(page, encoding="utf-8")
        summary = {**summarize(plan, steps), "files": list(FILES)}
        text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
        (draft / "summary.json").write_text(text + "\n", encoding="utf-8")
        os.chmod(draft, 0o755)
        swap(draft, out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return summary


def swap(draft: Path, out: Path) -> None:
    """Put a finished folder in the place of an earlier one."""
    if not out.exists():
        os.replace(draft, out)
        return
    old = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    os.replace(out, old / "old")
    try:
        os.replace(draft, out)
    except OSError:
        os.replace(old / "old", out)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
