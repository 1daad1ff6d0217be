"""What limits are measured on: a portion of the plan's series, their terms and timing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from domain.terms import Flags, Floats, Integers
from optimization.problem import Problem
from optimization.shared.rows import NO_ENTRIES, Entries


@dataclass(frozen=True)
class Ground:
    """S series of one portion; `place` says which they are among all."""

    place: Integers  # S
    problem: Problem  # prepared
    frame: pd.DataFrame  # S rows: sku, location, supplier, category, unit_cost, volume_m3
    solved: Flags  # S, whether the solve decides what is ordered
    settled: Floats  # S, units ordered today whatever the solve says
    supply_on: Callable[[int], Floats]  # S, units usable by a day without any decision
    lost: bool  # whether unmet demand is lost

    def take(self, index: Integers) -> Self:
        """The same for some of its series only."""
        supply_on = self.supply_on
        return replace(
            self,
            place=self.place[index],
            problem=self.problem.take(index),
            frame=self.frame.iloc[index].reset_index(drop=True),
            solved=self.solved[index],
            settled=self.settled[index],
            supply_on=lambda day: supply_on(day)[index],
        )

    def orders(self, which: Flags, first_day: int, last_day: int, weight: Floats) -> Entries:
        """What orders of the series in `which` (S) placed on these days take, `weight` (S) each."""
        days = self.problem.cycles.order_day
        decisions = np.arange(days.shape[1]) < self.problem.cycles.count[:, None]
        there = decisions & (days >= first_day) & (days <= last_day)
        series, decision = np.nonzero(there & (which & self.solved)[:, None])
        place, decided = self.place[series].astype(np.int32), decision.astype(np.int32)
        return Entries(place, decided, weight[series])

    def settled_today(self, which: Flags, first_day: int, last_day: int, weight: Floats) -> float:
        """What orders take that are placed today whatever the solve says."""
        if not first_day <= 0 <= last_day:
            return 0.0
        return float((self.settled * weight)[which].sum())


def together(entries: Sequence[Entries]) -> Entries:
    """Entries of several portions as one."""
    if not entries:
        return NO_ENTRIES
    return Entries(
        np.concatenate([part.series for part in entries]),
        np.concatenate([part.decision for part in entries]),
        np.concatenate([part.weight for part in entries]),
    )
