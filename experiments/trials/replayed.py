"""`restock trial size`, top to bottom: both policies on the past, and what a trial would need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from domain.errors import DataError, SettingsError
from domain.kpis.abc import abc
from domain.settings_trial import TrialSetting
from domain.terms import Floats, Integers
from experiments.replay.assumed import assumed
from experiments.replay.ground import Ground, read_ground
from experiments.replay.naming import calibration_of, policy_of
from experiments.replay.score import cost_per_series
from experiments.replay.state import State
from experiments.replay.walk import Walked, walk
from experiments.trials.size import SHARES, Costs, Size, sizes
from experiments.trials.strata import REST
from forecasting.classes import demand_class, interval_and_variation
from forecasting.past import panel_until
from optimization.policies import Policy
from planning.calibration import read_calibration
from planning.steps import Steps
from planning.trial import WHERE, on_trial, policy_named

CALIBRATED, PLAIN = "calibrated_optimizer", "optimizer"
"""What plans without a trial, with and without a calibration in the workspace."""
LEAST_OF_A_CLASS = 8
"""Items of a class below which it is joined with other small ones."""


@dataclass(frozen=True)
class Sized:
    """What a trial would need."""

    ground: Ground
    setting: TrialSetting
    incumbent: str  # the policy that plans today
    costs: Costs
    classes: tuple[str, ...]  # of `costs.stratum`
    assigned: int  # items that the setting's seed and share draw
    sizes: tuple[Size, ...]
    detect: float  # the difference that is to be seen, as a share of cost
    assumed: tuple[str, ...]

    @property
    def items(self) -> int:
        """Items that were replayed."""
        return int(self.costs.stratum.size)


class Course:
    """What each item costs in every scored bucket, under each of several policies."""

    def __init__(self, ground: Ground, names: tuple[str, ...], item: Integers) -> None:
        """`item`: S, the number of each series' item."""
        self._ground, self._item = ground, item
        self._before: dict[str, Floats] = dict.fromkeys(names, np.zeros(int(item.max()) + 1))
        self.costs: dict[str, list[Floats]] = {name: [] for name in names}

    def note(self, bucket: int, states: Mapping[str, State]) -> None:
        """A bucket passed."""
        if bucket < self._ground.scored_from:
            return
        for name, before in self._before.items():
            of_series = cost_per_series(states[name].ledger)
            total = np.bincount(self._item, of_series, before.size).astype(np.float64)
            self.costs[name].append(total - before)
            self._before[name] = total


def size_trial(
    path: Path,
    begin: date,
    until: date | None,
    detect: float,
    workspace: Path | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
) -> Sized:
    """How long a trial of the settings' policy must last, from a replay of both policies."""
    calibration = None if workspace is None else read_calibration(workspace)
    ground = read_ground(path, begin, until, settings_file, overrides, steps, calibration)
    setting = setting_of(ground.settings.trial)
    incumbent = PLAIN if calibration is None else CALIBRATED
    policies = both_policies(incumbent, setting.policy)
    calibration_of(policies, workspace)
    sku, item = np.unique(ground.terms.frame["sku"].astype(str), return_inverse=True)
    course = Course(ground, tuple(policies), item)
    with steps.step("walk") as advance:
        walked = walk(ground, policies, True, advance, course.note)
    with steps.step("size"):
        costs, classes = costs_of(walked, course, item, (incumbent, setting.policy))
        shares = tuple(sorted({*SHARES, setting.share}))
        return Sized(
            ground=ground,
            setting=setting,
            incumbent=incumbent,
            costs=costs,
            classes=classes,
            assigned=int(on_trial(pd.Series(sku), setting).sum()),
            sizes=tuple(sizes(costs, shares)),
            detect=detect,
            assumed=assumed(walked, True, "min_max" in policies),
        )


def setting_of(setting: TrialSetting | None) -> TrialSetting:
    """The settings' trial; raises SettingsError where they have none."""
    if setting is None:
        raise SettingsError(
            "no policy is on trial", "settings: [trial]",
            'Write [trial] with policy = "base_stock", or another that restock replay knows.',
        )  # fmt: skip
    return setting


def both_policies(incumbent: str, challenger: str) -> dict[str, Policy]:
    """The policy that plans today and the one on trial."""
    policy = policy_named(challenger)
    if challenger == incumbent:
        raise SettingsError(
            f"{challenger} is what plans already", WHERE, "Name a policy that differs."
        )
    return {incumbent: policy_of(incumbent), challenger: policy}


def costs_of(
    walked: Walked, course: Course, item: Integers, names: tuple[str, str]
) -> tuple[Costs, tuple[str, ...]]:
    """Costs of items by bucket under incumbent and challenger, and what their classes are."""
    ground = walked.ground
    scored = np.arange(ground.scored_from, ground.calendar.count)
    names_of = item_classes(item, classes_at_start(ground), cost_of_demand(ground))
    found, code = np.unique(names_of, return_inverse=True)
    small = np.bincount(code) < LEAST_OF_A_CLASS
    names_of = np.where(small[code], REST, names_of)
    found, code = np.unique(names_of.astype(str), return_inverse=True)
    incumbent, challenger = (np.stack(course.costs[name], axis=1) for name in names)
    if incumbent.sum() <= 0:
        raise DataError(
            "the replay costs nothing, so that nothing can differ", str(ground.name),
            "Give unit_cost in items, or a longer past.",
        )  # fmt: skip
    days = np.array([float(ground.length(int(one))) for one in scored])
    costs = Costs(incumbent, challenger, days, code.astype(np.int64))
    return costs, tuple(str(one) for one in found)


def classes_at_start(ground: Ground) -> np.ndarray:
    """The demand class of each series at the start, S."""
    known = panel_until(ground.panel, ground.first + 1)
    return np.asarray(demand_class(*interval_and_variation(known))[ground.rows])


def cost_of_demand(ground: Ground) -> Floats:
    """Cost of demand of the last year before the start, S, money."""
    begin = max(0, ground.first + 1 - ground.calendar.bucket.per_year)
    units = ground.panel.demand[ground.rows, begin : ground.first + 1].sum(axis=1, dtype=np.float64)
    return np.asarray(units * ground.terms.frame["unit_cost"].to_numpy(np.float64))


def item_classes(item: Integers, of_series: np.ndarray, cost: Floats) -> np.ndarray:
    """The class of each item, text: value class, and demand class of its dearest series.

    `item`: S, the number of each series' item; `cost`: S, money of a year's demand.
    """
    values = abc(np.bincount(item, cost).astype(np.float64))
    order = np.lexsort((np.arange(item.size), -cost, item))
    first = np.unique(item[order], return_index=True)[1]
    kinds = of_series[order][first].astype(str)
    return np.array([f"{value} {kind}" for value, kind in zip(values, kinds, strict=True)])
