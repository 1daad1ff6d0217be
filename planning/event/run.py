"""`restock event`, top to bottom: the past without the event, its effects, the coming one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from domain.periods import ONE_DAY, Calendar, as_days
from domain.promotions import Promotions
from domain.terms import Panel
from forecasting.event_effects import Effect, effects, lifted, without_days
from forecasting.festive import without_event
from forecasting.result import Forecast
from planning.dataset import Dataset
from planning.event.effects import effect_frame
from planning.event.occurrences import AROUND_DAYS, Times, days_of, times_of
from planning.event.readiness import readiness_frame
from planning.forecasts import demand_ahead, demand_panel, known_at
from planning.item_terms import Terms, resolve_terms
from planning.series import find_series
from planning.steps import Advance, Steps
from planning.supply import current_stock, open_orders, without_what_leaves

DURING = "during"
SETTLING_DAYS = AROUND_DAYS + 28
"""Days of history before an event without which nobody knows what was usual then."""


@dataclass(frozen=True)
class Readiness:
    """Whether there is enough for a coming event, and what its past ones did."""

    name: str  # of the dataset
    times: Times
    calendar: Calendar
    measured: int  # past occurrences that history holds
    currency: str
    items: pd.DataFrame  # a row per series planned for stock: see `domain.outputs_event.READINESS`
    effects: pd.DataFrame  # see `domain.outputs_event.EVENT_EFFECTS`
    note: str


def event_readiness(
    path: Path,
    name: str,
    as_of: date | None,
    which: tuple[int | None, date | None],
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
) -> Readiness:
    """Readiness of the dataset at `path` for an event.

    `which`: year or first day of the occurrence meant; the next one where both are None.
    """
    dataset, calendar = known_at(path, as_of, settings_file, overrides, steps)
    times = times_of(dataset, name, calendar.as_of, *which)
    return ready(path.resolve().stem, dataset, calendar, times, steps)


def ready(name: str, dataset: Dataset, calendar: Calendar, times: Times, steps: Steps) -> Readiness:
    """Readiness of a dataset that was cut at the calendar's `as_of`."""
    with steps.step("terms"):
        series = find_series(dataset)
        terms = resolve_terms(dataset, series, calendar.as_of)
        stock = current_stock(dataset, series, calendar.as_of)
        lead = terms.frame["lead_time_days"].to_numpy()
        coming = open_orders(dataset, terms.frame, lead, calendar.as_of, terms.lateness)
        stock = without_what_leaves(stock, coming, terms.frame)
    with steps.step("demand"):
        panel, _ = demand_panel(dataset, terms, calendar)
    with steps.step("past events"):
        settled = calendar.first + SETTLING_DAYS * ONE_DAY
        seen = [each for each in times.past if as_days(each.starts)[()] >= settled]
        times = replace(times, past=tuple(seen))
        phases = {
            "before": days_of(seen, terms.frame, before=AROUND_DAYS),
            DURING: days_of(seen, terms.frame),
            "after": days_of(seen, terms.frame, after=AROUND_DAYS),
        }
        found = effects(panel, dataset.settings, phases) if seen else {}
    with steps.step("forecast") as advance:
        made = _forecast(dataset, terms, panel, times, phases, found, advance)
    with steps.step("readiness"):
        items = readiness_frame(dataset, terms, stock, coming, made, panel, times)
    return Readiness(
        name=name,
        times=times,
        calendar=calendar,
        measured=len({each.starts for each in seen}),
        currency=str(terms.frame["currency"].iloc[0]),
        items=items,
        effects=effect_frame(times.name, terms.frame, found),
        note=dataset.settings.note,
    )


def _forecast(
    dataset: Dataset,
    terms: Terms,
    panel: Panel,
    times: Times,
    phases: Mapping[str, Promotions],
    found: Mapping[str, Effect],
    advance: Advance,
) -> Forecast:
    """The forecast to the end of the event, with the uplift it had before.

    Past events measured what their promotions did as well: those of the coming one add nothing.
    """
    reach = int((as_days(times.ends)[()] - panel.calendar.as_of).astype(np.int64)) + 1
    days = days_of(times.coming, terms.frame)
    quiet = without_days(panel, phases)
    quiet = replace(quiet, events=without_event(panel.events, times.name))
    if found and panel.promotions is not None:
        known = panel.promotions
        first, last = as_days(times.starts)[()], as_days(times.ends)[()]
        quiet = replace(
            quiet,
            promotions=known.take(np.flatnonzero((known.ends < first) | (known.starts > last))),
        )

    def lift(plain: Forecast) -> Forecast:
        return lifted(plain, found[DURING].uplift, days) if found else plain

    made, _ = demand_ahead(dataset, terms, quiet, reach, advance, lift)
    return made
