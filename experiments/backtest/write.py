"""The files of a backtest, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.backtest.page import render_page
from experiments.backtest.run import Backtest, finite, overall
from experiments.backtest.tally import ALL
from planning.report.page_words import counted
from planning.report.write import write_csv
from planning.steps import Steps
from planning.whole_files import ResultFolder, write_json

FILES = ("backtest.csv", "backtest.parquet", "summary.json", "backtest.html")
BACKTEST_FOLDER = ResultFolder("backtest", FILES)


def write_backtest(made: Backtest, out: Path, steps: Steps) -> dict[str, object]:
    """Write a backtest's files, all or none of them; gives the summary."""
    summary: dict[str, object] = {}

    def fill(draft: Path) -> None:
        with steps.step("write"):
            write_csv(made.table, draft / "backtest.csv")
            made.table.to_parquet(draft / "backtest.parquet", index=False)
            page = render_page(made, notes(made))
            (draft / "backtest.html").write_text(page, encoding="utf-8")
        summary.update(summarize(made, steps))
        write_json(summary, draft / "summary.json")

    BACKTEST_FOLDER.write(out, fill)
    return summary


def summarize(made: Backtest, steps: Steps) -> dict[str, object]:
    """What `summary.json` holds."""
    ground = made.ground
    table = overall(made.table, ALL, ALL)
    return {
        "dataset": ground.name,
        "bucket": ground.calendar.bucket.value,
        "horizon": ground.horizon,
        "origins": [str(ground.day(origin)) for origin in ground.origins.tolist()],
        "levels": [float(level) for level in ground.reported],
        "series": ground.series,
        "used": made.ours,
        "models": {
            str(model): {str(name): _value(value) for name, value in row.items()}
            for model, row in table.drop(columns=["demand_class", "horizon"]).iterrows()
        },
        "left_out": dict(made.unanswered),
        "differences": _records(made.differences),
        "sold_out_buckets": made.sold_out[0],
        "buckets": made.sold_out[1],
        "notes": list(notes(made)),
        "steps": steps.taken,
        "files": list(FILES),
    }


def notes(made: Backtest) -> tuple[str, ...]:
    """What a reader must know of how it was scored, each thing once."""
    hidden, lived = made.sold_out
    unit = made.ground.calendar.bucket.value
    sold_out = (
        f"Buckets that were sold out, in part or in whole, do not say what demand was: they are"
        f" left out, and so is every sum over one ({hidden:,} of {lived:,})."
    )
    quantiles = (
        "Quantile losses are means over the levels 0.1 to 0.9; pinball loss and coverage are told"
        " level by level."
    )
    sums = (
        "A sum is demand from the first bucket ahead to the one of the row; over all horizons, to"
        f" the end of each series' lead time and review period, at most {ground_words(made, unit)}."
    )
    heads = (
        "A single model is a blend of its own smoothing parameters, with the same way from a mean"
        " to a distribution."
    )
    missing = tuple(f"{name} is left out: {why}." for name, why in made.unanswered.items())
    return (sold_out, quantiles, sums, heads, *missing)


def ground_words(made: Backtest, unit: str) -> str:
    """The horizon in words."""
    return counted(made.ground.horizon, unit)


def _value(value: object) -> object:
    """A cell for JSON: a float is a number or None, others as they are."""
    return finite(value) if isinstance(value, float) else int(str(value))


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Rows as objects; what is not known is None."""
    return [
        {
            str(name): finite(value) if isinstance(value, float) else value
            for name, value in row.items()
        }
        for row in frame.to_dict("records")
    ]
