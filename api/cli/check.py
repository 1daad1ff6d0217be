"""`restock check`: what was understood of a dataset, and every doubt about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import progress
from api.cli.options import AsOf, DatasetArgument, Json, SettingPairs, SettingsFile, day

if TYPE_CHECKING:
    from planning.quality.check import QualityReport
    from planning.quality.doubt import Doubt

GRAVE_DOUBTS = 4


def check(
    dataset: DatasetArgument,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 4 when there is a grave doubt.")
    ] = False,
    json_: Json = False,
) -> None:
    """Read a dataset, say what was understood, and list every doubt with the money it touches.

    Exit codes: 0 the dataset can be read, whatever the doubts; 2 it is refused, with the first
    bad cells; 4 with --strict, when there is a grave doubt.
    """
    from domain.settings_layers import parse_overrides
    from planning.quality.check import check_dataset
    from planning.store.read import read_dataset

    with progress("restock check", quiet=json_) as listener:
        listener("reading", None)
        read = read_dataset(
            dataset,
            settings,
            parse_overrides(set_ or []),
            lambda table, rows, _left: listener(f"reading {table}, {rows:,} rows", None),
        )
        listener("looking for doubts", None)
        report = check_dataset(read, day(as_of))
    if json_:
        typer.echo(json.dumps(report.to_dict(), ensure_ascii=False))
    else:
        show(report)
    if strict and report.grave:
        raise typer.Exit(GRAVE_DOUBTS)


def show(report: QualityReport) -> None:
    """The report for a terminal: what was understood, the tables, the doubts, the notes."""
    from rich.console import Console
    from rich.markup import escape

    from planning.quality.check import SCORE_FORMULA

    console = Console(highlight=False)
    console.print(escape(_headline(report)))
    console.print()
    console.print(_tables(report))
    console.print(f"[dim]{escape(SCORE_FORMULA)}[/dim]")
    console.print()
    console.print(_doubts(report) if report.doubts else "No doubts.\n")
    if report.notes:
        console.print("Noted while reading:")
    for note in report.notes:
        often = f" ({note.count:,} times)" if note.count > 1 else ""
        console.print(escape(f"  {note.table}: {note.sentence}{often}"))


def _headline(report: QualityReport) -> str:
    """What was understood, in a sentence."""
    from planning.quality.doubt import counted

    return (
        f"{counted(report.series, 'series', 'series')} "
        f"({counted(report.skus, 'sku')}, {counted(report.locations, 'location')}), "
        f"{counted(report.buckets, report.bucket.value)} up to {report.as_of}; "
        f"{counted(len(report.doubts), 'doubt')}"
        + (f", {report.grave:,} of them grave." if report.doubts else ".")
    )


def _tables(report: QualityReport) -> object:
    """The tables with rows, dates and scores."""
    from rich.table import Table

    table = Table("table", "rows", "skus", "from", "to", "score", box=None, pad_edge=False)
    for place in (1, 2, 5):
        table.columns[place].justify = "right"
    for one in report.tables:
        skus = "" if one.skus is None else f"{one.skus:,}"
        days = (one.first_day or "", one.last_day or "")
        table.add_row(one.name, f"{one.rows:,}", skus, *days, f"{one.score:.1f}")
    return table


def _doubts(report: QualityReport) -> object:
    """The doubts, each with its gravity, sentence, money, examples and mend."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 0, 0))
    colours = {"grave": "bold red", "plain": "yellow", "slight": "cyan"}
    for doubt in report.doubts:
        text = Text(f"{doubt.sentence[0].upper()}{doubt.sentence[1:]}.{_touches(doubt, report)}")
        if doubt.examples:
            text.append(f"\n{'; '.join(doubt.examples)}", style="dim")
        text.append(f"\n{doubt.mend}\n")
        grid.add_row(Text(doubt.gravity.word, style=colours[doubt.gravity.word]), text)
    return grid


def _touches(doubt: Doubt, report: QualityReport) -> str:
    """What a doubt touches, in words; nothing where it cannot be counted."""
    if not doubt.amount.value:
        return ""
    unit = "units"
    if doubt.amount.is_money:
        unit = report.currency or "in money"
    return f" Touches {doubt.amount.value:,.0f} {unit}."
