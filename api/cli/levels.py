"""`restock levels`: reorder points and safety stocks of a policy, to be written back to an ERP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import progress
from api.cli.options import AsOf, DatasetArgument, Json, SettingPairs, SettingsFile, day

POLICY = "reorder_point_order_up_to"


def levels(
    dataset: DatasetArgument,
    out: Annotated[Path, typer.Option("--out", help="CSV file to write.")],
    policy: Annotated[
        str,
        typer.Option(
            "--policy",
            help="The policy, with its settings, such as safety_stock_fill_rate:fill_rate=0.99.",
        ),
    ] = POLICY,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    json_: Json = False,
) -> None:
    """Compute reorder point, order-up-to level and safety stock of every item in stock."""
    from domain.errors import ConflictError
    from domain.outputs_levels import LEVELS
    from domain.settings_layers import parse_overrides
    from experiments.replay.naming import policy_of
    from planning.report.write import write_csv
    from planning.steps import Steps
    from planning.stock_levels import keeper, stock_levels
    from planning.whole_files import write_whole, writing

    kept = keeper(policy_of(policy), policy)
    with writing(out):
        foreign = out.is_dir() or (out.exists() and not _is_of(out, LEVELS.names))
    if foreign:
        raise ConflictError(
            "there is something that is no table of levels", str(out), "Name another file."
        )
    with progress("restock levels", quiet=json_) as listener:
        steps = Steps(listener)
        frame = stock_levels(
            dataset, kept, policy, day(as_of), settings, parse_overrides(set_ or []), steps
        )
        with steps.step("write"), writing(out):
            write_whole(out, lambda path: write_csv(frame, path))
    if json_:
        said = {"policy": policy, "series": len(frame), "out": str(out), "steps": steps.taken}
        typer.echo(json.dumps(said))
    else:
        typer.echo(f"{len(frame):,} levels of {policy} written to {out}")


def _is_of(file: Path, names: tuple[str, ...]) -> bool:
    """Whether a file begins with these column names."""
    with file.open("rb") as opened:
        return opened.readline().decode("utf-8", "replace") == f"{','.join(names)}\n"
