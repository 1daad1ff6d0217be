"""`restock forecast`: demand distributions of a dataset, a row per series and bucket."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from domain.errors import SettingsError
from domain.periods import Bucket, Calendar, Day, calendar_of
from domain.settings import Settings
from domain.terms import Floats, Panel
from forecasting.demand import build_panel
from forecasting.kept import NOTHING, Kept
from forecasting.result import Forecast
from forecasting.run import forecast
from forecasting.states import StateStore
from forecasting.succession import joined, shared_out
from planning.adjustments import adjusted
from planning.as_of import settle
from planning.bundles import taken_apart
from planning.customer_orders import with_customer_orders
from planning.cut import cut
from planning.dataset import Dataset
from planning.events import events_of
from planning.item_terms import Terms, resolve_terms
from planning.lineage import likes, successions
from planning.promotions import promotions_of, usual_price
from planning.report.corrected import corrected_frame
from planning.series import find_series
from planning.steps import Advance, Steps
from planning.store.agreement import LONGEST_SILENCE_DAYS
from planning.store.read import read_dataset

PLAN_LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95, 0.99])
"""Quantiles that `restock plan` keeps with a plan."""


def parse_levels(text: str) -> Floats:
    """Levels from the command line, ascending and distinct; each between 0 and 1."""
    try:
        levels = sorted({float(part) for part in text.split(",")})
    except ValueError:
        levels = []
    if not levels or not all(0.0 < level < 1.0 for level in levels):
        raise SettingsError(
            f"{text!r} are no quantile levels",
            "--levels",
            "Write numbers between 0 and 1 with commas between, such as 0.05,0.5,0.95.",
        )
    return np.array(levels)


def known_at(
    path: Path,
    as_of: date | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
) -> tuple[Dataset, Calendar]:
    """A dataset as it was known at `as_of`, and the buckets of its history."""
    with steps.step("read"):
        whole = read_dataset(path, settings_file, overrides)
    bucket, day = settle(whole, as_of)
    with steps.step("cut"):
        return known_on(whole, bucket, day)


def known_on(whole: Dataset, bucket: Bucket, day: Day) -> tuple[Dataset, Calendar]:
    """What was known of a whole dataset at the close of a bucket, and the buckets until then.

    Its bundles are taken apart.
    """
    dataset = taken_apart(cut(whole, day))
    first = dataset.tables["sales"]["date"].min()
    from_day = dataset.settings.history_from
    starts = [first] if from_day is None else [first, pd.Timestamp(from_day)]
    _refuse_no_history(from_day, first.date(), pd.Timestamp(day).date())
    return dataset, calendar_of(np.array(starts, dtype="datetime64[D]"), bucket, day)


def _refuse_no_history(from_day: date | None, first_sale: date, as_of: date) -> None:
    """Raise for a first day of history that leaves none, or ten empty years before the sales."""
    if from_day is None:
        return
    if from_day > as_of:
        said = f"after the plan's last day, {as_of}: no sale would be history"
    elif (first_sale - from_day).days > LONGEST_SILENCE_DAYS:
        said = f"ten years or more before the first sale, {first_sale}"
    else:
        return
    raise SettingsError(
        f"history_from {from_day} lies {said}", "setting history_from", "Is the year right?"
    )


def demand_panel(dataset: Dataset, terms: Terms, calendar: Calendar) -> tuple[Panel, pd.DataFrame]:
    """Demand of every series, and what was done to each series' history.

    Raises SettingsError where a setting names a series that the dataset does not have.
    """
    _refuse_unknown_series(dataset, terms)
    panel, counts = build_panel(
        dataset.tables["sales"],
        terms.frame,
        calendar,
        dataset.settings,
        stock=dataset.table("stock"),
    )
    promotions = promotions_of(dataset, terms.frame, calendar)
    events = events_of(dataset.table("events"), terms.frame)
    like, price = likes(terms.frame), usual_price(dataset, terms.frame)
    known = replace(panel, promotions=promotions, events=events, like=like, price=price)
    return known, counts


def _refuse_unknown_series(dataset: Dataset, terms: Terms) -> None:
    """Raise for a [[forecaster]] of a sku or a place that no series has."""
    for place, setting in enumerate(dataset.settings.forecaster):
        for column, asked in (("sku", setting.skus), ("location", setting.locations)):
            known = set(terms.frame[column].astype(str))
            for name in asked:
                if name not in known:
                    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.0)
                    raise SettingsError(
                        f"no series has the {column} {name!r}",
                        f"setting forecaster[{place}].{column}s",
                        f"The nearest known one is {near[0]!r}.",
                    )


def demand_ahead(
    dataset: Dataset,
    terms: Terms,
    panel: Panel,
    horizon_days: int,
    advance: Advance,
    moved: Callable[[Forecast], Forecast] = lambda plain: plain,
    kept: Kept = NOTHING,
) -> tuple[Forecast, pd.DataFrame]:
    """The forecast with planners' adjustments and customers' orders; the adjustments it heard.

    `moved`: what is known beyond the panel, laid on the forecast before anything else.
    """
    chains = successions(terms.frame, panel)
    past, settings = joined(panel, chains), dataset.settings
    plain = forecast(past, settings, horizon_days, advance, kept=kept)
    plain = shared_out(moved(plain).noting("events"), chains).noting("other_items")
    made, told = adjusted(dataset.table("adjustments"), terms.frame, plain)
    known = with_customer_orders(made.noting("adjustments"), dataset, terms.frame, panel)
    if made is not plain:
        before = with_customer_orders(plain, dataset, terms.frame, panel)
        known = replace(known, unadjusted_mean=before.expected)
    return known, told


@dataclass(frozen=True)
class Ahead:
    """The forecast of a dataset, and what it was made from."""

    settings: Settings
    panel: Panel
    made: Forecast
    horizon: int  # buckets that were asked for
    corrected: pd.DataFrame  # a row a bucket whose demand was hidden
    history: Panel  # the panel in which what replaces others has their history


def forecast_dataset(
    path: Path,
    horizon: int,
    levels: Floats,
    as_of: date | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
    states: StateStore | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The forecast of a dataset: `horizon` rows a series (see `forecast_frame`).

    Beside it a row a bucket whose demand was hidden (`planning.report.corrected`). `states`: where
    those of the local models are kept.
    """
    ahead = look_ahead(path, horizon, as_of, settings_file, overrides, steps, states)
    with steps.step("quantiles"):
        return forecast_frame(ahead.made, ahead.panel, horizon, levels), ahead.corrected


