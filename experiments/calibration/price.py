"""The factor where a shortage has a price: least replayed cost, proved on a later window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.terms import Flags, Floats
from experiments.calibration.trial import FACTORS, Trial
from experiments.resampling import Interval, drawn, interval
from planning.calibration import ALL, PRICE

AS_TYPED = FACTORS.index(1.0)
PRIOR_SERIES = 100.0
"""Series of a group for its own curve of cost to count as much as that of all."""


@dataclass(frozen=True)
class Priced:
    """The factors that were chosen, and what they would have cost on the judging window."""

    split_by: str  # "": one factor for all
    factors: dict[str, float]  # by group; "" is every other
    chosen: float  # the one factor that the choosing windows asked for, adopted or not
    cost_as_typed: float  # money, judging window, factor 1
    cost: float  # money, judging window, with the factors
    interval: Interval  # of the difference, 95 %, paired over series
    curves: list[list[float]]  # windows × F, money
    tried: dict[str, float]  # money, judging window, each split that was tried


def price_factor(choosing: Sequence[Trial], judging: Trial) -> Priced | None:
    """Choose on some windows, judge on a later one; None where no shortage has a price.

    One factor for all first. It stays 1 where the judging window does not confirm it. Finer ones
    replace it only where they cost less there, beyond noise.
    """
    trials = (*choosing, judging)
    curves = [trial.cost[_mine(trial)].sum(axis=0) for trial in trials]
    mine = _mine(judging)
    if not mine.any():
        return None
    best = int(np.argmin(np.sum(curves[:-1], axis=0)))
    used = best if curves[-1][best] < curves[-1][AS_TYPED] else AS_TYPED
    place = np.full(int(mine.sum()), used)
    cost, split, groups, tried = judging.cost[mine], "", {ALL: used}, {}
    for column in judging.groups:
        found = _finer(choosing, column, used)
        if found is None:
            continue
        there = judging.groups.loc[mine, column].map(found).fillna(used).to_numpy(np.int64)
        row = np.arange(there.size)
        tried[column] = float(cost[row, there].sum())
        _, high = interval_of_sum(cost[row, there] - cost[row, place])
        if high < 0 and tried[column] < cost[row, place].sum():
            place, split, groups = there, column, {ALL: used, **found}
    row = np.arange(place.size)
    after, before = cost[row, place], cost[:, AS_TYPED]
    return Priced(
        split_by=split,
        factors={group: FACTORS[place] for group, place in groups.items()},
        chosen=FACTORS[best],
        cost_as_typed=float(before.sum()),
        cost=float(after.sum()),
        interval=interval_of_sum(after - before),
        curves=[[float(value) for value in curve] for curve in curves],
        tried=tried,
    )


def _mine(trial: Trial) -> Flags:
    return np.asarray(trial.kind == PRICE)


def _finer(choosing: Sequence[Trial], column: str, used: int) -> dict[str, int] | None:
    """The best place among `FACTORS` for each group, its curve mixed with that of all."""
    whole = np.sum([trial.cost[_mine(trial)].sum(axis=0) for trial in choosing], axis=0)
    names = sorted({str(g) for t in choosing for g in t.groups.loc[_mine(t), column].dropna()})
    if len(names) < 2 or whole[used] <= 0:
        return None
    found = {}
    for name in names:
        parts = [_mine(t) & (t.groups[column].astype(object) == name).to_numpy() for t in choosing]
        curve = np.sum([t.cost[part].sum(axis=0) for t, part in zip(choosing, parts, strict=True)],
                       axis=0)  # fmt: skip
        series = sum(int(part.sum()) for part in parts) / len(parts)
        if curve[used] <= 0 or not series:
            continue
        mixed = series * curve / curve[used] + PRIOR_SERIES * whole / whole[used]
        found[name] = int(np.argmin(mixed))
    return found


def interval_of_sum(difference: Floats) -> Interval:
    """The 95 % interval of a sum over series, when series are drawn anew [S]."""
    return interval(drawn(lambda times: times @ difference, difference.size))
