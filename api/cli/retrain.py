"""`restock retrain`, `restock rollback`, `restock track`: the nightly work, and its undoing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import progress
from api.cli.options import AsOf, DatasetArgument, Json, SettingPairs, SettingsFile, day

if TYPE_CHECKING:
    from experiments.retraining.run import Retrained

NOTHING_NEW, KEPT, HELD = 10, 11, 12
"""What --exit-code gives where no bundle was promoted."""
CODES = {"kept": KEPT, "held": HELD}
Kept = Annotated[
    Path,
    typer.Option(
        "--workspace", envvar="RESTOCK_WORKSPACE", help="Folder that what is learned is kept in."
    ),
]


def retrain(
    dataset: DatasetArgument,
    workspace: Kept,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Judge, and change nothing in the workspace.")
    ] = False,
    search_trials: Annotated[
        int,
        typer.Option(
            "--search-trials",
            min=0,
            help="Settings of the global model's trees to try on earlier days; the best of them is"
            " one more challenger.",
        ),
    ] = 0,
    search_seconds: Annotated[
        float | None,
        typer.Option("--search-seconds", min=0.0, help="No new trial after so many seconds."),
    ] = None,
    exit_code: Annotated[
        bool,
        typer.Option(
            "--exit-code",
            help="Exit with 10 for nothing new, 11 for kept, 12 for held, instead of 0.",
        ),
    ] = False,
    json_: Json = False,
) -> None:
    """Make challengers, judge them on replayed cost, and let the best stand where it won."""
    from domain.settings_layers import parse_overrides
    from experiments.retraining.run import How, retrain_dataset
    from experiments.retraining.search import Limits
    from experiments.retraining.write import summarize
    from planning.steps import Steps

    with progress("restock retrain", quiet=json_) as listener:
        made = retrain_dataset(
            dataset,
            workspace,
            day(as_of),
            settings,
            parse_overrides(set_ or []),
            Steps(listener),
            How(dry_run, Limits(search_trials, search_seconds)),
        )
    if json_:
        told = {"outcome": "nothing new"} if made is None else summarize(made)
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        _show(made, workspace)
    if exit_code:
        raise typer.Exit(NOTHING_NEW if made is None else CODES.get(made.outcome, 0))


def _show(made: Retrained | None, workspace: Path) -> None:
    """The outcome, the contest and where the page lies."""
    from experiments.retraining.card import sentence
    from experiments.retraining.job import FOLDER
    from experiments.retraining.run import OUTCOMES
    from experiments.retraining.write import PAGE
    from planning.report.page_words import amount

    if made is None:
        typer.echo("Nothing new: this data was judged before. Nothing was changed.")
        return
    typer.echo(OUTCOMES[made.outcome])
    window = made.known.window
    typer.echo(f"\nCost from {window.begin} to {window.until}, warm-up unscored:")
    for one in made.judged:
        typer.echo(f"  {one.name:12} {amount(one.cost):>14}")
    for verdict in made.verdicts:
        typer.echo(sentence(verdict, made.judged[0].name))
    if made.entrants.sought:
        typer.echo(made.entrants.sought)
    if made.entrants.uncalibrated:
        typer.echo(f"Challengers are not calibrated: {made.entrants.uncalibrated}")
    for doubt in made.doubts:
        typer.echo(f"New and grave: {doubt}")
    if made.tracked.reason:
        typer.echo(f"{made.tracked.waiting} records wait to be tracked: {made.tracked.reason}")
    if made.dry:
        typer.echo("\nA dry run: nothing was changed.")
    else:
        typer.echo(f"\nWritten to {workspace / FOLDER / made.job / PAGE}")


def rollback(workspace: Kept, json_: Json = False) -> None:
    """Let the model that stood before stand again."""
    from experiments.retraining.job import alone
    from planning.bundle import roll_back

    with alone(workspace):
        now = roll_back(workspace)
    if json_:
        typer.echo(json.dumps(now.model_dump()))
    else:
        typer.echo(f"Champion {now.champion} stands again; {len(now.before)} stood before it.")


def track(workspace: Kept, json_: Json = False) -> None:
    """Send what waits to the tracking server."""
    from dataclasses import asdict

    from experiments.tracking import address, drain

    sent = drain(workspace)
    if json_:
        typer.echo(json.dumps(asdict(sent)))
        return
    typer.echo(f"{sent.sent} sent, {sent.waiting} waiting. {sent.reason}".rstrip())
    typer.echo(f"To look at runs: mlflow ui --backend-store-uri {address(workspace)}")
