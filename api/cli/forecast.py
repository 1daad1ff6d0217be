"""`restock forecast`: the demand distributions alone, as Parquet."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import progress
from api.cli.explain import show_why
from api.cli.options import AsOf, DatasetArgument, Json, SettingPairs, SettingsFile, Workspace, day

if TYPE_CHECKING:
    from planning.forecasts import Ahead


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
    explain: Annotated[
        list[str] | None,
        typer.Option(
            "--explain",
            metavar="SKU[@LOCATION]",
            help="Say why the forecast of a series expects what it does; may be repeated.",
        ),
    ] = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    workspace: Workspace = None,
    json_: Json = False,
) -> None:
    """Write mean and quantiles of demand, by bucket and summed from the first bucket."""
    from domain.settings_layers import parse_overrides
    from forecasting.explanation import past_errors
    from planning.forecast_states import states_in
    from planning.forecasts import forecast_frame, look_ahead, parse_levels
    from planning.report.explanation import named_series, why
    from planning.report.how_forecast import told_of_forecast
    from planning.report.write import refuse_foreign_file
    from planning.steps import Steps
    from planning.whole_files import write_whole, writing

    wanted, states = parse_levels(levels), states_in(workspace)
    for file in [out] if corrected is None else [out, corrected]:
        refuse_foreign_file(file, dataset)
    with progress("restock forecast", quiet=json_) as listener:
        steps = Steps(listener)
        ahead = look_ahead(
            dataset,
            horizon=horizon,
            as_of=day(as_of),
            settings_file=settings,
            overrides=parse_overrides(set_ or []),
            steps=steps,
            states=states,
        )
        panel, hidden = ahead.panel, ahead.corrected
        rows = named_series(explain or [], panel.keys)
        with steps.step("quantiles"):
            frame = forecast_frame(ahead.made, panel, horizon, wanted)
        with steps.step("explain"):
            errors = past_errors(ahead.history, ahead.settings, rows) if rows.size else None
            reasons = why(ahead.made, panel, hidden, rows, horizon, errors)
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
        **told_of_forecast(ahead.made),
        "explained": [asdict(each) for each in reasons], "steps": steps.taken,
    }  # fmt: skip
    if json_:
        typer.echo(json.dumps(summary))
        return
    for each in reasons:
        show_why(each)
    show(ahead, series, out, corrected)


def show(ahead: Ahead, series: int, out: Path, corrected: Path | None) -> None:
    """What was written, how it was forecast, and what was hidden, for a terminal."""
    from planning.report.how_forecast import fallback_counts, mode_sentence
    from planning.report.page_words import counted

    typer.echo(f"{series:,} series × {ahead.horizon} buckets written to {out}")
    typer.echo(mode_sentence(ahead.made, ahead.settings))
    for reason, count in fallback_counts(ahead.made).items():
        typer.echo(f"{counted(count, 'series', 'series')}: {reason}")
    if ahead.made.reconciled:
        typer.echo(ahead.made.reconciled)
    if hidden := len(ahead.corrected):
        said = f"; see {corrected}" if corrected is not None else " (--corrected FILE lists them)"
        typer.echo(f"demand was hidden in {hidden:,} buckets of history{said}")
