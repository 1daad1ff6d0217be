"""Champion and challengers on the same buckets, and whether a difference is more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from domain.terms import Floats
from experiments.calibration.windows import Window
from experiments.replay.ground import calibrated_factor, lay
from experiments.replay.naming import BOUND
from experiments.replay.run import Replay, replay
from experiments.retraining.recipes import ForecastMode, Recipe
from forecasting.past import panel_until
from planning.calibration import Calibration
from planning.dataset import Dataset
from planning.steps import Steps

DRAWS, AT_ONCE = 2000, 500
CHANCE = 0.025
"""A challenger no better than the champion wins with at most this probability, shared out among
all challengers (Bonferroni)."""
FEWEST_SERIES, FEWEST_BUCKETS = 5, 4
"""Below these nothing can be told from chance."""
MEASURES = (
    "cost", "holding", "shortage", "order", "fill_rate", "stockout_rate", "turnover",
    "slow_moving_rate", "cost_per_unit_of_demand",
)  # fmt: skip


@dataclass(frozen=True)
class Contender:
    """Somebody who orders: a recipe with a calibration (None: shortage costs as typed)."""

    name: str
    recipe: Recipe
    calibration: Calibration | None

    @property
    def forecast_mode(self) -> ForecastMode:
        """How it forecasts."""
        return self.recipe.forecast_mode


@dataclass(frozen=True)
class Judged:
    """What a contender's orders came to on the judging window; money."""

    name: str
    keys: pd.MultiIndex  # S: sku, location
    by_series: Floats  # S
    by_bucket: Floats  # T, scored buckets
    foresight: float  # cost of the best orders in hindsight
    measures: dict[str, float | None]  # see `MEASURES`

    @property
    def cost(self) -> float:
        """All of it."""
        return float(self.by_series.sum())


@dataclass(frozen=True)
class Verdict:
    """A challenger against the champion: cost difference (below 0: cheaper) and its bounds."""

    challenger: str
    difference: float  # money
    ratio: float | None  # of the champion's cost; None where that is 0
    over_series: tuple[float, float]  # bounds when series are drawn anew
    over_time: tuple[float, float]  # bounds when stretches of buckets are drawn anew
    better: bool  # both upper bounds lie below 0


def judge_alike(
    contenders: Sequence[Contender], dataset: Dataset, name: str, window: Window, steps: Steps
) -> list[Judged]:
    """Replay contenders that forecast alike between the two days of a window.

    They share what does not depend on their orders: the forecasts of the first day with the
    models learned there, demand that is drawn, and foresight. Those whose orders are weighed
    alike too are one and the same, and replayed once. Lead times vary, the same for all.
    """
    settings = contenders[0].recipe.settings(dataset.settings)
    ground = lay(name, replace(dataset, settings=settings), window.begin, window.until)
    known = panel_until(ground.panel, ground.first + 1)
    factors = {
        one.name: calibrated_factor(ground.terms.frame, known, ground.rows, one.calibration)
        for one in contenders
    }
    policies = {one.name: one.recipe.policy() for one in contenders}

    def alike(one: str, other: str) -> bool:
        same = np.array_equal(factors[one], factors[other])
        return same and policies[one] == policies[other]

    like = {one: next(other for other in policies if alike(one, other)) for one in policies}
    replayed = {name: policies[name] for name in policies if like[name] == name}
    made = replay(replace(ground, own_factor=factors), replayed, True, steps)
    return [replace(_judged(made, like[one.name]), name=one.name) for one in contenders]


def _judged(made: Replay, name: str) -> Judged:
    """What a replay says of one policy."""
    score, frame = made.scores[name], made.series
    scored = made.trajectory[(made.trajectory["policy"] == name) & made.trajectory["scored"]]
    return Judged(
        name=name,
        keys=pd.MultiIndex.from_frame(frame[["sku", "location"]]),
        by_series=frame[f"cost {name}"].to_numpy(np.float64),
        by_bucket=scored[["holding", "shortage", "order"]].sum(axis=1).to_numpy(np.float64),
        foresight=made.scores[BOUND].cost,
        measures={measure: getattr(score, measure) for measure in MEASURES},
    )


def verdicts(champion: Judged, challengers: Sequence[Judged], seed: int) -> list[Verdict]:
    """Each challenger against the champion, on the same series and buckets."""
    return [compared(champion, one, len(challengers), seed) for one in challengers]


def compared(champion: Judged, challenger: Judged, challengers: int, seed: int) -> Verdict:
    """One of several challengers against the champion.

    The difference is drawn anew in two ways, as costs differ by chance in both: over series (Efron
    & Tibshirani, *An Introduction to the Bootstrap*, ch. 6) and, as all series share their days,
    over stretches of buckets (circular block bootstrap, Politis & Romano 1992).
    """
    by_series = challenger.by_series - champion.by_series
    by_bucket = challenger.by_bucket - champion.by_bucket
    share = CHANCE / max(challengers, 1)
    over_series = _bounds(by_series, 1, share, seed)
    block = max(1, round(by_bucket.size ** (1 / 3)))
    over_time = _bounds(by_bucket, block, share, seed)
    enough = by_series.size >= FEWEST_SERIES and by_bucket.size >= FEWEST_BUCKETS
    total = float(by_series.sum())
    return Verdict(
        challenger=challenger.name,
        difference=total,
        ratio=total / champion.cost if champion.cost > 0 else None,
        over_series=over_series,
        over_time=over_time,
        better=bool(enough and max(over_series[1], over_time[1]) < 0.0),
    )


def _bounds(parts: Floats, block: int, share: float, seed: int) -> tuple[float, float]:
    """Bounds of the sum of `parts` when blocks of them are drawn anew; `share` beyond each."""
    draw = np.random.default_rng([seed, parts.size])
    ring = np.append(parts, parts[: block - 1])
    of_block = np.convolve(ring, np.ones(block), "valid")
    blocks = -(-parts.size // block)
    scale = parts.size / (blocks * block)
    totals = np.concatenate([
        of_block[draw.integers(0, parts.size, (AT_ONCE, blocks))].sum(axis=1) * scale
        for _ in range(DRAWS // AT_ONCE)
    ])  # fmt: skip
    low, high = np.quantile(totals, [share, 1.0 - share])
    return float(low), float(high)
