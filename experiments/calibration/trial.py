"""Every factor tried on one window: what it would have cost, and what was kept of promises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.periods import Day
from domain.terms import Floats
from experiments.calibration.windows import Window
from experiments.replay.ground import lay
from experiments.replay.score import cost_per_series
from experiments.replay.walk import walk
from forecasting.classes import demand_class, interval_and_variation
from forecasting.past import panel_until
from optimization.policies.optimizer import Optimizer
from planning.calibration import KIND_OF_TARGET
from planning.dataset import Dataset
from planning.steps import Advance

FACTORS = (0.25, 0.35, 0.5, 0.7, 1.0, 1.5, 2.5, 4.0)
"""On p, ascending: a factor 1.4 apart below 1, more above, as the cost is flat at the best [F]."""
SPLITS = ("supplier", "demand_class")
"""Columns of terms by which finer factors are tried."""


@dataclass(frozen=True)
class Trial:
    """What each factor came to on a window: a row a series [S], a column a factor [F]."""

    window: Window
    scored: int  # buckets
    scored_from: Day  # the first of their days
    key: pd.MultiIndex  # S: sku, location
    kind: np.ndarray  # S, text: what is promised
    promised: Floats  # S, share: the level or rate promised; NaN where a price decides
    groups: pd.DataFrame  # S rows, a column for each of `SPLITS`
    cost: Floats  # S × F, money
    cycles: Floats  # S × F, review cycles that ended
    short_cycles: Floats  # S × F
    demand: Floats  # S × F, units
    unserved: Floats  # S × F, units


def try_factors(dataset: Dataset, name: str, window: Window, advance: Advance) -> Trial:
    """Replay the optimizer with every factor between the two days of a window."""
    ground = lay(name, dataset, window.begin, window.until)
    policies = {f"{factor:g}": Optimizer(factor) for factor in FACTORS}
    walked = walk(ground, policies, True, advance)
    ledgers = [walked.states[policy].ledger for policy in policies]
    frame = ground.terms.frame
    classes = demand_class(*interval_and_variation(panel_until(ground.panel, ground.first + 1)))
    groups = frame.assign(demand_class=classes[ground.rows])[list(SPLITS)]

    def of(field: str) -> Floats:
        return np.stack([getattr(ledger, field) for ledger in ledgers], axis=1)

    return Trial(
        window=window,
        scored=int(ground.calendar.count - ground.scored_from),
        scored_from=ground.calendar.start_of(np.array([ground.scored_from]))[0],
        key=pd.MultiIndex.from_frame(frame[["sku", "location"]]),
        kind=frame["target_kind"].map(KIND_OF_TARGET).to_numpy(object),
        promised=_promised(frame),
        groups=groups,
        cost=np.stack([cost_per_series(ledger) for ledger in ledgers], axis=1),
        cycles=of("cycles"),
        short_cycles=of("short_cycles"),
        demand=of("demand"),
        unserved=of("unserved"),
    )


def _promised(frame: pd.DataFrame) -> Floats:
    """The level or rate that each series was promised [S]."""
    level = frame["target_level"].to_numpy(np.float64)
    rate = pd.to_numeric(frame["fill_rate"]).to_numpy(np.float64)
    kind = frame["target_kind"]
    priced = kind.isin(["shortage_cost", "margin"]).to_numpy()
    chosen = np.where((kind == "fill_rate").to_numpy(), rate, level)
    return np.where(priced, np.nan, chosen)
