"""The first day of the Chinese year, from the moon.

The first new moon from 21 January on, by the day in Beijing: right for 1986 to 2059 (in 1985 a
new moon fell on that very day, and the year began with the next). Instants of new moons: Meeus,
*Astronomical Algorithms*, 2nd ed., chapter 49, with its largest terms (within half an hour).
"""

from __future__ import annotations

import math

import numpy as np

from domain.periods import Day

NEW_MOON_2000, MONTH = 2451550.09766, 29.530588861
"""Julian day of the first new moon of 2000, and the mean month, days (Meeus, eq. 49.1)."""
EPOCH, BEIJING = 2440587.5, 8.0 / 24.0
"""Julian day of 1970-01-01, 0 h; the clock in Beijing, days ahead of Greenwich."""


def new_moon(k: int) -> float:
    """Julian day of the k-th new moon from that of 6 January 2000 (Meeus, chapter 49)."""
    t = k / 1236.85
    sun = math.radians(2.5534 + 29.10535670 * k - 1.4e-6 * t * t)
    moon = math.radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t)
    node = math.radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t)
    orbit = 1.0 - 0.002516 * t
    return (
        NEW_MOON_2000
        + MONTH * k
        + 0.00015437 * t * t
        - 0.40720 * math.sin(moon)
        + 0.17241 * orbit * math.sin(sun)
        + 0.01608 * math.sin(2 * moon)
        + 0.01039 * math.sin(2 * node)
        + 0.00739 * orbit * math.sin(moon - sun)
        - 0.00514 * orbit * math.sin(moon + sun)
        + 0.00208 * orbit * orbit * math.sin(2 * sun)
    )


def lunar_new_year(year: int) -> Day:
    """First day of the Chinese year that begins in `year`.

    >>> str(lunar_new_year(2024)), str(lunar_new_year(2025))
    ('2024-02-10', '2025-01-29')
    """
    earliest = np.datetime64(f"{year:04d}-01-21", "D")
    k = math.floor((year - 2000) * 12.3685) - 1
    while True:
        day = np.datetime64(math.floor(new_moon(k) + BEIJING - EPOCH), "D")
        if day >= earliest:
            return day
        k += 1
