"""Shopping events by name, their dates computed, and the days around them that they move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from domain.periods import Day, weekday
from forecasting.events.lunar_new_year import lunar_new_year

THURSDAY = 3


@dataclass(frozen=True)
class ShoppingEvent:
    """An event of every year: its first day, and how many days before and after it matter."""

    day: Callable[[int], Day]  # of a year
    before: int
    after: int


def fixed(month: int, day: int) -> Callable[[int], Day]:
    """The same date every year."""
    return lambda year: np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D")


def after_thanksgiving(days: int) -> Callable[[int], Day]:
    """So many days after the fourth Thursday of November."""

    def day(year: int) -> Day:
        first = np.datetime64(f"{year:04d}-11-01", "D")
        to_thursday = int((THURSDAY - weekday(first)) % 7)
        return first + np.timedelta64(to_thursday + 21 + days, "D")

    return day


SHOPPING_EVENTS: dict[str, ShoppingEvent] = {
    "lunar_new_year": ShoppingEvent(lunar_new_year, 21, 14),
    "618": ShoppingEvent(fixed(6, 18), 18, 3),
    "golden_week": ShoppingEvent(fixed(10, 1), 7, 8),
    "double_11": ShoppingEvent(fixed(11, 11), 14, 5),
    "black_friday": ShoppingEvent(after_thanksgiving(1), 7, 2),
    "cyber_monday": ShoppingEvent(after_thanksgiving(4), 1, 3),
    "double_12": ShoppingEvent(fixed(12, 12), 5, 3),
    "christmas": ShoppingEvent(fixed(12, 25), 21, 6),
}
"""By name, in the order of the year."""
