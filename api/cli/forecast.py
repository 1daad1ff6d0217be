"""`restock forecast`: the demand distributions alone, as Parquet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import progress
from api.cli.options import AsOf, DatasetArgument, Json, SettingPairs, SettingsFile, Workspace, day


def forecast(
    dataset: DatasetArgument,
    out: Annotated[Path, typer.Option("--out", help="Parquet file to write.")],
    horizon: Annotated[int, typer.Option("--horizon", min=1, max=1095, help="Buckets ahead.")],
    levels: Annotated[
        str, typer.Option("--levels", help="Probabilities of the quantiles, with commas between.")
    ] = "0.05,0.5,0.95",
    corrected: Annotated[
        Path | None,
        typer.Option(
            "--corrected",
            help="Parquet file to write hidden demand to: a row a bucket that was sold out.",
        ),
    ] = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    workspace: Workspace = None,
    json_: Json = False,
) -> None:
    """Write mean and quantiles of demand, by bucket and summed from the first bucket."""
    from domain.settings import parse_overrides
    from planning.forecast_states import states_in
    from planning.forecasts import forecast_dataset, parse_levels
    from planning.report.write import refuse_foreign_file
    from planning.steps import Steps
    from planning.whole_files import write_whole, writing

    wanted, states = parse_levels(levels), states_in(workspace)
    for file in [out] if corrected is None else [out, corrected]:
        refuse_foreign_file(file, dataset)
    with progress("restock forecast", quiet=json_) as listener:
        steps = Steps(listener)
        frame, hidden = forecast_dataset(
            dataset,
            horizon=horizon,
            levels=wanted,
            as_of=day(as_of),
            settings_file=settings,
            overrides=parse_overrides(set_ or []),
            steps=steps,
            states=states,
        )
        with steps.step("write"), writing(out):
            write_whole(out, lambda path: frame.to_parquet(path, index=False))
            if corrected is not None:
                write_whole(corrected, lambda path: hidden.to_parquet(path, index=False))
        if states is not None:
            states.write()
    if states is not None and states.said:
        typer.echo(states.said, err=True)
    series = len(frame) // horizon
    summary = {
        "series": series, "rows": len(frame), "out": str(out), "hidden_buckets": len(hidden),
        "steps": steps.taken,
    }  # fmt: skip
    if json_:
        typer.echo(json.dumps(summary))
    else:
        typer.echo(f"{series:,} series × {horizon} buckets written to {out}")
        if len(hidden):
            said = (
                f"; see {corrected}" if corrected is not None else " (--corrected FILE lists them)"
            )
            typer.echo(f"demand was hidden in {len(hidden):,} buckets of history{said}")