def look_ahead(
    path: Path,
    horizon: int,
    as_of: date | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
    states: StateStore | None = None,
) -> Ahead:
    """The forecast of a dataset, `horizon` buckets ahead; `states`: see `forecast_dataset`."""
    dataset, calendar = known_at(path, as_of, settings_file, overrides, steps)
    with steps.step("terms"):
        terms = resolve_terms(dataset, find_series(dataset), calendar.as_of)
    with steps.step("demand"):
        panel, _ = demand_panel(dataset, terms, calendar)
    with steps.step("forecast") as advance:
        horizon_days = int(calendar.ends_ahead(horizon)[-1])
        kept = Kept(states)
        made, _ = demand_ahead(dataset, terms, panel, horizon_days, advance, kept=kept)
    with steps.step("hidden demand"):
        hidden = corrected_frame(panel, dataset.settings.solver.threads)
    history = joined(panel, successions(terms.frame, panel))
    return Ahead(dataset.settings, panel, made, horizon, hidden, history)


def forecast_frame(made: Forecast, panel: Panel, horizon: int, levels: Floats) -> pd.DataFrame:
    """Columns sku, location, as_of, date, horizon, mean, q…, sum_mean, sum_q…

    Quantiles q are of the bucket's demand, sum_q of demand summed from the first bucket. Where
    planners adjusted the forecast, unadjusted_mean stands after mean.
    """
    calendar = panel.calendar
    sum_mean, sum_quantiles = made.sums(levels)
    mean, quantiles = made.buckets(levels, sum_quantiles)
    series = panel.series
    keys = pd.DataFrame(list(panel.keys), columns=["sku", "location"])
    repeated = keys.loc[np.repeat(np.arange(series), horizon)].reset_index(drop=True)
    starts = calendar.starts(calendar.count, calendar.count + horizon)
    columns: dict[str, object] = {
        "as_of": pd.Timestamp(calendar.as_of),
        "date": np.tile(starts.astype("datetime64[s]"), series),
        "horizon": np.tile(np.arange(1, horizon + 1), series),
        "mean": mean[:, :horizon].ravel(),
    }
    if made.unadjusted_mean is not None:
        columns["unadjusted_mean"] = made.unadjusted_mean[:, :horizon].ravel()
    for k, level in enumerate(levels):
        columns[f"q{level:g}"] = quantiles[:, :horizon, k].ravel()
    columns["sum_mean"] = sum_mean[:, :horizon].ravel()
    for k, level in enumerate(levels):
        columns[f"sum_q{level:g}"] = sum_quantiles[:, :horizon, k].ravel()
    return repeated.assign(**columns)
