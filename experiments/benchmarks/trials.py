"""How often a trial shows a difference that is not there, and one that is.

`python -m experiments.benchmarks trials [--seeds N]`. Costs of items are drawn from a seed and arms
by the hash of `[trial]`; where both arms cost alike a difference is counted as false, once at the
end and once whenever anybody looks, every week. The saving to be seen is the smallest that
`experiments.trials.size` says shows with probability 0.8.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
import pandas as pd

from domain.settings_trial import TrialSetting
from domain.terms import Flags, Floats
from experiments.benchmarks import results
from experiments.benchmarks.options import add_results, parser_of, run_main
from experiments.benchmarks.results import Row
from experiments.trials.difference import ALPHA, Difference, Sample, of_means
from experiments.trials.size import POWER, Costs, sizes
from experiments.trials.strata import joined
from planning.trial import on_trial

WEEKS_OF_COSTS, WEEKS, WEEKS_LOOKED_AT = 26, 8, 13
ITEMS, SHARE = 600, 0.3
FEW_ITEMS, SMALL_SHARE = 300, 0.1
ITEMS_LOOKED_AT, HALF = 200, 0.5
DRAWS = 300
"""Of arms drawn anew: a third of what a trial draws, which makes its interval hardly wider."""
SIZED_ON = 999
"""Seed of the past that a trial is sized by; those that follow have others."""
EQUAL, LOOKED_AT, BETTER = "both arms cost alike", "looked at every week", "one arm saves"
"""How cases end, for `experiments.benchmarks.figures`."""


def costs(seed: int, items: int = ITEMS, saving: float = 0.0) -> Costs:
    """Weekly costs: levels lean to the right, classes differ, weeks vary; `saving`: a share."""
    draw = np.random.default_rng(seed)
    stratum = draw.choice(4, items, p=[0.1, 0.2, 0.3, 0.4])
    level = np.array([40.0, 12.0, 4.0, 1.0])[stratum] * np.exp(draw.normal(0, 0.8, items))
    control, other = (
        level[:, None] * draw.gamma(0.5, 2.0, (items, WEEKS_OF_COSTS)) for _ in range(2)
    )
    return Costs(control, other * (1.0 - saving), np.full(WEEKS_OF_COSTS, 7.0), stratum)


def drawn(items: int, seed: int, share: float) -> Flags:
    """Which items are on trial."""
    setting = TrialSetting(policy="base_stock", share=share, seed=seed)
    return on_trial(pd.Series([f"item-{number}" for number in range(items)]), setting)


def observed(made: Costs, challenged: Flags, weeks: int) -> tuple[Floats, Floats]:
    """What a trial of the last weeks sees of each item, and what it cost before, money a day."""
    both = np.where(challenged[:, None], made.challenger, made.control)
    now = both[:, -weeks:].sum(axis=1) / (7.0 * weeks)
    return now, made.control[:, -2 * weeks : -weeks].sum(axis=1) / (7.0 * weeks)


def judged(made: Costs, challenged: Flags, weeks: int = WEEKS) -> Difference:
    """The difference at the end of a trial."""
    now, before = observed(made, challenged, weeks)
    sample = Sample(challenged, joined(made.stratum, challenged)[0])
    return of_means(now, sample, before, draws=DRAWS)


def looks(seed: int) -> Iterator[bool]:
    """Whether each look at the end of a week shows a difference, both arms alike."""
    made = costs(seed, ITEMS_LOOKED_AT)
    challenged = drawn(ITEMS_LOOKED_AT, seed, HALF)
    _, before = observed(made, challenged, WEEKS_LOOKED_AT)
    both = np.where(challenged[:, None], made.challenger, made.control)[:, -WEEKS_LOOKED_AT:]
    sample = Sample(challenged, joined(made.stratum, challenged)[0])
    for week in range(1, WEEKS_LOOKED_AT + 1):
        found = of_means(both[:, :week].mean(axis=1), sample, before, draws=DRAWS)
        yield found.shown(week / WEEKS_LOOKED_AT)


def promised(seed: int = SIZED_ON) -> float:
    """The saving that a trial of `WEEKS` with `SHARE` of the items is sized to show, a share."""
    found = sizes(costs(seed), (SHARE,))
    return next(one for one in found if one.weeks == WEEKS).detectable


def shown(seeds: int, items: int, share: float, saving: float = 0.0) -> float:
    """Share of trials that show a difference at their end."""
    return float(np.mean([
        judged(costs(seed, items, saving), drawn(items, seed, share)).shown(1.0)
        for seed in range(seeds)
    ]))  # fmt: skip


def rows_of(seeds: int) -> list[Row]:
    """False differences at the end and with looks, and the power that was promised."""
    saving = promised()
    misled = float(np.mean([any(looks(seed)) for seed in range(seeds)]))
    found = [
        (f"{ITEMS} items, {100 * SHARE:g} %, {WEEKS} weeks, {EQUAL}", shown(seeds, ITEMS, SHARE)),
        (f"{FEW_ITEMS} items, {100 * SMALL_SHARE:g} %, {WEEKS} weeks, {EQUAL}",
         shown(seeds, FEW_ITEMS, SMALL_SHARE)),
        (f"{ITEMS_LOOKED_AT} items, {100 * HALF:g} %, {WEEKS_LOOKED_AT} weeks, {EQUAL}, "
         f"{LOOKED_AT}", misled),
        (f"{ITEMS} items, {100 * SHARE:g} %, {WEEKS} weeks, {BETTER} {100 * saving:.0f} %",
         shown(seeds, ITEMS, SHARE, saving)),
    ]  # fmt: skip
    measure = "trials that show a difference"
    return [Row("trials", f"{seeds} trials of {case}", measure, value, "share")
            for case, value in found]  # fmt: skip


def measure(asked: argparse.Namespace) -> None:
    """Print the figures and keep their rows."""
    rows = rows_of(asked.seeds)
    for row in rows:
        asks = f"{POWER:g} promised" if BETTER in row.case else f"{ALPHA:g} at most"
        print(f"{row.case}: {row.measure} {row.value:.3f} ({asks})", flush=True)
    results.record(rows, asked.results)


def main() -> int:
    """Run what the command line asks for."""
    parser = parser_of(__doc__)
    add_results(parser)
    parser.add_argument("--seeds", type=int, default=400, help="trials of each kind")
    return run_main(lambda: measure(parser.parse_args()))


if __name__ == "__main__":
    raise SystemExit(main())
