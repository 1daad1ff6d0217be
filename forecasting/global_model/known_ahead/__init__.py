"""What is known of the buckets ahead beyond the calendar, one file a kind.

A panel that has nothing of a kind gets no column of it. What such things do is learned from all
that is known at `as_of`; an origin of the past is judged with what was known then alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.registry import Registry
from domain.terms import Integers, Panel, Singles

Columns = Mapping[str, Singles]
KNOWN_AHEAD: Registry[Callable[[Panel, Integers, Integers], Columns]] = Registry(
    "covariate known ahead", __name__
)


def known_ahead(panel: Panel, series: Integers, target: Integers) -> dict[str, Singles]:
    """A column by name of N values, for the N buckets `target` of `series`."""
    found: dict[str, Singles] = {}
    for name in KNOWN_AHEAD.names():
        found |= KNOWN_AHEAD.get(name)(panel, series, target)
    return found
