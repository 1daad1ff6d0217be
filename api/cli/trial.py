"""`restock trial`: how long a policy's trial must last, and what came of it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import progress
from api.cli.options import (
    DAY,
    AsOf,
    DatasetArgument,
    Json,
    SettingPairs,
    SettingsFile,
    Until,
    Workspace,
    day,
)

if TYPE_CHECKING:
    from experiments.trials.judge import Judged
    from experiments.trials.replayed import Sized

DETECT = 0.05
"""Share of cost that a trial is sized to see, where nobody says."""

trial = typer.Typer(
    help="A policy on trial ([trial] in the settings): its size beforehand, what came of it.",
    no_args_is_help=True,
)


@trial.command()
def size(
    dataset: DatasetArgument,
    begin: Annotated[
        datetime,
        typer.Option("--from", formats=DAY, help="Day at whose close the past is replayed from."),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder to write: whole or not at all.")],
    until: Until = None,
    detect: Annotated[
        float,
        typer.Option("--detect", help="The difference that is to be seen, as a share of cost."),
    ] = DETECT,
    workspace: Workspace = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    json_: Json = False,
) -> None:
    """Say how many weeks and items it takes to see a difference, from a replay of the past."""
    from domain.errors import SettingsError
    from domain.settings_layers import parse_overrides
    from experiments.trials.replayed import size_trial
    from experiments.trials.write import SIZED_FOLDER, write_sized
    from planning.steps import Steps

    if not 0.0 < detect < 1.0:
        raise SettingsError(
            f"a difference of {detect:g} of cost cannot be asked for", "--detect",
            "Write a share above 0 and below 1, such as 0.05.",
        )  # fmt: skip
    SIZED_FOLDER.refuse_foreign(out)
    with progress("restock trial size", quiet=json_) as listener:
        steps = Steps(listener)
        made = size_trial(
            dataset, begin.date(), day(until), detect, workspace, settings,
            parse_overrides(set_ or []), steps,
        )  # fmt: skip
        summary = write_sized(made, out, steps)
    if json_:
        typer.echo(json.dumps(summary, ensure_ascii=False))
    else:
        _show_size(made, out)


def _show_size(made: Sized, out: Path) -> None:
    from experiments.trials.words import advice, sentences
    from experiments.trials.write import SIZED_FILES

    typer.echo(advice(made))
    for sentence in sentences(made):
        typer.echo(sentence)
    typer.echo(f"\nWritten to {out}: {', '.join(SIZED_FILES)}")


@trial.command()
def judge(
    dataset: DatasetArgument,
    out: Annotated[Path, typer.Option("--out", help="Folder to write: whole or not at all.")],
    as_of: AsOf = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    json_: Json = False,
) -> None:
    """Compare cost, service and turnover of the items on trial with all others, since it began."""
    from domain.settings_layers import parse_overrides
    from experiments.trials.judge import judge_trial
    from experiments.trials.write import JUDGED_FOLDER, write_judged
    from planning.steps import Steps

    JUDGED_FOLDER.refuse_foreign(out)
    with progress("restock trial judge", quiet=json_) as listener:
        steps = Steps(listener)
        made = judge_trial(dataset, day(as_of), settings, parse_overrides(set_ or []), steps)
        summary = write_judged(made, out, steps)
    if json_:
        typer.echo(json.dumps(summary, ensure_ascii=False))
    else:
        _show(made, out)


def _show(made: Judged, out: Path) -> None:
    """The verdict and its figures, for a terminal."""
    from experiments.trials.page import SHOWN, judged_row
    from experiments.trials.words import headline, interim
    from experiments.trials.write import JUDGED_FILES
    from planning.report.page_words import measure

    typer.echo(headline(made))
    if interim(made):
        typer.echo(interim(made))
    currency = made.seen.currency
    typer.echo("\n" + _line("", "on trial", "as ever", "difference, and between what it lies"))
    for name in SHOWN:
        if name in made.measures:
            row = judged_row(name, made.measures[name], made.over)
            cells = [
                measure(value, row["unit"], currency)
                for value in (row["one"].challenger, row["one"].control, row["one"].value,
                              row["low"], row["high"])
            ]  # fmt: skip
            between = f"{cells[2]} [{cells[3]}, {cells[4]}]"
            typer.echo(_line(row["title"], cells[0], cells[1], between))
    for sentence in made.assumed:
        typer.echo(sentence)
    typer.echo(f"\nWritten to {out}: {', '.join(JUDGED_FILES)}")


def _line(title: str, *cells: str) -> str:
    return f"  {title:20}" + "".join(f"{cell:>16}" for cell in cells[:2]) + f"   {cells[2]}"
