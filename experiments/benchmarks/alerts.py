"""Whether alerts are real: shifts planted in panels of sales, and panels where nothing happened.

`python -m experiments.benchmarks alerts [--series N] [--stationary N]`. Two years of weeks; one
series in a hundred moves by three standard deviations, up or (where that leaves sales) down, and
alerts are asked for after one, two and three buckets. Of the stationary panels it is counted in
how many anything is shown; half of these are normal, half counts.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np

from domain.terms import Flags, Floats
from experiments.benchmarks import results
from experiments.benchmarks.options import add_results, parser_of, run_main
from experiments.benchmarks.results import Row
from experiments.monitoring.alerts import alerts
from experiments.monitoring.detectors import Watchable
from forecasting.classes import class_codes

BUCKETS, LOOKS = 104, 3
SHIFTED, SHIFT = 0.01, 3.0
SEED = 20_261
STATIONARY_SERIES = 5_000
PANELS = 3
"""With planted shifts: in one alone a share of 0.90 is known to 0.013 only."""


@dataclass(frozen=True)
class Scored:
    """What came of the planted shifts."""

    precision: float  # share of the series shown that had moved
    recall: float  # share of the series that had moved that were shown within three buckets
    shown: int
    seconds: float  # of one look


def panel(seed: int, series: int, share: float, counts: bool = False) -> tuple[Floats, Flags]:
    """Weekly sales around levels of their own [S × T]; which series moved.

    Normal, or with `counts` negative binomial: whole numbers with a long upper tail, in which
    three standard deviations are no rare event.
    """
    draw = np.random.default_rng([SEED, seed])
    level = np.exp(draw.normal(3.0 if counts else 4.0, 0.8, series))
    varied = draw.uniform(0.1, 0.4 if counts else 0.25, series)
    spread = np.sqrt(level * counts + (varied * level) ** 2)
    moved = np.zeros(series, np.bool_)
    moved[draw.choice(series, round(share * series), replace=False)] = True
    down = (draw.random(series) < 0.5) & (level > SHIFT * spread)
    if counts:
        shape = np.repeat(1.0 / varied[:, None] ** 2, BUCKETS, axis=1)
        sold = draw.negative_binomial(shape, shape / (shape + level[:, None])).astype(np.float64)
    else:
        sold = draw.normal(level[:, None], spread[:, None], (series, BUCKETS))
    sold[moved, -LOOKS:] += (np.where(down, -SHIFT, SHIFT) * spread)[moved, None]
    sold = np.round(sold) if counts else sold
    return np.maximum(sold, 0.0), moved


def watchable(demand: Floats) -> Watchable:
    """The panel as detectors see it."""
    sold = demand > 0
    sums = (sold.sum(axis=1), demand.sum(axis=1), (demand**2).sum(axis=1))
    seen = np.stack([np.full(len(demand), float(demand.shape[1])), *sums], axis=1)
    return Watchable(demand, class_codes(seen), apart=1)


def planted(seed: int, series: int, counts: bool = False) -> Scored:
    """Alerts after one, two and three buckets, against what was planted."""
    demand, moved = panel(seed, series, SHIFTED, counts)
    shown = np.zeros(series, np.bool_)
    begun = time.perf_counter()
    for left in range(LOOKS - 1, -1, -1):
        shown[alerts(watchable(demand[:, : BUCKETS - left])).series] = True
    seconds = (time.perf_counter() - begun) / LOOKS
    true = int((shown & moved).sum())
    return Scored(
        true / max(int(shown.sum()), 1), true / int(moved.sum()), int(shown.sum()), seconds
    )


def mean_of(panels: list[Scored]) -> Scored:
    """What came of several panels, on average."""
    return Scored(
        precision=float(np.mean([one.precision for one in panels])),
        recall=float(np.mean([one.recall for one in panels])),
        shown=sum(one.shown for one in panels),
        seconds=float(np.mean([one.seconds for one in panels])),
    )


def stationary(count: int, series: int) -> int:
    """How many of `count` panels without any shift show an alert."""
    quiet = (panel(1000 + seed, series, 0.0, bool(seed % 2))[0] for seed in range(count))
    return sum(alerts(watchable(demand)).series.size > 0 for demand in quiet)


def rows_of(series: int, panels: int) -> list[Row]:
    """Precision, recall and seconds of the planted shifts; panels that cry wolf."""
    rows = []
    for kind, counts in (("normal", False), ("counts", True)):
        found = mean_of([planted(seed, series, counts) for seed in range(PANELS)])
        case = (
            f"{PANELS} panels of {series} series, {BUCKETS} weeks, {kind}, 1 % moved by 3 standard"
            " deviations"
        )
        rows += [
            Row("alerts", case, "shown alerts that are real", found.precision, "share"),
            Row("alerts", case, "moves shown within three buckets", found.recall, "share"),
            Row("alerts", case, "one look", found.seconds, "s"),
        ]
    noisy = stationary(panels, STATIONARY_SERIES)
    quiet = f"{panels} panels of {STATIONARY_SERIES} series where nothing moved"
    return [*rows, Row("alerts", quiet, "panels with any alert", float(noisy), "panels")]


def measure(asked: argparse.Namespace) -> None:
    """Print the figures and keep their rows."""
    rows = rows_of(asked.series, asked.stationary)
    for row in rows:
        print(f"{row.case}: {row.measure} {row.value:.3f} {row.unit}", flush=True)
    results.record(rows, asked.results)


def main() -> int:
    """Run what the command line asks for."""
    parser = parser_of(__doc__)
    add_results(parser)
    parser.add_argument("--series", type=int, default=50_000, help="series with planted shifts")
    parser.add_argument("--stationary", type=int, default=100, help="panels without any")
    return run_main(lambda: measure(parser.parse_args()))


if __name__ == "__main__":
    raise SystemExit(main())
