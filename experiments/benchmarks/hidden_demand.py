"""How well demand is recovered that a stock-out hid.

    python -m experiments.benchmarks hidden_demand [--data DIR] [--sample N]

A fifth of the in-stock days of fresh-retail-daily, drawn at random, is made a stock-out: once
throughout the day, once (on the same days) for a part of it, of 16 opening hours 1 to 15, the
sales of an hour being a random share of the day's. What is said of these days is compared with
what was sold, by WAPE; beside it what a user would do: leave them out (the mean of the in-stock
days of the same weekday), or take what was recorded for demand. Intervals are paired over series.
"""

from __future__ import annotations

import argparse
import dataclasses

import numpy as np

from domain.periods import weekday
from domain.terms import Flags, Floats, Known, Panel
from experiments.benchmarks import results
from experiments.benchmarks.data import SEED, SERIES, TASKS, load
from experiments.benchmarks.options import add_data, add_results, parser_of, run_main
from experiments.benchmarks.results import Row
from experiments.scoring import Measured, compared
from forecasting.recovered import recovered_demand

SET = "fresh-retail-daily"
HIDDEN = 0.2
"""Share of the in-stock days that is hidden."""
HOURS = 16
"""Opening hours of a day."""
LEFT_OUT, AS_DEMAND = "left out", "taken as demand"


def hide(panel: Panel, part: bool, seed: int) -> tuple[Panel, Flags]:
    """The panel with days sold out, and which ones (S × T)."""
    draw = np.random.default_rng(seed)
    shape = panel.demand.shape
    hidden = (draw.random(shape) < HIDDEN) & (panel.known == Known.OBSERVED)
    hours = draw.integers(1, HOURS, shape)
    sold = draw.beta(HOURS - hours, hours) if part else np.zeros(shape)
    old = np.zeros(shape) if panel.stockout_share is None else panel.stockout_share
    told = Known.LOWER_BOUND if part else Known.UNKNOWN
    return dataclasses.replace(
        panel,
        demand=np.where(hidden, panel.demand * sold, panel.demand).astype(np.float32),
        known=np.where(hidden, np.uint8(told), panel.known),
        stockout_share=np.where(hidden, hours / HOURS if part else 1.0, old).astype(np.float32),
    ), hidden


def by_weekday(panel: Panel, hidden: Flags) -> Floats:
    """Mean of each series' in-stock days of the same weekday; of all of them where it has none."""
    seen = panel.known == Known.OBSERVED
    demand = np.where(seen, panel.demand, 0).astype(np.float64)
    day = weekday(panel.calendar.starts())
    out = np.zeros(hidden.shape)
    everything = demand.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    for number in range(7):
        of_day = day == number
        times = seen[:, of_day].sum(axis=1)
        mean = demand[:, of_day].sum(axis=1) / np.maximum(times, 1)
        out[:, of_day] = np.where(times > 0, mean, everything)[:, None]
    return out


def answers(panel: Panel, hidden: Flags) -> dict[str, Floats]:
    """S × T by way: what each says of the hidden days."""
    found = recovered_demand(panel)
    ours = panel.demand.astype(np.float64)
    ours[found.series, found.bucket] = found.corrected
    return {
        "Restock": ours,
        LEFT_OUT: by_weekday(panel, hidden),
        AS_DEMAND: panel.demand.astype(np.float64),
    }


def errors(said: Floats, actual: Floats, hidden: Flags) -> Measured:
    """Absolute errors of the hidden days over their demand, by series."""
    error = np.where(hidden, np.abs(said - actual), 0.0).sum(axis=1)
    demand = np.where(hidden, actual, 0.0).sum(axis=1)
    return Measured(error[:, None], demand[:, None])


def rows_of(panel: Panel, part: bool, seed: int = SEED) -> Row:
    """One row: WAPE of what is recovered, beside the other ways."""
    shown, hidden = hide(panel, part, seed)
    actual = panel.demand.astype(np.float64)
    found = {name: errors(said, actual, hidden) for name, said in answers(shown, hidden).items()}
    ours = found.pop("Restock")
    return Row(
        "hidden_demand",
        f"{SET}, {panel.series} series, {'part' if part else 'the whole'} of a day sold out",
        "wape of recovered demand",
        float(ours.value()),
        "ratio",
        {name: float(peer.value()) for name, peer in found.items()},
        {name: compared(ours, peer) for name, peer in found.items()},
    )


def run(asked: argparse.Namespace) -> None:
    """Hide, recover, print, keep the rows."""
    task = next(task for task in TASKS if task.name == SET)
    panel = load(asked.data, task, asked.sample).panel
    rows = [rows_of(panel, part) for part in (False, True)]
    for row in rows:
        others = "; ".join(
            f"{name} {row.peers[name]:.3f} ({ratio:+.1%} [{low:+.1%}, {high:+.1%}])"
            for name, (ratio, low, high) in row.against.items()
        )
        print(f"{row.case}: WAPE {row.value:.3f}; {others}", flush=True)
    results.record(rows, asked.results)


def main() -> int:
    """Run what the command line asks for."""
    parser = parser_of(__doc__)
    add_data(parser)
    add_results(parser)
    parser.add_argument("--sample", type=int, default=SERIES, help="series, at random")
    return run_main(lambda: run(parser.parse_args()))


if __name__ == "__main__":
    raise SystemExit(main())
