"""`restock calibrate`: learn from the past by how much to weigh a shortage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import progress
from api.cli.options import AsOf, DatasetArgument, Json, SettingPairs, SettingsFile, day

if TYPE_CHECKING:
    from experiments.calibration.run import Calibrated


def calibrate(
    dataset: DatasetArgument,
    workspace: Annotated[
        Path,
        typer.Option(
            "--workspace",
            envvar="RESTOCK_WORKSPACE",
            help="Folder to keep the calibration in; restock plan reads it from there.",
        ),
    ],
    as_of: AsOf = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    json_: Json = False,
) -> None:
    """Replay the past with dearer and cheaper shortages, and keep what would have cost least."""
    from dataclasses import asdict

    from domain.settings_layers import parse_overrides
    from experiments.calibration.run import calibrate_dataset
    from planning.calibration import write_calibration
    from planning.steps import Steps

    with progress("restock calibrate", quiet=json_) as listener:
        made = calibrate_dataset(
            dataset,
            as_of=day(as_of),
            settings_file=settings,
            overrides=parse_overrides(set_ or []),
            steps=Steps(listener),
        )
    path = write_calibration(made.calibration, workspace)
    if json_:
        typer.echo(json.dumps(asdict(made.calibration), ensure_ascii=False))
    else:
        show(made, path)


def show(made: Calibrated, path: Path) -> None:
    """What was tried, what was chosen and whether the later window confirms it."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False)
    for line in lines(made):
        console.print(escape(line), soft_wrap=True)
    console.print(f"\nWritten to {escape(str(path))}", soft_wrap=True)


def lines(made: Calibrated) -> list[str]:
    """The findings, a line each."""
    from experiments.calibration.trial import FACTORS
    from planning.report.page_words import amount

    said = [f"{made.tried:,} of {made.series:,} sku-locations replayed with {len(FACTORS)} factors"
            " on the cost of a shortage."]  # fmt: skip
    heads = ["factor", *(f"{trial.scored_from} to {trial.window.until}" for trial in made.trials)]
    priced = made.priced
    if priced is not None:
        rows = [[f"{f:g}", *(amount(curve[k]) for curve in priced.curves)]
                for k, f in enumerate(FACTORS)]  # fmt: skip
        said += ["", "Cost by factor, of the days scored; two windows choose, the last judges.",
                 *_table(heads, rows)]  # fmt: skip
        low, high = priced.interval
        difference = priced.cost - priced.cost_as_typed
        said += ["", f"Chosen: {priced.chosen:g}. On the last window {amount(priced.cost)} instead"
                 f" of {amount(priced.cost_as_typed)}: {amount(difference)}"
                 f" [{amount(low)}, {amount(high)}]."]  # fmt: skip
        if priced.chosen not in priced.factors.values():
            said.append("The last window does not confirm it: the shortage cost stays as it is.")
        elif high >= 0 and priced.chosen != 1:
            said.append("The last window agrees, though not beyond chance.")
    for kind, one in made.promised.items():
        rows = [[f"{f:g}", *(f"{curve[k]:.1%}" for curve in one.curves)]
                for k, f in enumerate(FACTORS)]  # fmt: skip
        words = kind.replace("_", " ")
        said += ["", f"Reached {words} by factor; promised {one.promised:.1%}.",
                 *_table(heads, rows), "", f"Chosen: {one.chosen:.2f}. On the last window"
                 f" {one.reached:.1%} instead of {one.reached_as_typed:.1%}."]  # fmt: skip
        if one.factor != one.chosen:
            said.append("The last window does not confirm it: levels are planned as promised.")
    return [*said, "", made.calibration.sentence()]


def _table(heads: list[str], rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[k]) for row in (heads, *rows)) for k in range(len(heads))]
    return [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in (heads, *rows)
    ]
