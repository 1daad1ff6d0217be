"""Options that several commands share, so that they read and mean the same everywhere."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

DAY = ["%Y-%m-%d"]
"""How an option's day is written."""

DatasetArgument = Annotated[
    Path,
    typer.Argument(
        help="A folder of tables (.csv, .csv.gz, .parquet, .xlsx), or one .xlsx with a sheet each."
    ),
]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=DAY,
        help="Last day whose sales and stock are known; the last bucket that is over, when silent.",
    ),
]
Until = Annotated[
    datetime | None,
    typer.Option("--until", formats=DAY, help="Its last day; the last of sales, when silent."),
]
SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help="A settings file laid over the dataset's own.")
]
SettingPairs = Annotated[
    list[str] | None,
    typer.Option("--set", help="One setting, as key=value; may be repeated.", metavar="KEY=VALUE"),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result for machines.")]
Workspace = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        envvar="RESTOCK_WORKSPACE",
        help="Folder of what is kept between runs: a calibration, states of the forecast.",
    ),
]


def day(moment: datetime | None) -> date | None:
    """The calendar day of an option's value."""
    return None if moment is None else moment.date()
