"""Why a forecast expects what it does: parts that add up to the mean of every bucket.

The means of a forecast come about in steps: a level, what like series say of it, a trend, a
season, what the global model has learned, a model that a user named, days off sale, promotions,
items it takes over from, planners' adjustments, customers' orders. A part is what a step adds to
the one before; so parts add up by their nature, whatever their number. A step is named where it
is made (`steps_ahead` of the fits, `Forecast.noting` after them). What the trees of the global
model say is one part, the difference to the local forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.settings import Settings
from domain.terms import Floats, Integers, Panel
from forecasting.blend import CANDIDATES
from forecasting.local import LocalFit, fit_local, span_buckets
from forecasting.result import Forecast, Grounds, share_on_sale
from forecasting.threads import kernel

WORDS = {
    "level": "what it sells in an ordinary {bucket}",
    "like_items": "what like items sell, as it has said little itself",
    "trend": "its trend, which dies out",
    "season": "the season",
    "similar_items": "what similar items say: events, promotions, prices and recent sales of all",
    "reconciled": "what the total of all items says",
    "own_model": "the model that was named for it",
    "on_sale": "days on which it is not on sale",
    "promotions": "promotions that are announced, and events that come again",
    "events": "events ahead, by what they brought before",
    "other_items": "items it takes over from, or is part of",
    "adjustments": "planners' adjustments",
    "customer_orders": "customers' orders for days ahead",
}
"""Every part in the order in which they come about, and what it is."""
OTHER = "other"
"""A step nobody named; its part is shown so that parts add up even then."""


@dataclass(frozen=True)
class Explanation:
    """N series, H buckets ahead."""

    mean: Floats  # N × H, units expected
    parts: dict[str, Floats]  # by name, N × H, units; they add up to the mean


def explain(made: Forecast, horizon: int, series: Integers | None = None) -> Explanation:
    """The parts of the first `horizon` buckets of some series; all when None.

    Raises ValueError for a forecast that does not say what it was made of.
    """
    if made.grounds is None:
        raise ValueError("only a forecast of forecasting.run.forecast can be explained")
    rows = np.arange(len(made.keys)) if series is None else series
    ahead = slice(None, horizon)
    steps = [(name, path[rows]) for name, path in _steps(made, made.grounds, horizon)]
    parts: dict[str, Floats] = {}
    before = np.zeros((rows.size, horizon))
    for name, path in steps:
        added = path - before
        parts[name] = parts[name] + added if name in parts else added
        before = path
    mean = made.expected[rows, ahead]
    if not np.allclose(before, mean, rtol=1e-9, atol=1e-12):
        parts[OTHER] = mean - before
    return Explanation(mean, parts)


def _steps(made: Forecast, grounds: Grounds, horizon: int) -> list[tuple[str, Floats]]:
    """Means after each step, S × H, in the order of WORDS."""
    own = np.broadcast_to(grounds.own_level[:, None], (grounds.own_level.size, horizon))
    (_, level), *others = grounds.fit.steps_ahead(horizon)
    days = made.days[: horizon + 1]
    sold = others[-1][1] * share_on_sale(days, made.starts_day, made.ends_day)
    return [
        ("level", own),
        ("like_items", level),
        *others,
        ("on_sale", sold),
        *((name, mean[:, :horizon]) for name, mean in grounds.later),
        ("customer_orders", made.expected[:, :horizon]),
    ]


@dataclass(frozen=True)
class PastErrors:
    """How far sums of a protection period were off, at days of the past."""

    buckets: int  # in a sum
    origins: int  # days of the past
    error: dict[str, Floats]  # by model: N, Σ|forecast − demand| / Σ demand; NaN: no demand


BLEND = "blend"
MOST_ORIGINS = 24


def past_errors(panel: Panel, settings: Settings, series: Integers) -> PastErrors:
    """Errors of each family alone and of their blend, for some series of a panel.

    Sums begin one after the other, back from the last bucket, at most MOST_ORIGINS of them. Every
    forecast used what was known at its origin; of a sum what was seen counts.
    """
    span, last = span_buckets(settings, panel), panel.buckets - 1
    back = np.arange(last - span, max(panel.buckets // 4, 1), -span)[:MOST_ORIGINS]
    origins = np.append(back[::-1], last).astype(np.int64)
    allowed = {family.name: CANDIDATES.of(family.name) for family in CANDIDATES.families}
    found = {}
    for name, some in {BLEND: None, **allowed}.items():
        with kernel(settings.solver.threads):
            fit = fit_local(panel, origins, np.array([span]), span, span, None, some)
        found[name] = _error(fit, series)
    return PastErrors(span, int(back.size), found)


def _error(fit: LocalFit, series: Integers) -> Floats:
    mean, actual = (part[series, :, 0].astype(np.float64) for part in (fit.mean, fit.actual))
    seen = np.isfinite(mean) & np.isfinite(actual)
    off = np.where(seen, np.abs(mean - actual), 0.0).sum(axis=1)
    demand = np.where(seen, actual, 0.0).sum(axis=1)
    return np.divide(off, demand, out=np.full(off.shape, np.nan), where=demand > 0)
