"""`restock backtest`: how good every way to forecast would have been on the past."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import progress
from api.cli.options import AsOf, DatasetArgument, Json, SettingPairs, SettingsFile, day

if TYPE_CHECKING:
    from rich.table import Table

    from experiments.backtest.run import Backtest


def backtest(
    dataset: DatasetArgument,
    origins: Annotated[
        int,
        typer.Option("--origins", min=1, max=400, help="Days of the past to forecast from."),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder to write: whole or not at all.")],
    horizon: Annotated[
        int | None,
        typer.Option(
            "--horizon", min=1, max=1095,
            help="Buckets ahead; origins are as far apart. What a plan looks ahead, when silent.",
        ),
    ] = None,
    levels: Annotated[
        str | None,
        typer.Option(
            "--levels",
            help="Levels whose pinball loss and coverage are told; 0.1 to 0.9, 0.95 and 0.99,"
            " when silent.",
        ),
    ] = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    set_: SettingPairs = None,
    json_: Json = False,
) -> None:  # fmt: skip
    """Forecast from days of the past, knowing only what was known then, and compare with sales."""
    from domain.settings_layers import parse_overrides
    from experiments.backtest.ground import Asks
    from experiments.backtest.run import backtest_dataset
    from experiments.backtest.write import BACKTEST_FOLDER, write_backtest
    from planning.forecasts import parse_levels
    from planning.steps import Steps

    BACKTEST_FOLDER.refuse_foreign(out)
    asks = Asks(origins, horizon, None if levels is None else parse_levels(levels), day(as_of))
    with progress("restock backtest", quiet=json_) as listener:
        steps = Steps(listener)
        made = backtest_dataset(dataset, asks, settings, parse_overrides(set_ or []), steps)
        summary = write_backtest(made, out, steps)
    if json_:
        typer.echo(json.dumps(summary, ensure_ascii=False))
    else:
        show(made, out)


SHOWN = {
    "scaled_quantile_loss": "quantile loss",
    "sum_quantile_loss": "of the sum",
    "rmsse": "RMSSE",
    "mase": "MASE",
    "wape": "WAPE",
    "bias": "bias",
}


def show(made: Backtest, out: Path) -> None:
    """A table of models and demand classes for a terminal."""
    from rich.console import Console
    from rich.measure import Measurement

    from experiments.backtest.write import FILES, notes
    from planning.report.page_words import counted

    ground = made.ground
    console = Console(highlight=False)
    days = [str(ground.day(origin)) for origin in ground.origins.tolist()]
    unit = ground.calendar.bucket.value
    console.print(
        f"{counted(ground.series, 'sku-location')}, {counted(ground.horizon, unit)} ahead of"
        f" {', '.join(days)}. Less is better, but for coverage: nearest to its level, and bias:"
        " nearest to 0.",
        soft_wrap=True,
    )
    table = _table(made)
    console.width = max(
        console.width, Measurement.get(console, console.options.update(width=999), table).maximum
    )
    console.print(table)
    for sentence in notes(made):
        console.print(sentence, soft_wrap=True, markup=False)
    console.print(f"\nWritten to {out}: {', '.join(FILES)}", soft_wrap=True, markup=False)


def _table(made: Backtest) -> Table:
    """A row a demand class and model, over the whole horizon."""
    from rich.table import Table

    from experiments.backtest.tally import ALL

    coverages = [f"sum_coverage_{level:g}" for level in made.ground.reported if level >= 0.9][:3]
    heads = [*SHOWN.values(), *(f"sum ≤ {name.rsplit('_', 1)[1]}" for name in coverages)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("demand class", "model"):
        table.add_column(head, no_wrap=True)
    for head in [*heads, f"{made.ours} against it"]:
        table.add_column(head, justify="right", no_wrap=True)
    rows = made.table[made.table["horizon"] == ALL]
    for kind, part in rows.groupby("demand_class", sort=False):
        for place, row in enumerate(part.to_dict("records")):
            cells = [_number(row[name]) for name in [*SHOWN, *coverages]]
            against = _against(made, str(row["model"]), str(kind))
            table.add_row(str(kind) if place == 0 else "", str(row["model"]), *cells, against)
        table.add_row()
    return table


def _number(value: float) -> str:
    return "n/a" if value != value else f"{value:.3f}"


def _against(made: Backtest, model: str, kind: str) -> str:
    """How much less a plan's model loses than this one, with its interval, in percent."""
    from experiments.backtest.measures import LOSS

    rows = made.differences
    rows = rows[
        (rows["model"] == model) & (rows["demand_class"] == kind) & (rows["measure"] == LOSS)
    ]
    if rows.empty or not rows["difference"].notna().all():
        return ""
    value, low, high = (100.0 * float(rows.iloc[0][name]) for name in ("difference", "low", "high"))
    if low != low:
        return f"{value:+.1f} % (one series)"
    return f"{value:+.1f} % [{low:+.1f}, {high:+.1f}]"
