"""What policies would have cost on real sales, and how long the replay takes.

`python -m experiments.benchmarks.replay [--data DIR] [--only SET …] [--extra POLICY …]`.
Costs that a set does not have are typed in an items table of its own, made for the run. Cover
policies run over a grid, and the best one in hindsight is what the optimizer must beat. Every
set runs in a process of its own. The data is not part of the project but for the sample.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from domain.terms import Floats
from experiments.benchmarks.forecasting import DEFAULT_DATA
from experiments.replay.naming import BOUND, named_policies
from experiments.replay.run import Replay, replay_dataset
from planning.sample import dataset_path
from planning.steps import Steps

RULES = ("min_max", "base_stock", "optimizer")
DRAWS = 2000


@dataclass(frozen=True)
class Trial:
    """A data set, the days between which it is replayed, and the covers that are tried."""

    name: str
    windows: tuple[tuple[str, str], ...]  # from the close of, until
    covers_days: tuple[float, ...] = ()
    mean_days: float = 91.0  # of days_of_cover
    typed: Mapping[str, float] = field(default_factory=dict)  # columns of the items table
    settings: Mapping[str, object] = field(default_factory=dict)
    against: str = "cover"  # what the optimizer is held against
    folder: str = ""  # of the data, where not the name

    @property
    def policies(self) -> list[str]:
        """Everything that is replayed."""
        plain = [f"days_of_cover:cover_days={d:g},mean_days={self.mean_days:g}"
                 for d in self.covers_days]  # fmt: skip
        seasonal = [f"seasonal_average_cover:cover_weeks={d / 7:g}" for d in self.covers_days]
        return [*RULES, *plain, *seasonal]


PER_WEEK = {"holding_cost_per_day": 0.2 / 7, "shortage_cost": 1.0}
TRIALS = (
    Trial(
        "favorita-weekly",
        (("2015-09-27", "2016-04-17"),),
        tuple(7 * weeks for weeks in (2.5, 2.75, 3.0, 3.25, 3.5, 3.75, 4.0)),
        typed=PER_WEEK,
        settings={"lead_time_days": 14, "review_period_days": 7, "unmet_demand": "lost"},
    ),
    Trial(
        "spare-parts-weekly",
        (("2013-07-14", "2014-11-09"),),
        (30.0, 60.0, 90.0, 120.0, 180.0),
        mean_days=364.0,
        against="base_stock",
    ),
    Trial(
        "walmart-daily",
        (("2014-10-13", "2015-04-25"), ("2015-04-13", "2015-10-24"), ("2015-10-13", "2016-04-24")),
        (9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 16.0),
        mean_days=28.0,
        typed=PER_WEEK,
        settings={"lead_time_days": 5, "review_period_days": 7, "unmet_demand": "lost"},
    ),
    Trial("sample", (("2011-06-30", "2011-12-08"),), (28.0, 56.0, 84.0, 112.0, 140.0)),
    Trial(
        "favorita, 52 weeks × 6",
        (("2015-04-19", "2016-04-17"),),
        (21.0, 24.5),
        typed=PER_WEEK,
        settings={"lead_time_days": 14, "review_period_days": 7, "unmet_demand": "lost"},
        folder="favorita-weekly",
    ),
)


def dataset_of(trial: Trial, data: Path, scratch: Path) -> Path:
    """The data set with its typed costs, in a folder made for the run."""
    if trial.name == "sample":
        return dataset_path()
    source = data / (trial.folder or trial.name)
    if not source.is_dir():
        raise SystemExit(f"{source} is not there; say where the data lies with --data DIR.")
    if not trial.typed:
        return source
    folder = scratch / source.name
    folder.mkdir(exist_ok=True)
    for file in source.iterdir():
        if file.name != "items.csv":
            (folder / file.name).symlink_to(file.resolve())
    table = source / "items.csv"
    if table.exists():
        items = pd.read_csv(table, dtype=str)
    else:
        items = pd.DataFrame({"sku": pd.read_parquet(source / "sales.parquet")["sku"].unique()})
    items.assign(**trial.typed).to_csv(folder / "items.csv", index=False)
    return folder


def run(trial: Trial, data: Path, extra: list[str]) -> None:
    """Replay every window of a set and print its table."""
    steps, made = Steps(), []
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        folder = dataset_of(trial, data, Path(scratch))
        for begin, until in trial.windows:
            made.append(
                replay_dataset(
                    folder, pd.Timestamp(begin).date(), pd.Timestamp(until).date(),
                    named_policies([*trial.policies, *extra]), True, None, trial.settings, steps,
                )
            )  # fmt: skip
    seconds = time.perf_counter() - begun
    show(trial, made)
    walked = sum(float(step["seconds"]) for step in steps.taken if step["step"] == "walk")
    peak = max(float(step["peak_memory_mb"]) for step in steps.taken)
    print(f"{seconds:.1f} s in all, {walked:.1f} s walking, {peak:.0f} MB\n", flush=True)


def show(trial: Trial, made: list[Replay]) -> None:
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


def _costs(made: list[Replay], name: str) -> Floats:
    """Cost of each series, windows added up (by key: a window may lack a series)."""
    parts = [each.series.set_index(["sku", "location"])[f"cost {name}"] for each in made]
    return np.asarray(pd.concat(parts).groupby(level=[0, 1]).sum().to_numpy(np.float64))


def compared(cost: Floats, other: Floats) -> tuple[float, float, float]:
    """Ratio of totals less 1, and its 95 % interval when series are drawn anew."""
    draw = np.random.default_rng(1)
    times = draw.multinomial(cost.size, np.full(cost.size, 1.0 / cost.size), DRAWS)
    ratios = (times @ cost) / np.maximum(times @ other, 1e-300) - 1.0
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(cost.sum() / other.sum() - 1.0), float(low), float(high)


def main() -> None:
    """Print the table of each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--only", nargs="*", default=None, help="names of sets")
    parser.add_argument("--extra", nargs="*", default=[], help="policies to run beside")
    asked = parser.parse_args()
    chosen = [t for t in TRIALS if asked.only is None or t.name in asked.only]
    if len(chosen) == 1:
        run(chosen[0], asked.data, asked.extra)
        return
    for trial in chosen:
        command = [sys.executable, "-m", "experiments.benchmarks.replay", "--data", asked.data]
        subprocess.run([*command, "--extra", *asked.extra, "--only", trial.name], check=True)


if __name__ == "__main__":
    main()
