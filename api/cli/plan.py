"""`restock plan`: dataset in, reorder plan out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import progress
from api.cli.options import AsOf, DatasetArgument, Json, SettingPairs, SettingsFile, Workspace, day
from domain.columns import MAIN

SHOWN_LINES = 5

if TYPE_CHECKING:
    from planning.plan import Plan


def plan(
    dataset: DatasetArgument,
    out: Annotated[Path, typer.Option("--out", help="Folder to write: whole or not at all.")],
    as_of: AsOf = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    workspace: Workspace = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            help="Folder of an earlier plan of this dataset: say what changed against it, and why;"
            " with change_cost, keep its orders where changing them saves less.",
        ),
    ] = None,
    reference: Annotated[
        bool,
        typer.Option(
            "--reference",
            help="Solve it with the readable reference model as well, and compare cost and time.",
        ),
    ] = False,
    json_: Json = False,
) -> None:
    """Compute what to order now, and say why."""
    from domain.settings_layers import parse_overrides
    from planning.forecast_states import states_in
    from planning.kept_plans import keep_plan
    from planning.pipeline import plan_dataset
    from planning.previous import changes_since
    from planning.reference_comparison import compare
    from planning.report.write import PLAN_FOLDER, write_plan
    from planning.steps import Steps

    PLAN_FOLDER.refuse_foreign(out)
    states = states_in(workspace)
    with progress("restock plan", quiet=json_) as listener:
        steps = Steps(listener)
        made = plan_dataset(
            dataset,
            as_of=day(as_of),
            settings_file=settings,
            overrides=parse_overrides(set_ or []),
            steps=steps,
            workspace=workspace,
            states=states,
            previous=previous,
        )
        if previous is not None:
            with steps.step("compare"):
                made = replace(made, changes=changes_since(made, previous))
        against = None
        if reference:
            with steps.step("reference"):
                against = compare(made.situation, made.decision)
        summary = write_plan(made, out, steps)
        if states is not None:
            states.write()
        if workspace is not None:
            keep_plan(made, workspace)
    if states is not None and states.said:
        typer.echo(states.said, err=True)
    if json_:
        if against is not None:
            summary = {**summary, "reference": against.record}
        typer.echo(json.dumps(summary, ensure_ascii=False))
        return
    show(made, out)
    if against is not None:
        typer.echo("\n" + "\n".join(against.sentences))


def show(made: Plan, out: Path) -> None:
    """A short summary for a terminal: what to order, what it is worth, what needs a person."""
    from rich.console import Console
    from rich.markup import escape
    from rich.padding import Padding

    from planning.report.headline import headline
    from planning.report.reasons import amount
    from planning.report.write import files_of

    console = Console(highlight=False)
    for line in headline(made):
        console.print(escape(line))
    if len(made.orders):
        console.print("\nMost at stake:")
    for row in made.orders.head(SHOWN_LINES).itertuples():
        where = "" if row.location == MAIN else f" at {row.location}"
        what = f"{row.sku}{where}  {row.description}".rstrip()
        console.print(
            f"[bold]{escape(what)}[/bold]: order {amount(row.quantity)},"
            f" on the shelf {row.due_on.date()}, saves {row.saving:,.2f}"
        )
        console.print(Padding(escape(str(row.reason)), (0, 0, 0, 4)), style="dim")
    if made.changes is not None:
        console.print(f"\nOrdered otherwise than planned before: {len(made.changes):,} lines.")
        for sentence in made.changes["sentence"].head(SHOWN_LINES):
            console.print(Padding(escape(sentence), (0, 0, 0, 4)), style="dim")
    files = ", ".join(files_of(made))
    console.print(f"\nWritten to {escape(str(out))}: {files}", soft_wrap=True)
