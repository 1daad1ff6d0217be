"""`restock replay`: what every policy would have cost on the past."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import progress
from api.cli.options import (
    DAY,
    DatasetArgument,
    Json,
    SettingPairs,
    SettingsFile,
    Until,
    Workspace,
    day,
)

if TYPE_CHECKING:
    from experiments.replay.run import Replay
    from experiments.replay.score import Score


def replay(
    dataset: DatasetArgument,
    begin: Annotated[
        datetime,
        typer.Option("--from", formats=DAY, help="Day at whose close the replay begins."),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder to write: whole or not at all.")],
    until: Until = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            help="A policy, such as optimizer or days_of_cover:cover_days=24; may be repeated."
            " Others are compared with the first.",
        ),
    ] = None,
    fixed_lead_times: Annotated[
        bool,
        typer.Option("--fixed-lead-times", help="Do not draw lead times from their spread."),
    ] = False,
    workspace: Workspace = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    json_: Json = False,
) -> None:
    """Walk the past with each policy, knowing only what was known then, and compare their cost."""
    from domain.settings_layers import parse_overrides
    from experiments.replay.naming import calibration_of, named_policies
    from experiments.replay.run import replay_dataset
    from experiments.replay.write import REPLAY_FOLDER, write_replay
    from planning.steps import Steps

    REPLAY_FOLDER.refuse_foreign(out)
    policies = named_policies(policy or [])
    calibration = calibration_of(policies, workspace)
    with progress("restock replay", quiet=json_) as listener:
        steps = Steps(listener)
        made = replay_dataset(
            dataset,
            begin=begin.date(),
            until=day(until),
            policies=policies,
            vary_lead_times=not fixed_lead_times,
            settings_file=settings,
            overrides=parse_overrides(set_ or []),
            steps=steps,
            calibration=calibration,
        )
        summary = write_replay(made, out, steps)
    if json_:
        typer.echo(json.dumps(summary, ensure_ascii=False))
    else:
        show(made, out)


def show(made: Replay, out: Path) -> None:
    """A table of the policies for a terminal."""
    from rich.console import Console
    from rich.markup import escape

    from experiments.replay.write import FILES

    ground = made.ground
    console = Console(highlight=False)
    scored = ground.calendar.count - ground.scored_from
    console.print(
        f"{ground.series:,} sku-locations, {scored} {ground.calendar.bucket.value}s scored"
        f" until {ground.calendar.as_of}. Difference to {escape(made.first)}, 95 % interval."
    )
    heads = ("cost", "holding", "shortage", "orders", "served", "difference")
    rows = [heads, *(_cells(score, name == made.first) for name, score in made.scores.items())]
    widths = [max(len(row[k]) for row in rows) for k in range(len(heads))]
    for name, row in zip(("", *made.scores), rows, strict=True):
        cells = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        console.print(f"{'  '.join(cells)}  {escape(name)}".rstrip(), soft_wrap=True)
    console.print(f"\nWritten to {escape(str(out))}: {', '.join(FILES)}", soft_wrap=True)


def _cells(score: Score, first: bool) -> tuple[str, ...]:
    """What a line of the table says of a policy."""
    from planning.report.page_words import amount, percent

    money = (amount(value) for value in (score.cost, score.holding, score.shortage, score.order))
    low, high = score.interval
    difference = f"{amount(score.difference)} [{amount(low)}, {amount(high)}]"
    return (*money, percent(score.fill_rate), "" if first else difference)
