"""What policies would have cost on real sales, and how long the replay takes.

`python -m experiments.benchmarks replay [--data DIR] [--only SET …] [--extra POLICY …]`.
Costs that a set does not have are typed in an items table of its own, made for the run. Cover
policies run over a grid, and the best one in hindsight is what the optimizer must beat. The
optimizer is calibrated on the days before the first window alone; base stock is also shown with
the same factor. Every set runs in a process of its own. The data is not part of the project but
for the sample.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from domain.errors import DataError
from domain.terms import Floats
from experiments.benchmarks.options import add_data, add_results, parser_of, run_main
from experiments.benchmarks.replay_trials import TRIALS, Trial, dataset_of
from experiments.benchmarks.results import Row, record
from experiments.calibration.run import calibrate_dataset
from experiments.replay.naming import BOUND, named_policies
from experiments.replay.run import Replay, replay_dataset
from experiments.resampling import drawn, interval
from planning.calibration import ALL, PRICE, Calibration
from planning.steps import Steps


def run(trial: Trial, data: Path, extra: list[str]) -> list[Row]:
    """Replay every window of a set, print its table and give its rows."""
    steps, made = Steps(), []
    with tempfile.TemporaryDirectory() as scratch:
        folder = dataset_of(trial, data, Path(scratch))
        begun = time.perf_counter()
        calibration = calibrated(trial, folder) if trial.calibrate else None
        learned = time.perf_counter() - begun
        policies = [*trial.policies, *extra, *calibrated_policies(calibration)]
        begun = time.perf_counter()
        for begin, until in trial.windows:
            made.append(
                replay_dataset(
                    folder, pd.Timestamp(begin).date(), pd.Timestamp(until).date(),
                    named_policies(policies), True, None, trial.settings, steps, calibration,
                )
            )  # fmt: skip
    seconds = time.perf_counter() - begun
    case = f"{trial.name}, {made[0].ground.series} series"
    rows = show(trial, case, made)
    peak = max(float(step["peak_memory_mb"]) for step in steps.taken)
    walked = sum(float(step["seconds"]) for step in steps.taken if step["step"] == "walk")
    print(f"{seconds:.1f} s in all, {walked:.1f} s walking, {peak:.0f} MB;"
          f" calibration {learned:.1f} s\n", flush=True)  # fmt: skip
    rows += [
        Row("replay", case, "seconds", seconds, "s"),
        Row("replay", case, "peak memory", peak, "MB"),
    ]
    if trial.calibrate:
        rows.append(Row("replay", case, "seconds of calibration", learned, "s"))
    return rows


def calibrated(trial: Trial, folder: Path) -> Calibration | None:
    """The calibration of the day the first window begins; none where history is too short."""
    begin = pd.Timestamp(trial.windows[0][0]).date()
    try:
        made = calibrate_dataset(folder, begin, None, trial.settings, Steps())
    except DataError as refused:
        print(f"{trial.name} is not calibrated: {refused}")
        return None
    print(made.calibration.sentence())
    return made.calibration


def calibrated_policies(calibration: Calibration | None) -> list[str]:
    """The calibrated optimizer, and base stock with the factor that most series have."""
    if calibration is None:
        return []
    factors = calibration.factors.get(PRICE) or next(iter(calibration.factors.values()))
    return ["calibrated_optimizer", f"base_stock:shortage_factor={factors[ALL]:.3g}"]


def show(trial: Trial, case: str, made: list[Replay]) -> list[Row]:
    """A line a policy, windows added up; against the best cover, or the rule that is named."""
    ground = made[0].ground
    scored = sum(each.ground.calendar.count - each.ground.scored_from for each in made)
    print(
        f"{trial.name}: {ground.series:,} series, {scored} {ground.calendar.bucket.value}s scored"
    )
    costs = {name: _costs(made, name) for name in made[0].scores}
    covers = {name: cost for name, cost in costs.items() if "cover" in name}
    best = min(covers, key=lambda name: float(covers[name].sum()))
    other = best if trial.against == "cover" else trial.against
    print(f"{'cost':>12}{'holding':>12}{'shortage':>12}{'orders':>10}{'served':>8}"
          f"  against {other}")  # fmt: skip
    for name, cost in costs.items():
        parts = [sum(getattr(each.scores[name], part) for each in made)
                 for part in ("holding", "shortage", "order")]  # fmt: skip
        served = np.mean([each.scores[name].fill_rate or np.nan for each in made])
        ratio, low, high = compared(cost, costs[other])
        against = "" if name == other else f"{ratio:+7.1%} [{low:+.1%}, {high:+.1%}]"
        print(f"{cost.sum():12,.0f}{parts[0]:12,.0f}{parts[1]:12,.0f}{parts[2]:10,.0f}"
              f"{served:8.1%}  {against:26}{name}{' (the best cover)' if name == best else ''}"
              f"{' (lower bound)' if name == BOUND else ''}")  # fmt: skip
    return rows_of(case, costs, best)


def rows_of(case: str, costs: dict[str, Floats], best: str) -> list[Row]:
    """Replayed cost of the optimizer, before and after calibration, beside every rule's."""
    ours = [name for name in ("optimizer", "calibrated_optimizer") if name in costs]
    peers = {"best cover": best, "base_stock": "base_stock", "min_max": "min_max", BOUND: BOUND}
    peers = {name: policy for name, policy in peers.items() if policy in costs}
    return [
        Row(
            "replay",
            case,
            f"replayed cost, {name}",
            float(costs[name].sum()),
            "money",
            {peer: float(costs[policy].sum()) for peer, policy in peers.items()},
            {peer: compared(costs[name], costs[policy])
             for peer, policy in peers.items() if policy != BOUND},
        )
        for name in ours
    ]  # fmt: skip


def _costs(made: list[Replay], name: str) -> Floats:
    """Cost of each series, windows added up (by key: a window may lack a series)."""
    parts = [each.series.set_index(["sku", "location"])[f"cost {name}"] for each in made]
    return np.asarray(pd.concat(parts).groupby(level=[0, 1]).sum().to_numpy(np.float64))


def compared(cost: Floats, other: Floats) -> tuple[float, float, float]:
    """Ratio of totals less 1, and its 95 % interval when series are drawn anew."""
    both = np.stack([cost, other], axis=1)
    totals = drawn(lambda times: times @ both, cost.size)
    low, high = interval(totals[:, 0] / np.maximum(totals[:, 1], 1e-300) - 1.0)
    return float(cost.sum() / other.sum() - 1.0), low, high


def main() -> None:
    """Print the table of each set and keep its rows."""
    parser = parser_of(__doc__)
    add_data(parser)
    add_results(parser)
    parser.add_argument("--only", nargs="*", default=None, help="names of sets")
    parser.add_argument("--extra", nargs="*", default=[], help="policies to run beside")
    asked = parser.parse_args()
    chosen = [t for t in TRIALS if asked.only is None or t.name in asked.only]
    if len(chosen) == 1:
        record(run(chosen[0], asked.data, asked.extra), asked.results)
        return
    for trial in chosen:
        command = [sys.executable, "-m", "experiments.benchmarks.replay", "--data", asked.data]
        command += ["--results", asked.results, "--extra", *asked.extra, "--only", trial.name]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    raise SystemExit(run_main(main))
