"""How good the forecasts are on real sales, beside what a user would pick instead.

    python -m experiments.benchmarks.forecasting [--data DIR] [--only SET …] [--sample N] [--fresh]

Three rolling origins a set, a seeded sample of 1,000 series; what is scored was never seen. Peers
get the sales as they were recorded (not knowing of sold-out buckets, as they cannot be told) and
two years of days at most; forecasts below zero count as zero, and where one could say nothing of
a series the seasonal naive forecast stands in. Their answers are kept (`cache`); `--fresh` asks
again. Intervals are paired over series.
"""

from __future__ import annotations

import argparse

from experiments.benchmarks import results
from experiments.benchmarks.data import SERIES, TASKS, Loaded, load
from experiments.benchmarks.judging import Judged, judge_ours, judge_peers
from experiments.benchmarks.options import add_data, add_results, parser_of, run_main
from experiments.benchmarks.peers.forecasting import FORECASTERS
from experiments.benchmarks.peers.launch import find_environment
from experiments.benchmarks.results import Row
from experiments.scoring import Measured, compared

COMPARED = ("scaled_quantile_loss", "sum_loss", "rmsse")
SHOWN = (*COMPARED, "wape", "bias", "coverage_0.95", "coverage_0.99")


def rows_of(loaded: Loaded, ours: Judged, peers: dict[str, Judged]) -> list[Row]:
    """A row a measure: Restock's value, the peers', and how they compare."""
    rows = []
    for measure, own in ours.scores.items():
        values = {name: float(peer.scores[measure].value()) for name, peer in peers.items()}
        against = {
            name: compared(own.take(peer.series), peer.scores[measure])
            for name, peer in peers.items()
            if measure in COMPARED
        }
        unit = "share" if measure.startswith("coverage") else "ratio"
        value = float(own.value())
        rows.append(Row("forecasting", loaded.case, measure, value, unit, values, against))
    seconds = {name: peer.seconds for name, peer in peers.items()}
    rows.append(Row("forecasting", loaded.case, "cpu_seconds", ours.seconds, "s", seconds))
    unanswered = {name: float(peer.unanswered) for name, peer in peers.items()}
    rows.append(Row("forecasting", loaded.case, "unanswered", 0.0, "forecasts", unanswered))
    return rows


def show(loaded: Loaded, ours: Judged, peers: dict[str, Judged]) -> None:
    """A line for Restock and for each peer."""
    print(f"\n{loaded.case}; {loaded.task.origins} origins, {loaded.task.horizon} ahead")
    print(f"{'':16}{'SQL':>7}{'sum':>7}{'RMSSE':>7}{'WAPE':>7}{'bias':>8}{'.95':>7}{'.99':>7}"
          f"{'CPU s':>9}{'no answer':>10}   Restock's SQL and sum loss against it")  # fmt: skip
    for name, judged in {"Restock": ours, **peers}.items():
        values = [float(judged.scores[measure].value()) for measure in SHOWN]
        cells = "".join(
            f"{v:{8 if m == 'bias' else 7}.3f}" for m, v in zip(SHOWN, values, strict=True)
        )
        print(f"{name:16}{cells}{judged.seconds:9.1f}{judged.unanswered:10}   "
              f"{'' if judged is ours else _against(ours, judged)}", flush=True)  # fmt: skip


def _against(ours: Judged, peer: Judged) -> str:
    """Differences with their intervals, in percent."""
    parts = []
    for measure in COMPARED[:2]:
        own: Measured = ours.scores[measure].take(peer.series)
        ratio, low, high = compared(own, peer.scores[measure])
        parts.append(f"{ratio:+.1%} [{low:+.1%}, {high:+.1%}]")
    return "  ".join(parts)


def run(asked: argparse.Namespace) -> None:
    """Judge every set, print its table, keep its rows."""
    environment = find_environment()
    names = [name for name in FORECASTERS.names() if not asked.peers or name in asked.peers]
    for task in TASKS:
        if asked.only and task.name not in asked.only:
            continue
        loaded = load(asked.data, task, asked.sample)
        ours = judge_ours(loaded)
        peers = judge_peers(names, loaded, environment, asked.fresh)
        show(loaded, ours, peers)
        results.record(rows_of(loaded, ours, peers), asked.results, environment.versions())


def main() -> int:
    """Run what the command line asks for."""
    parser = parser_of(__doc__)
    add_data(parser)
    add_results(parser)
    parser.add_argument("--only", nargs="*", default=None, help="names of sets")
    parser.add_argument("--peers", nargs="*", default=None, help="names of peers")
    parser.add_argument("--sample", type=int, default=SERIES, help="series a set, at random")
    parser.add_argument("--fresh", action="store_true", help="ask peers again")
    return run_main(lambda: run(parser.parse_args()))


if __name__ == "__main__":
    raise SystemExit(main())
