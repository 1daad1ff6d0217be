"""`restock replay`, top to bottom: ground, walk, scores, tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from domain.terms import Floats
from experiments.replay.assumed import assumed
from experiments.replay.ground import Ground, read_ground
from experiments.replay.score import Score, cost_per_series, scores
from experiments.replay.walk import Walked, walk
from optimization.policies import Policy
from planning.calibration import Calibration
from planning.steps import Steps


@dataclass(frozen=True)
class Replay:
    """What every policy would have cost."""

    ground: Ground
    scores: Mapping[str, Score]  # by policy, the first the one others are compared with
    trajectory: pd.DataFrame  # a row per policy and bucket: totals over series
    series: pd.DataFrame  # a row per series: demand, and cost of each policy
    assumed: tuple[str, ...]  # sentences

    @property
    def first(self) -> str:
        """The policy that others are compared with."""
        return next(iter(self.scores))


def replay_dataset(
    path: Path,
    begin: date,
    until: date | None,
    policies: Mapping[str, Policy],
    vary_lead_times: bool,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
    calibration: Calibration | None = None,
) -> Replay:
    """Replay the dataset at `path` from the close of one day to that of another.

    `calibration`: what calibrated policies go by; it must know of no day after `begin`.
    """
    ground = read_ground(path, begin, until, settings_file, overrides, steps, calibration)
    return replay(ground, policies, vary_lead_times, steps)


def replay(
    ground: Ground, policies: Mapping[str, Policy], vary_lead_times: bool, steps: Steps
) -> Replay:
    """Replay on a ground that is laid."""
    with steps.step("walk") as advance:
        walked = walk(ground, policies, vary_lead_times, advance)
    with steps.step("score"):
        return Replay(
            ground=ground,
            scores=scores(walked),
            trajectory=trajectory_frame(walked),
            series=series_frame(walked),
            assumed=assumed(walked, vary_lead_times, "min_max" in policies),
        )


def trajectory_frame(walked: Walked) -> pd.DataFrame:
    """Totals over series, a row per policy and bucket (`date`: its first day)."""
    parts = []
    calendar = walked.ground.calendar
    for name, state in walked.states.items():
        part = pd.DataFrame(state.trajectory)
        starts = calendar.start_of(part.pop("bucket").to_numpy())
        part.insert(0, "date", starts.astype("datetime64[s]"))
        part.insert(0, "policy", name)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def series_frame(walked: Walked) -> pd.DataFrame:
    """Demand and, of each policy, cost, units unserved and mean stock; a row per series.

    Of scored buckets only; the worst by the dearest policy first is left to the reader.
    """
    ground, frame = walked.ground, walked.ground.terms.frame
    begin = ground.day(ground.scored_from - 1)
    days = float(ground.day(ground.calendar.count - 1) - begin)
    columns: dict[str, Floats | np.ndarray] = {
        "sku": frame["sku"].to_numpy(),
        "location": frame["location"].to_numpy(),
        "description": frame["description"].to_numpy(),
        "shortage_cost": walked.opening.shortage,
        "holding_cost_per_day": frame["holding_cost_per_day"].to_numpy(),
        "demand": next(iter(walked.states.values())).ledger.demand,
    }
    for name, state in walked.states.items():
        columns[f"cost {name}"] = cost_per_series(state.ledger)
        columns[f"unserved {name}"] = state.ledger.unserved
        columns[f"stock {name}"] = state.ledger.stock_days / days
    return pd.DataFrame(columns)
