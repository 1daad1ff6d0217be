"""Models of one series at a time, by name: for series that a user names, and for aggregates.

Slower than the families of the one pass by a thousand times, they tell a forecast apart into
trend, season, events and regressors, which is what a planner wants to see of a category or a
total. Only their means are used: spreads come from the same heads as all others. Adding a model
is adding a file.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from domain.errors import UnavailableError
from domain.periods import Bucket, Days
from domain.registry import Registry
from domain.terms import Floats

FEWEST_BUCKETS = 8
"""Observed buckets below which nothing is fitted."""
MOST_OF_PAST = 3.0
"""A mean stays below the largest demand ever seen, times this."""


class NotFittedError(Exception):
    """A model that cannot be fitted to a series, or gave no finite number: a word why."""


@dataclass(frozen=True)
class History:
    """One series' demand over T buckets, and what is known of these and of H ahead."""

    demand: Floats  # T, units per bucket; NaN: not known
    starts: Days  # T + H, first day of each bucket
    bucket: Bucket
    events: Mapping[str, Floats] = field(default_factory=dict)  # T + H each, 0 where there is none
    regressors: Mapping[str, Floats] = field(default_factory=dict)  # T + H each
    seed: int = 0


@dataclass(frozen=True)
class Parts:
    """What a mean is made of, units per bucket, T + H each: they add up to it."""

    trend: Floats
    season: Floats
    events: Floats
    regressors: Floats

    @property
    def mean(self) -> Floats:
        """Units per bucket, T + H."""
        return self.trend + self.season + self.events + self.regressors


@dataclass(frozen=True)
class SeriesModel:
    """A model of one series; `fit` may raise NotFittedError, and UnavailableError (`library`)."""

    name: str
    library: str  # the optional library it needs
    source: str  # the book or paper
    available: Callable[[], bool]
    fit: Callable[[History], Parts]


SERIES_MODELS: Registry[SeriesModel] = Registry("model of one series", "forecasting.models")


def series_model(name: str, where: str) -> SeriesModel:
    """The model of that name; raises NotFoundError, or UnavailableError naming the extra.

    `where`: the setting that names it.
    """
    model = SERIES_MODELS.get(name, where)
    if not model.available():
        raise UnavailableError(
            f"the forecaster {name!r} needs {model.library}, which is not installed",
            where,
            "Install it with: pip install 'restock[models]'.",
        )
    return model


@contextmanager
def quietly() -> Iterator[None]:
    """Hold around all fits, outside of their threads: warnings of the libraries are not shown.

    A search that did not settle is judged by its errors, like any other.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def fitted(model: SeriesModel, history: History) -> Parts:
    """The parts of a series under a model, finite, their sum 0 and above and bounded.

    Demand that is all alike is its own forecast. Raises NotFittedError.
    """
    seen = np.isfinite(history.demand)
    if seen.sum() < FEWEST_BUCKETS:
        raise NotFittedError(f"fewer than {FEWEST_BUCKETS} buckets of history")
    known = history.demand[seen]
    if known.max() <= 0:
        raise NotFittedError("nothing was ever sold")
    if known.max() == known.min():
        level = np.full(history.starts.size, known[0], np.float64)
        return Parts(level, *(np.zeros(level.size) for _ in range(3)))
    try:
        made = model.fit(history)
    except (ValueError, ArithmeticError, RuntimeError, np.linalg.LinAlgError) as error:
        raise NotFittedError(f"{model.name} could not be fitted") from error
    if not np.isfinite(made.mean).all():
        raise NotFittedError(f"{model.name} gave no finite number")
    return bounded(made, MOST_OF_PAST * float(known.max()))


def bounded(parts: Parts, most: float) -> Parts:
    """The parts with their sum kept within 0 … `most`: what is cut is cut from all alike.

    Where the sum is negative nothing is left; the trend takes what stands alone.
    """
    mean = parts.mean
    kept = np.clip(mean, 0.0, most)
    share = np.divide(kept, mean, out=np.zeros_like(mean), where=mean > 0)
    return Parts(
        parts.trend * share, parts.season * share, parts.events * share, parts.regressors * share
    )
