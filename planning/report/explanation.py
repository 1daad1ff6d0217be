"""Why the forecast of a series is what it is: a table for machines, and words for planners."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.errors import NotFoundError
from domain.outputs_forecast import EXPLANATION
from domain.terms import Floats, Integers, Panel, SeriesKey
from forecasting.blend import CANDIDATES
from forecasting.explanation import BLEND, WORDS, Explanation, PastErrors, explain
from forecasting.result import Forecast
from planning.report.page_words import MINUS, number, percent

NOTHING = 1e-6
"""A part that is smaller than this share of the mean is not told."""
LEAST_WEIGHT = 0.005
MOST_CORRECTED = 5
"""Corrected buckets that are told one by one, the last ones."""


@dataclass(frozen=True)
class PartLine:
    """A part of the mean."""

    words: str
    first: float  # units of the first bucket ahead
    total: float  # units of all buckets ahead that are told


@dataclass(frozen=True)
class ModelLine:
    """A model in the blend."""

    name: str
    weight: float  # share of the blend
    error: float | None  # Σ|error| / Σ demand of sums at past origins; None: not known


@dataclass(frozen=True)
class Why:
    """Why one series' forecast is what it is."""

    sku: str
    location: str
    demand_class: str
    bucket: str
    buckets: int  # ahead that are told
    first: float  # units expected in the first
    total: float  # units expected in all
    parts: tuple[PartLine, ...]  # they add up to `first` and `total`
    models: tuple[ModelLine, ...]  # the heaviest first
    blend_error: float | None
    summed: int  # buckets of the sums that errors are of; 0: no errors are told
    origins: int  # days of the past they were made at
    stands_in: str  # why another forecast than the blend stands in; "": none does
    corrected: tuple[tuple[str, float, float], ...]  # day, recorded, corrected: the last ones
    corrected_count: int


def explanation_frame(made: Forecast, panel: Panel, horizon: int) -> pd.DataFrame:
    """`explanation.parquet`: a row a series and bucket, a column a part (see EXPLANATION)."""
    found = explain(made, horizon)
    keys = pd.DataFrame(list(panel.keys), columns=["sku", "location"])
    calendar = panel.calendar
    starts = calendar.starts(calendar.count, calendar.count + horizon).astype("datetime64[s]")
    columns: dict[str, object] = {
        "date": np.tile(starts, panel.series),
        "horizon": np.tile(np.arange(1, horizon + 1), panel.series),
        "mean": found.mean.ravel(),
    }
    nothing = np.zeros(found.mean.size)
    columns |= {
        name: found.parts[name].ravel() if name in found.parts else nothing for name in WORDS
    }
    rows = keys.loc[np.repeat(np.arange(panel.series), horizon)].reset_index(drop=True)
    return rows.assign(**columns)[list(EXPLANATION.names)]


def named_series(texts: Sequence[str], keys: Sequence[SeriesKey]) -> Integers:
    """Numbers of the series that SKU or SKU@LOCATION name; a SKU alone means it everywhere."""
    found: list[int] = []
    for text in texts:
        sku, _, location = text.rpartition("@")
        rows = [n for n, key in enumerate(keys) if key.sku == text or key == (sku, location)]
        if not rows:
            names = [name for key in keys for name in (key.sku, f"{key.sku}@{key.location}")]
            near = difflib.get_close_matches(text, names, n=1, cutoff=0.0)
            mend = f"The nearest known one is {near[0]!r}." if near else "There is no series."
            raise NotFoundError(f"no series is called {text!r}", "--explain", mend)
        found += rows
    return np.array(list(dict.fromkeys(found)), np.int64)


def why(
    made: Forecast, panel: Panel, corrected: pd.DataFrame, rows: Integers, horizon: int,
    errors: PastErrors | None = None,
) -> list[Why]:  # fmt: skip
    """Why some series' forecasts are what they are.

    `corrected`: rows of CORRECTED, of all series. `errors`: of the same series; None: not told.
    """
    found = explain(made, horizon, rows)
    return [
        _why(made.diagnostics.iloc[row], panel, found, (place, row), errors, corrected)
        for place, row in enumerate(rows.tolist())
    ]


def _why(
    told: pd.Series, panel: Panel, found: Explanation, at: tuple[int, int],
    errors: PastErrors | None, corrected: pd.DataFrame,
) -> Why:  # fmt: skip
    place, row = at
    key, bucket = panel.keys[row], panel.calendar.bucket.value
    hidden = corrected[(corrected["sku"] == key.sku) & (corrected["location"] == key.location)]
    last = hidden.tail(MOST_CORRECTED)
    days = last["date"].dt.strftime("%Y-%m-%d")
    return Why(
        sku=key.sku,
        location=key.location,
        demand_class=str(told["demand_class"]),
        bucket=bucket,
        buckets=found.mean.shape[1],
        first=float(found.mean[place, 0]),
        total=float(found.mean[place].sum()),
        parts=_parts(found, place, bucket),
        models=_models(told, errors, place),
        blend_error=None if errors is None else _known(errors.error[BLEND][place]),
        summed=0 if errors is None else errors.buckets,
        origins=0 if errors is None else errors.origins,
        stands_in=str(told["fallback"]),
        corrected=tuple(
            (str(day), float(was), float(is_now))
            for day, was, is_now in zip(days, last["recorded"], last["corrected"], strict=True)
        ),
        corrected_count=len(hidden),
    )


def in_short(why: Why) -> str:
    """The parts of the mean per bucket ahead, the class and the models, in two sentences."""
    each = 1.0 / why.buckets
    first, *others = [(part.words, part.total * each) for part in why.parts]
    told = "".join(f", {_signed(units)} {words}" for words, units in others)
    models = ", ".join(f"{m.name.replace('_', ' ')} {percent(m.weight)}" for m in why.models)
    stands = f" {why.stands_in}." if why.stands_in else ""
    return (
        f"Of {number(why.total * each)} expected a {why.bucket}, {number(first[1])} are {first[0]}"
        f"{told}. Demand is {why.demand_class}; blended of {models}.{stands}"
    )


def _signed(units: float) -> str:
    text = number(units)
    return text if text.startswith(MINUS) else f"+{text}"


def _parts(found: Explanation, place: int, bucket: str) -> tuple[PartLine, ...]:
    """Parts that are not nothing, in the order in which they come about."""
    lines = []
    for name, units in found.parts.items():
        own = units[place]
        if name == "level" or np.abs(own).max() > NOTHING * max(found.mean[place].max(), NOTHING):
            words = WORDS.get(name, "what else was corrected").format(bucket=bucket)
            lines.append(PartLine(words, float(own[0]), float(own.sum())))
    return tuple(lines)


def _models(told: pd.Series, errors: PastErrors | None, place: int) -> tuple[ModelLine, ...]:
    """Families by weight, the heaviest first; ones that hardly count are left out."""
    lines = [
        ModelLine(
            name=family.name,
            weight=float(told[f"weight_{family.name}"]),
            error=None if errors is None else _known(errors.error[family.name][place]),
        )
        for family in CANDIDATES.families
    ]
    told_of = [line for line in lines if line.weight >= LEAST_WEIGHT]
    return tuple(sorted(told_of, key=lambda line: (-line.weight, line.name)))


def _known(value: Floats | float) -> float | None:
    return float(value) if np.isfinite(value) else None
