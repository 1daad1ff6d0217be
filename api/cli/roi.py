"""`restock roi`: what planning returns on what it costs."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

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


def roi(
    dataset: DatasetArgument,
    out: Annotated[Path, typer.Option("--out", help="Folder to write: whole or not at all.")],
    workspace: Workspace = None,
    begin: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=DAY,
            help="Day at whose close the replay begins; the last two fifths of history, a year at"
            " most, when silent.",
        ),
    ] = None,
    until: Until = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    json_: Json = False,
) -> None:
    """Replay the orders you made (else minimum and maximum) against the plan; count the cash."""
    from domain.settings_layers import parse_overrides
    from experiments.investment.page import sentence
    from experiments.investment.run import return_of
    from experiments.investment.write import PAGE, ROI_FOLDER, write_return
    from planning.report.page_words import money
    from planning.steps import Steps

    ROI_FOLDER.refuse_foreign(out)
    with progress("restock roi", quiet=json_) as listener:
        steps = Steps(listener)
        made = return_of(
            dataset, workspace, day(begin), day(until), settings, parse_overrides(set_ or []), steps
        )
        summary = write_return(made, out, steps)
    if json_:
        typer.echo(json.dumps(summary, ensure_ascii=False))
        return
    currency = summary["currency"]
    typer.echo(sentence(made, currency))
    typer.echo(made.rule.why)
    for what, value in summary["a_month"].items():
        typer.echo(f"  {what:24} {value:>14,.0f} a month")
    way = "out of" if made.saved.released >= 0 else "into"
    typer.echo(f"Money {way} stock, once: {money(abs(made.saved.released), currency)}")
    typer.echo(f"\nWritten to {out / PAGE}")
