"""The measures of a plan (DESIGN §7): one file and one function each, filed in `KPIS`.

The same function serves report, API and page. A measure of the whole is a float, or None where
it cannot be known: never NaN, and never a 0 that means "not known". A measure per series is an
array with a value for every series.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from domain.registry import Registry

Unit = Literal["days", "months", "per year", "share", "units", "money", "class"]


@dataclass(frozen=True)
class Kpi:
    """What a page says about a measure, and the function that computes it."""

    title: str  # what a planner calls it
    unit: Unit
    better: Literal["more", "less", ""]  # which is better; "": neither
    meaning: str  # one sentence for a reader who has never met it
    function: Callable[..., object]


KPIS: Registry[Kpi] = Registry("KPI", "domain.kpis")
