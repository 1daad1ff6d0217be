"""Replayed cost when each review may spend 97 % of what the optimizer would without a budget.

    python -m experiments.benchmarks budget_replay [--data DIR] [--only SET …] [--series N]

The optimizer with the budget as a limit, base stock cut to it by one factor, and a plan for demand
taken as known with a safety stock, as limited as the optimizer. Each has its shortage cost times
the factor that cost least on a window before the scored one, under a budget found alike. All see
local forecasts, which are quickly made. A cut takes whole skus by a hash of their name. The data is
not part of the project.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.benchmarks.budget_policies import Deterministic, Optimizer, Purse, ScaledBaseStock
from experiments.benchmarks.options import add_data, add_results, parser_of, run_main
from experiments.benchmarks.replay import compared
from experiments.benchmarks.replay_trials import TRIALS, Trial, dataset_of
from experiments.benchmarks.results import Row, record
from experiments.replay.ground import read_ground
from experiments.replay.run import Replay, replay
from optimization.policies import Policy
from planning.steps import Steps

SHARE = 0.97
FACTORS = (0.25, 0.5, 1.0, 2.0)
Limited = Callable[[Purse, float], Policy]
RULES: dict[str, Limited] = {
    "optimizer": Optimizer,
    "base stock cut to budget": ScaledBaseStock,
    "deterministic plan": Deterministic,
}


@dataclass(frozen=True)
class Case:
    """A set, the window its factors are chosen on, and what holding costs of a unit's cost."""

    trial: Trial
    before: tuple[str, str]
    holding_rate: float  # per day


CASES = {
    "favorita-weekly": (("2015-02-22", "2015-09-13"), 0.2 / 7),
    "spare-parts-weekly": (("2012-11-04", "2013-07-07"), 0.2 / 365),
}


def cases() -> list[Case]:
    """The sets that have a case, with their trials."""
    return [Case(t, *CASES[t.name]) for t in TRIALS if t.name in CASES]


def run(case: Case, data: Path, series: int) -> list[Row]:
    """Choose factors, replay the scored window, print a table and give its rows."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = cut(dataset_of(case.trial, data, Path(scratch)), Path(scratch) / "cut", series)
        factors = _factors(case, folder)
        (window,) = case.trial.windows
        money = _spend(case, folder, window, factors["optimizer"])
        policies = {
            name: make(Purse(SHARE * money, case.holding_rate), factors[name])
            for name, make in RULES.items()
        }
        made = _replayed(case, folder, window, policies)
    name = f"{case.trial.name} with a budget, {made.ground.series} series"
    print(f"{name}: {SHARE * money:,.6g} a review; cost, factor, optimizer less it")
    costs = {rule: made.series[f"cost {rule}"].to_numpy(np.float64) for rule in RULES}
    against = {
        rule: compared(costs["optimizer"], cost) for rule, cost in costs.items()
        if rule != "optimizer"
    }  # fmt: skip
    for rule, cost in costs.items():
        ratio = "{:+.1%} [{:+.1%}, {:+.1%}]".format(*against[rule]) if rule in against else ""
        print(f"{cost.sum():12,.0f}  {factors[rule]:<5g} {rule:26}{ratio}")
    peers = {rule: float(costs[rule].sum()) for rule in against}
    total = float(costs["optimizer"].sum())
    return [Row("budget_replay", name, "replayed cost", total, "money", peers, against)]


def _factors(case: Case, folder: Path) -> dict[str, float]:
    """The factor of each rule that cost least before the scored window."""
    money = _spend(case, folder, case.before, 1.0)
    tried = {
        f"{name} {factor:g}": make(Purse(SHARE * money, case.holding_rate), factor)
        for name, make in RULES.items()
        for factor in FACTORS
    }
    made = _replayed(case, folder, case.before, tried)
    cost = {name: float(made.series[f"cost {name}"].sum()) for name in tried}
    return {name: min(FACTORS, key=lambda f: cost[f"{name} {f:g}"]) for name in RULES}


def _spend(case: Case, folder: Path, window: tuple[str, str], factor: float) -> float:
    """What the optimizer spends at a review, on average, when it may spend all it likes."""
    purse = Purse(np.inf, case.holding_rate)
    _replayed(case, folder, window, {"free": Optimizer(purse, factor)})
    return float(np.mean(purse.spent))


def _replayed(
    case: Case, folder: Path, window: tuple[str, str], policies: dict[str, Policy]
) -> Replay:
    begin, until = (pd.Timestamp(day).date() for day in window)
    steps = Steps()
    settings = {**case.trial.settings, "forecast_mode": "local"}
    ground = read_ground(folder, begin, until, None, settings, steps, None)
    return replay(ground, policies, True, steps)


def cut(source: Path, folder: Path, series: int) -> Path:
    """The data set with so many of its skus, those whose names hash least; all with 0."""
    if not series:
        return source
    sales = pd.read_parquet(source / "sales.parquet")
    names = sorted(sales["sku"].unique(), key=lambda sku: sha256(str(sku).encode()).hexdigest())
    kept = names[:series]
    folder.mkdir()
    for file in source.iterdir():
        if file.name == "sales.parquet":
            sales[sales["sku"].isin(kept)].to_parquet(folder / file.name)
        elif file.name == "items.csv":
            items = pd.read_csv(file, dtype=str)
            items[items["sku"].isin(kept)].to_csv(folder / file.name, index=False)
        else:
            (folder / file.name).symlink_to(file.resolve())
    return folder


def main() -> None:
    """Print the table of each set and keep its rows."""
    parser = parser_of(__doc__)
    add_data(parser)
    add_results(parser)
    parser.add_argument("--only", nargs="*", default=None, help="names of sets")
    parser.add_argument("--series", type=int, default=0, help="skus of a cut; 0: all")
    asked = parser.parse_args()
    for case in cases():
        if asked.only is None or case.trial.name in asked.only:
            record(run(case, asked.data, asked.series), asked.results)


if __name__ == "__main__":
    raise SystemExit(run_main(main))
