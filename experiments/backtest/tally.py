"""From scores by series to the table by model, demand class and horizon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from domain.terms import Flags, Floats
from experiments.backtest.contenders import Answer
from experiments.backtest.ground import Ground, Moment
from experiments.backtest.measures import LOSS, SUM_LOSS, measures
from experiments.scoring import Measured, compared_with_all, mean_ratio
from forecasting.classes import NAMES, demand_class, interval_and_variation

ALL = "all"
CLASSES = (ALL, *(str(name) for name in NAMES))
COMPARED = (LOSS, SUM_LOSS, "rmsse")
"""Measures whose differences between models get an interval."""


def membership(moment: Moment) -> Flags:
    """Classes × S: which series are of each class, as known at the origin; first of all."""
    kind = demand_class(*interval_and_variation(moment.past.panel))
    return np.array([np.ones(kind.size, np.bool_), *(kind == name for name in NAMES)])


@dataclass
class Tally:
    """One model's scores: by class and horizon summed over series, and some series by series."""

    ground: Ground
    sums: dict[str, list[tuple[Floats, Floats]]] = field(default_factory=dict)
    by_series: dict[str, list[tuple[Floats, Floats]]] = field(default_factory=dict)
    seen: list[Floats] = field(default_factory=list)  # per origin: classes × (H + 1), scored
    members: list[Flags] = field(default_factory=list)  # per origin: classes × all series

    def add(self, answer: Answer, moment: Moment) -> None:
        """Take in what a model said at an origin."""
        inside = membership(moment).astype(np.float64)
        known = moment.numbers >= 0
        members = np.zeros((len(CLASSES), self.ground.series), np.bool_)
        members[:, moment.numbers[known]] = inside[:, known] > 0
        self.members.append(members)
        there = np.isfinite(moment.truth.actual).astype(np.float64)
        self.seen.append(inside @ np.hstack([there, there.sum(axis=1, keepdims=True)]))
        ground = self.ground
        for name, top, bottom in measures(answer, moment.truth, ground.levels, ground.reported):
            self.sums.setdefault(name, []).append((inside @ top, inside @ bottom))
            if name in COMPARED:
                spread = np.zeros((2, ground.series))
                spread[0, moment.numbers[known]] = top[known, -1]
                spread[1, moment.numbers[known]] = bottom[known, -1]
                self.by_series.setdefault(name, []).append((spread[0], spread[1]))

    def measured(self, name: str, place: int) -> Measured:
        """A measure over the whole horizon of the series of a class, series by series."""
        pairs = zip(self.by_series[name], self.members, strict=True)
        both = [(top * some[place], bottom * some[place]) for (top, bottom), some in pairs]
        return Measured(*(np.stack(part, axis=1) for part in zip(*both, strict=True)))

    def frame(self, model: str) -> pd.DataFrame:
        """Rows of the table: a class and a horizon each, those without a scored bucket left out."""
        horizons = [*(str(h + 1) for h in range(self.ground.horizon)), ALL]
        scored = np.sum(self.seen, axis=0)
        columns: dict[str, object] = {
            "model": model,
            "demand_class": np.repeat(CLASSES, len(horizons)),
            "horizon": np.tile(horizons, len(CLASSES)),
            "buckets_scored": scored.astype(np.int64).ravel(),
        }
        for name, origins in self.sums.items():
            top, bottom = (np.stack(part, axis=-1) for part in zip(*origins, strict=True))
            columns[name] = mean_ratio(top, bottom).ravel()
        frame = pd.DataFrame(columns)
        return frame[frame["buckets_scored"] > 0].reset_index(drop=True)


def differences(tallies: Mapping[str, Tally], ours: str) -> pd.DataFrame:
    """How much less (below 0) one model loses than each other, over the whole horizon.

    Columns model, demand_class, measure, difference, low, high: ours / the other - 1 with its
    95 % interval over series, the same series drawn for both.
    """
    others = [name for name in tallies if name != ours]
    keys = [(kind, measure) for kind in CLASSES for measure in COMPARED]
    rows = []
    for kind, measure in keys:
        place = CLASSES.index(kind)
        own = tallies[ours].measured(measure, place)
        if not others or not own.denominator.any():
            continue
        theirs = [tallies[name].measured(measure, place) for name in others]
        some = np.flatnonzero(own.denominator.any(axis=1))
        found = compared_with_all(own.take(some), [each.take(some) for each in theirs])
        rows += [(name, kind, measure, *f) for name, f in zip(others, found, strict=True)]
    names = ["model", "demand_class", "measure", "difference", "low", "high"]
    return pd.DataFrame(rows, columns=names)


def stacked(tallies: Mapping[str, Tally], order: Sequence[str]) -> pd.DataFrame:
    """The whole table, model by model."""
    return pd.concat([tallies[name].frame(name) for name in order], ignore_index=True)
