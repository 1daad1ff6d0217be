"""`restock event`: is there enough for a coming event, and what its past ones did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.console import progress
from api.cli.options import AsOf, DatasetArgument, Json, SettingPairs, SettingsFile, day

SHOWN = 5


def event(
    name: Annotated[
        str,
        typer.Argument(
            help="An event of the events table, or a shopping event such as double_11.",
        ),
    ],
    dataset: DatasetArgument,
    year: Annotated[
        int | None, typer.Option("--year", help="Year of the one meant; the next when silent.")
    ] = None,
    starts_on: Annotated[
        datetime | None,
        typer.Option("--starts-on", formats=["%Y-%m-%d"], help="First day of the one meant."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write: whole or not at all.")
    ] = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    json_: Json = False,
) -> None:
    """Compare stock and what is due with the demand of a coming event, item by item."""
    from domain.settings_layers import parse_overrides
    from planning.event.occurrences import refuse_both
    from planning.event.run import event_readiness
    from planning.event.summary import summarize
    from planning.event.write import EVENT_FOLDER, write_readiness
    from planning.steps import Steps

    if out is not None:
        EVENT_FOLDER.refuse_foreign(out)
    which = (year, day(starts_on))
    refuse_both(*which)
    with progress("restock event", quiet=json_) as listener:
        steps = Steps(listener)
        found = event_readiness(
            dataset, name, day(as_of), which, settings, parse_overrides(set_ or []), steps
        )
        if out is None:
            summary = {**summarize(found), "steps": steps.taken, "files": []}
        else:
            summary = write_readiness(found, out, steps)
    if json_:
        typer.echo(json.dumps(summary, ensure_ascii=False))
    else:
        show(summary, found.items.head(SHOWN).to_dict("records"), out)


def show(summary: Mapping[str, Any], rows: list[dict[str, Any]], out: Path | None) -> None:
    """What matters most, for a terminal."""
    from rich.console import Console

    from planning.event.summary import goods
    from planning.report.page_words import amount, counted, number, percent
    from planning.report.page_words import day as on_day

    console = Console(highlight=False, soft_wrap=True, markup=False)
    said = "no past one in history"
    if summary["past_events"]:
        said = counted(summary["past_events"], "past one") + " measured"
    if summary["uplift"]:
        said += f", ×{summary['uplift']:.2f} of usual demand"
    console.print(
        f"{summary['event']}: {on_day(summary['starts_on'])} to {on_day(summary['ends_on'])};"
        f" {said}."
    )
    later = summary["due_during"]
    come = f", {number(later)} to come while it lasts" if later else ""
    console.print(
        f"{number(summary['demand_mean'])} units expected, {number(summary['available'])} there"
        f" when it opens{come}. {counted(summary['short'], 'sku-location')} of"
        f" {summary['series']:,} would run short: {goods(summary)} missing; for"
        f" {summary['too_late']:,} it is too late to order."
    )
    for row in rows:
        if row["missing_units"] <= 0:
            break
        by = "too late to order" if row["too_late"] else f"order by {on_day(row['last_order_on'])}"
        console.print(
            f"  {row['sku']}, {row['location']}: {number(row['missing_units'])} units missing,"
            f" {amount(row['missing_value'])}; covered with {percent(row['probability_covered'])};"
            f" {by}"
        )
    if out is not None:
        console.print(f"\nWritten to {out}: {', '.join(summary['files'])}")
