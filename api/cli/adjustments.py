"""`restock adjustments`: what planners' adjustments of the past were worth."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import progress
from api.cli.options import DatasetArgument, Json, SettingPairs, SettingsFile, day

if TYPE_CHECKING:
    import pandas as pd

    from experiments.adjustments.review import Review


def adjustments(
    dataset: DatasetArgument,
    begin: Annotated[
        datetime,
        typer.Option(
            "--from", formats=["%Y-%m-%d"], help="Judge adjustments from the close of this day on."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder to write: whole or not at all.")],
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until", formats=["%Y-%m-%d"], help="Last day of demand; the data's when silent."
        ),
    ] = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    json_: Json = False,
) -> None:
    """Compare adjusted forecasts of the past with unadjusted ones, now that demand came."""
    from domain.settings_layers import parse_overrides
    from experiments.adjustments.review import review_dataset
    from experiments.adjustments.write import REVIEW_FOLDER, write_review
    from planning.steps import Steps

    REVIEW_FOLDER.refuse_foreign(out)
    with progress("restock adjustments", quiet=json_) as listener:
        steps = Steps(listener)
        made = review_dataset(
            dataset,
            begin=begin.date(),
            until=day(until),
            settings_file=settings,
            overrides=parse_overrides(set_ or []),
            steps=steps,
        )
        summary = write_review(made, out, steps)
    if json_:
        typer.echo(json.dumps(summary, ensure_ascii=False))
    else:
        show(made, out)


HEADS = ("adjustments", "units", "error with", "without", "cost with", "without", "saving")


def show(made: Review, out: Path) -> None:
    """A line for everyone who adjusted, and why, for a terminal."""
    from rich.console import Console
    from rich.markup import escape

    from experiments.adjustments.write import FILES

    console = Console(highlight=False)
    unit = f" in {made.currency}" if made.currency else ""
    console.print(
        f"Adjustments judged from {made.begin} until {made.calendar.as_of}; errors in units,"
        f" costs{unit} of one stock for their days.",
        soft_wrap=True,
    )
    rows = [HEADS, *(_cells(row) for _, row in made.by.iterrows())]
    names = ["", *(_who(row) for _, row in made.by.iterrows())]
    widths = [max(len(row[k]) for row in rows) for k in range(len(HEADS))]
    for name, row in zip(names, rows, strict=True):
        cells = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        console.print(f"{'  '.join(cells)}  {escape(name)}".rstrip(), soft_wrap=True)
    if made.left_out:
        console.print(f"{made.left_out:,} of other days, or without known demand, left out.")
    console.print(f"\nWritten to {escape(str(out))}: {', '.join(FILES)}", soft_wrap=True)


def _cells(row: pd.Series) -> tuple[str, ...]:
    """What a line says."""
    from planning.report.page_words import amount

    names = ("units", "error_with", "error_without", "cost_with", "cost_without", "saving")
    return (f"{int(row['adjustments']):,}", *(amount(float(row[name])) for name in names))


def _who(row: pd.Series) -> str:
    who = str(row["made_by"]) or "nobody named"
    return f"{who}: {row['reason']}" if row["reason"] else who
