"""Cycles that end on a given day, so that two plans are judged over the same days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.terms import Integers
from optimization.problem import Cycles
from planning.problem import CLOSED_MARGIN_DAYS, plan_cycles
from planning.situation import Situation, trimmed

PADDING = -1


def last_days(cycles: Cycles) -> Integers:
    """The last day each series' cycles answer for, days from `as_of` [S]."""
    return np.asarray(cycles.end_day[np.arange(cycles.count.size), cycles.count - 1])


def judged_through(situation: Situation, last_day: Integers) -> Situation:
    """The situation with the cycles that begin by `last_day` (S, days), the last one cut there.

    A series' first delivery must lie on or before its day.
    """
    frame = situation.terms.frame
    farthest = int(last_day.max() + frame["review_period_days"].max()) + CLOSED_MARGIN_DAYS
    cycles = plan_cycles(situation.dataset, situation.calendar, frame, farthest)
    return replace(situation, cycles=trimmed(cut_at(cycles, last_day)))


def cut_at(cycles: Cycles, last_day: Integers) -> Cycles:
    """Cycles that begin by `last_day` (S), the last one ending on it; padding after them."""
    count = ((cycles.arrival_day >= 0) & (cycles.arrival_day <= last_day[:, None])).sum(axis=1)
    alive = np.arange(cycles.order_day.shape[1]) < count[:, None]
    points = np.minimum(cycles.point_day, last_day[:, None, None])
    begins = np.concatenate([cycles.arrival_day[:, :, None] - 1, points[:, :, :-1]], axis=2)
    there = alive[:, :, None] & (cycles.point_day >= 0) & (points > begins)
    return replace(
        cycles,
        count=count.astype(np.int64),
        order_day=np.where(alive, cycles.order_day, PADDING),
        arrival_day=np.where(alive, cycles.arrival_day, PADDING),
        end_day=np.where(alive, np.minimum(cycles.end_day, last_day[:, None]), PADDING),
        point_day=np.where(there, points, PADDING),
        point_weight=np.where(there, points - begins, 0),
    )
