"""`restock stress`: what a plan costs if things turn out worse, and what would be ordered then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.console import progress
from api.cli.options import DatasetArgument, Json

if TYPE_CHECKING:
    from rich.console import Console


def stress(
    dataset: DatasetArgument,
    plan: Annotated[
        Path,
        typer.Option(
            "--plan",
            help="Folder of a plan of this dataset; its day, settings and orders hold.",
        ),
    ],
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            "--scenario",
            help="A scenario, such as supplier_late or supplier_late:days=21; may be repeated."
            " All when silent.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write: whole or not at all.")
    ] = None,
    json_: Json = False,
) -> None:
    """Compute what a plan costs if a scenario happens, and which of its orders would change."""
    from planning.steps import Steps
    from planning.stress.naming import named_scenarios
    from planning.stress.run import stress_plan
    from planning.stress.tables import summarize
    from planning.stress.write import STRESS_FOLDER, write_stress

    if out is not None:
        STRESS_FOLDER.refuse_foreign(out)
    scenarios = named_scenarios(scenario or [])
    with progress("restock stress", quiet=json_) as listener:
        steps = Steps(listener)
        made = stress_plan(dataset, plan, scenarios, steps)
        if out is None:
            summary = {**summarize(made), "steps": steps.taken, "files": []}
        else:
            summary = write_stress(made, out, steps)
    if json_:
        typer.echo(json.dumps(summary, ensure_ascii=False))
    else:
        show(summary, out)


HEADS = (
    "change in plan cost",
    "holding",
    "shortage",
    "surplus",
    "orders",
    "prices",
    "avoidable",
    "lines",
)
PARTS = ("cost", "holding", "shortage", "surplus", "orders", "purchase")


def show(summary: Mapping[str, Any], out: Path | None) -> None:
    """A table of the scenarios for a terminal, the one that costs most first."""
    from rich.console import Console
    from rich.markup import escape

    from planning.report.page_words import counted, money

    console = Console(highlight=False)
    cost = money(summary["cost"], summary["currency"])
    console.print(
        f"Plan {escape(summary['plan_id'])} of {summary['as_of']}:"
        f" {counted(summary['order_lines'], 'order line')} today,"
        f" {counted(summary['series'], 'sku-location')} in stock, expected cost {cost}.",
        soft_wrap=True,
    )
    unit = f", in {summary['currency']}" if summary["currency"] else ""
    console.print(f"Each scenario, today's orders kept{unit}:\n", soft_wrap=True, markup=False)
    struck = {name: each for name, each in summary["scenarios"].items() if each["struck"]}
    _table(console, struck)
    for name, each in summary["scenarios"].items():
        if not each["struck"]:
            console.print(escape(f"{name}: {each['what']}"), soft_wrap=True)
    if struck:
        console.print(
            "\nprices: today's orders at the changed price. avoidable: what other orders today"
            " would save. lines: lines whose best quantity differs.",
            soft_wrap=True,
        )
    for sentence in summary["left_out"]:
        console.print(sentence, soft_wrap=True)
    if out is not None:
        files = ", ".join(summary["files"])
        console.print(f"\nWritten to {escape(str(out))}: {files}", soft_wrap=True)


def _table(console: Console, struck: Mapping[str, Mapping[str, Any]]) -> None:
    """A line a scenario."""
    from rich.markup import escape

    if not struck:
        return
    rows = [HEADS, *(_cells(each) for each in struck.values())]
    widths = [max(len(row[k]) for row in rows) for k in range(len(HEADS))]
    names = ("scenario", *struck)
    longest = max(len(name) for name in names)
    for name, row in zip(names, rows, strict=True):
        cells = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        console.print(f"{escape(name.ljust(longest))}  {'  '.join(cells)}", soft_wrap=True)


def _cells(each: Mapping[str, Any]) -> tuple[str, ...]:
    """What a line of the table says of a scenario."""
    from planning.report.page_words import amount

    parts = (amount(each[f"extra_{part}"]) for part in PARTS)
    return (*parts, amount(each["saving"]), f"{each['changed_lines']:,}")
