"""What is there through an event, day by day, against what its demand may come to.

Goods that come while the event lasts serve what is left of it, and nothing before: up to the close
of each day e, demand since the opening must stay within what was there when it opened and what has
come by e. So what is missing is the most by which the target quantile of that demand is above it
on any day, and the probability of covering the event the least on any day.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from domain.terms import Floats, Integers
from forecasting.result import Forecast
from planning.outlook import probability_within
from planning.supply import OpenOrders

LEVELS = np.array([0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999])
AT_ONCE = 2000
"""Series whose days are held in memory together."""


@dataclass(frozen=True)
class Cover:
    """Of N series."""

    mean: Floats  # N, units, demand of all days of the event
    quantiles: Floats  # N × LEVELS, units, of the same
    due_during: Floats  # N, units that come while it lasts
    probability: Floats  # N, 0 to 1, that what is there suffices on every day
    missing: Floats  # N, units more that the target level asks for
    needed: Integers  # N, days from as_of: the first on which more is needed; else the first day


def cover(
    made: Forecast, coming: OpenOrders, rows: Integers, opens: Integers, closes: Integers,
    there: Floats, target: Floats,
) -> Cover:  # fmt: skip
    """What is there against demand on every day of the event, for N series by number.

    `opens`, `closes`: N, first and last day of the event, days from `as_of`; `there`: N, units when
    it opens; `target`: N, the level asked for, in (0, 1).
    """
    parts = []
    for low in range(0, max(rows.size, 1), AT_ONCE):
        some = slice(low, low + AT_ONCE)
        orders = coming.take(rows[some], len(made.keys))
        parts.append(
            _of_block(
                made, orders, rows[some], opens[some], closes[some], there[some], target[some]
            )
        )
    return Cover(
        *(np.concatenate([getattr(one, field.name) for one in parts]) for field in fields(Cover))
    )


def _of_block(
    made: Forecast, coming: OpenOrders, rows: Integers, opens: Integers, closes: Integers,
    there: Floats, target: Floats,
) -> Cover:  # fmt: skip
    """`cover` for series few enough for memory; `coming` counts them from 0."""
    width = int((closes - opens).max(initial=0)) + 1
    days = np.minimum(opens[:, None] + np.arange(width), closes[:, None])
    levels = np.concatenate([np.tile(LEVELS, (rows.size, 1)), target[:, None]], axis=1)
    begin = np.broadcast_to(opens[:, None] - 1, days.shape)
    mean, quantiles = made.windows(begin, days, levels, rows)
    come = coming.usable_by(days) - coming.usable_by(opens[:, None])
    supply = there[:, None] + come
    known = quantiles[:, :, : LEVELS.size]
    covered = probability_within(np.tile(LEVELS, (rows.size, 1)), known, supply)
    short = quantiles[:, :, -1] - supply
    first = np.where((short > 0).any(axis=1), (short > 0).argmax(axis=1), 0)
    return Cover(
        mean=mean[:, -1],
        quantiles=known[:, -1],
        due_during=come[:, -1],
        probability=covered.min(axis=1),
        missing=np.maximum(short.max(axis=1), 0.0),
        needed=opens + first,
    )
