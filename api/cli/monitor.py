"""`restock monitor`: what came against what was forecast and planned."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import progress
from api.cli.options import AsOf, DatasetArgument, Json, SettingPairs, SettingsFile, Workspace, day

if TYPE_CHECKING:
    from experiments.monitoring.run import Monitored

OUT_OF_LIMITS = 13
"""What --exit-code gives where a watched figure is out of its limits."""

SHOWN_ALERTS = 5


def monitor(
    dataset: DatasetArgument,
    out: Annotated[Path, typer.Option("--out", help="Folder to write: whole or not at all.")],
    workspace: Workspace = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    exit_code: Annotated[
        bool,
        typer.Option("--exit-code", help="Exit with 13 where a watched figure is out of limits."),
    ] = False,
    json_: Json = False,
) -> None:
    """Hold what came against the plans that were kept, and key figures against their limits."""
    from domain.settings_layers import parse_overrides
    from experiments.monitoring.run import monitor_dataset
    from experiments.monitoring.write import MONITOR_FOLDER, write_monitor
    from planning.steps import Steps

    MONITOR_FOLDER.refuse_foreign(out)
    with progress("restock monitor", quiet=json_) as listener:
        steps = Steps(listener)
        made = monitor_dataset(
            dataset, workspace, day(as_of), settings, parse_overrides(set_ or []), steps
        )
        summary = write_monitor(made, out, steps)
    if json_:
        typer.echo(json.dumps(summary, ensure_ascii=False))
    else:
        _show(made, out)
    if exit_code and made.out:
        raise typer.Exit(OUT_OF_LIMITS)


def _show(made: Monitored, out: Path) -> None:
    """The figures of today and what is out of limits, for a terminal."""
    from experiments.monitoring.figures import SHOWN, kpi_of
    from experiments.monitoring.page import headline, not_known
    from experiments.monitoring.write import FILES
    from planning.report.page_words import measure

    typer.echo(headline(made))
    for one in made.out:
        limits = f"{one.setting.low} to {one.setting.high}".replace("None", "any")
        value = measure(one.value, one.unit, made.seen.currency)
        typer.echo(f"  {one.setting.kpi} of {one.group}: {value}, limits {limits}")
    if len(made.alerts):
        typer.echo(f"\n{len(made.alerts):,} abnormal moves, what is worth most first:")
        for row in made.alerts.head(SHOWN_ALERTS).to_dict("records"):
            typer.echo(f"  {row['sku']} at {row['location']}: {row['sentence']}")
    typer.echo(f"\nUntil {made.seen.calendar.as_of}:")
    for name in SHOWN:
        if made.now[name] is not None:
            kpi = kpi_of(name)
            typer.echo(f"  {kpi.title:32} {measure(made.now[name], kpi.unit, made.seen.currency)}")
    for sentence in not_known(made):
        typer.echo(sentence)
    typer.echo(f"\nWritten to {out}: {', '.join(name for name in FILES if (out / name).exists())}")
