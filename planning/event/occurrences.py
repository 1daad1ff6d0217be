"""When an event was and will be: the user's own by name, else a shopping event by its date."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from domain.errors import NotFoundError, SettingsError
from domain.periods import ONE_DAY, Day, as_days
from domain.promotions import Promotions
from domain.terms import Integers
from forecasting.events.shopping import SHOPPING_EVENTS
from planning.dataset import Dataset

AROUND_DAYS = 14
"""Days before and after an event in which demand may be pulled to it."""
YEARS_BACK = 40


@dataclass(frozen=True, order=True)
class Occurrence:
    """An event at a place, or everywhere."""

    starts: date
    ends: date
    location: str = ""  # "": everywhere


@dataclass(frozen=True)
class Times:
    """An event's past occurrences that history may hold, and the one that is asked about."""

    name: str
    past: tuple[Occurrence, ...]
    coming: tuple[Occurrence, ...]  # one a location

    @property
    def starts(self) -> date:
        """First day of the coming one."""
        return min(each.starts for each in self.coming)

    @property
    def ends(self) -> date:
        """Its last day."""
        return max(each.ends for each in self.coming)


def times_of(
    dataset: Dataset, name: str, as_of: Day, year: int | None = None, starts: date | None = None
) -> Times:
    """The occurrences of an event; the coming one is the next that is not over.

    `year`, `starts`: which one is meant, where it is not the next. Raises NotFoundError for a
    name nobody knows, and where no such occurrence lies ahead.
    """
    every = sorted(_occurrences(dataset, name, as_of))
    today: date = as_of.astype(object)
    past = tuple(each for each in every if each.ends <= today)
    ahead = [each for each in every if each.ends > today]
    if year is not None:
        ahead = [each for each in ahead if year in (each.starts.year, each.ends.year)]
    if starts is not None:
        ahead = [each for each in ahead if each.starts == starts]
    if not ahead:
        known = ", ".join(str(each.starts) for each in every if each.ends > today) or "none"
        raise NotFoundError(
            f"no {name!r} that was asked for lies after {today}",
            "event",
            f"Name one that is coming (first days: {known}), or add it to the events table.",
        )
    first = ahead[0]
    coming = tuple(each for each in ahead if each.starts <= first.ends)
    return Times(name, past, coming)


def _occurrences(dataset: Dataset, name: str, as_of: Day) -> list[Occurrence]:
    """Every occurrence the dataset knows of; of a shopping event those of many years."""
    table = dataset.table("events")
    own = table[table["event"] == name] if table is not None else pd.DataFrame()
    if len(own):
        return [
            Occurrence(row.starts_on.date(), row.ends_on.date(), row.location)
            for row in own.fillna({"location": ""}).itertuples()
        ]
    if name not in SHOPPING_EVENTS:
        _refuse_unknown(name, [] if table is None else sorted(set(table["event"])))
    event, year = SHOPPING_EVENTS[name], as_of.astype("datetime64[Y]").astype(int) + 1970
    found = []
    for each in range(year - YEARS_BACK, year + 3):
        day = event.day(each)
        first, last = (
            day - np.timedelta64(event.before, "D"),
            day + np.timedelta64(event.after, "D"),
        )
        found.append(Occurrence(first.astype(object), last.astype(object)))
    return found


def _refuse_unknown(name: str, own: Sequence[str]) -> None:
    """Raise for a name that no table and no calendar knows."""
    known = [*own, *SHOPPING_EVENTS]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
    raise NotFoundError(
        f"no event is called {name!r}",
        "event",
        f"The nearest known one is {near!r}; known are {', '.join(known)}.",
    )


def refuse_both(year: int | None, starts: date | None) -> None:
    """Raise where the occurrence that is meant is named twice."""
    if year is not None and starts is not None:
        raise SettingsError(
            "--year and --starts-on both say which one is meant", "command line", "Give one."
        )


def days_of(
    occurrences: Sequence[Occurrence], terms: pd.DataFrame, before: int = 0, after: int = 0
) -> Promotions:
    """The days of occurrences for every series they concern, laid out as promotions are.

    `before`, `after`: instead of the event's own days so many before, or after it.
    """
    everyone, place = np.arange(len(terms)), terms["location"].to_numpy()
    rows: list[Integers] = []
    starts, ends = [], []
    for each in occurrences:
        first, last = as_days(each.starts)[()], as_days(each.ends)[()]
        if before:
            first, last = first - before * ONE_DAY, first - ONE_DAY
        if after:
            first, last = last + ONE_DAY, last + after * ONE_DAY
        rows.append(everyone if not each.location else everyone[place == each.location])
        starts.append(np.full(rows[-1].size, first))
        ends.append(np.full(rows[-1].size, last))
    size = sum(one.size for one in rows)
    empty = np.zeros(0, "datetime64[D]")
    return Promotions(
        series=np.concatenate([np.zeros(0, np.int64), *rows]),
        starts=np.concatenate([empty, *starts]).astype("datetime64[D]"),
        ends=np.concatenate([empty, *ends]).astype("datetime64[D]"),
        announced=np.full(size, np.datetime64("NaT"), "datetime64[D]"),
        relative_price=np.full(size, np.nan),
        expected_uplift=np.full(size, np.nan),
    )
