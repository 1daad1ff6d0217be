"""`restock frontier`: cost and service against the money there is for orders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import progress
from api.cli.options import AsOf, DatasetArgument, Json, SettingPairs, SettingsFile, day


def frontier(
    dataset: DatasetArgument,
    out: Annotated[Path, typer.Option("--out", help="Folder to write: whole or not at all.")],
    as_of: AsOf = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    json_: Json = False,
) -> None:
    """Compute what the plan would cost and serve with less money for its orders."""
    from domain.settings_layers import parse_overrides
    from planning.frontier import FRONTIER_FOLDER, write_frontier
    from planning.frontier import frontier as swept
    from planning.steps import Steps

    FRONTIER_FOLDER.refuse_foreign(out)
    with progress("restock frontier", quiet=json_) as listener:
        steps = Steps(listener)
        found = swept(dataset, day(as_of), settings, parse_overrides(set_ or []), steps)
        write_frontier(found, out)
    frame = found.table
    if json_:
        typer.echo(json.dumps({"frontier": frame.to_dict("records"), "steps": steps.taken}))
        return
    for line in frame[frame["group"] == "all"].itertuples(index=False):
        served = "n/a" if line.fill_rate is None else f"{line.fill_rate:.1%}"
        typer.echo(
            f"{line.budget_share:4.0%} {line.budget:14,.0f} for orders: expected cost"
            f" {line.expected_cost:12,.0f}, fill rate {served}"
        )
    typer.echo(f"Written to {out}: frontier.csv, frontier.html")
