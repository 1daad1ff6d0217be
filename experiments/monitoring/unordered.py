"""Planned lines that were never ordered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from domain.terms import Flags, Integers
from experiments.monitoring.known import Seen
from planning.kept_plans import KeptPlan
from planning.supply import row_of
from planning.supplying_locations import is_moved


class Orders:
    """When each of S series was ordered, and when anything was."""

    def __init__(self, series: pd.DataFrame, made: pd.DataFrame) -> None:
        """`made`: sku, location and `ordered_on` of every order."""
        rows, days = row_of(series, made), _number(made["ordered_on"].to_numpy())
        self._any = np.sort(days)
        self._first, span = int(days.min()), int(days.max() - days.min()) + 2
        self._span = span
        self._keys = np.sort((rows * span + days - self._first)[rows >= 0])

    def between(self, rows: Integers, after: int, until: Integers) -> Flags:
        """Whether series were ordered after a day and until another, N."""
        low = np.clip(after + 1 - self._first, 0, self._span - 1)
        high = np.clip(until - self._first, -1, self._span - 2)
        begin = np.searchsorted(self._keys, rows * self._span + low, "left")
        return np.asarray(np.searchsorted(self._keys, rows * self._span + high, "right") > begin)

    def any_between(self, after: int, until: Integers) -> Flags:
        """Whether anything at all was, so that the record had not stopped, N."""
        begin = np.searchsorted(self._any, after, "right")
        return np.asarray(np.searchsorted(self._any, until, "right") > begin)


def never_ordered(
    seen: Seen, plans: Sequence[KeptPlan], made: pd.DataFrame
) -> list[tuple[KeptPlan, pd.DataFrame]]:
    """Of each plan, oldest first, the lines that expired unordered.

    A line expires with its protection period: nothing of the item was ordered for the place in it,
    while other things were. What later plans say within that time is the same line, said again;
    it counts once. Lines that a location supplies are none: what it sends is no order.
    """
    series = seen.terms.frame
    orders, moved = Orders(series, made), is_moved(series)
    waiting = np.full(len(series), np.iinfo(np.int64).min)  # day until which a line is waited for
    found = []
    for plan in plans:
        lines = plan.lines().astype({"sku": str, "location": str})
        rows, day = row_of(series, lines), int(_number(np.array([plan.as_of]))[0])
        wanted = (lines["quantity"] > 0).to_numpy() & (rows >= 0) & ~moved[rows]
        lines, rows = lines[wanted], rows[wanted]
        until = day + lines["protection_days"].to_numpy(np.int64)
        lapsed = ~orders.between(rows, day, until) & orders.any_between(day, until)
        lapsed &= waiting[rows] <= day
        waiting[rows[lapsed]] = until[lapsed]
        found.append((plan, lines[lapsed].reset_index(drop=True)))
    return found


def _number(days: np.ndarray) -> Integers:
    return np.asarray(days.astype("datetime64[D]").astype(np.int64))
