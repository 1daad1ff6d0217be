"""Which products replace which, and which are to be thought of as like another."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.terms import NEVER, Integers, Panel
from forecasting.succession import Succession


def likes(frame: pd.DataFrame) -> Integers | None:
    """The series each series is said to be like, at its own place; -1 where none; None: nowhere.

    `frame`: sku, location and like of every series.
    """
    if frame["like"].isna().all():
        return None
    return _same_place(frame, "like")


def successions(frame: pd.DataFrame, panel: Panel) -> list[Succession]:
    """Chains of series that replace one another, by their newest.

    `frame`: sku, location, replaces, launched_on of every series. A series begins on its
    `launched_on`; else with its first sale; else the day after the old one ends; else tomorrow.
    """
    if frame["replaces"].isna().all():
        return []
    old = _same_place(frame, "replaces")
    launched = frame["launched_on"].notna().to_numpy()
    sold = np.asarray(panel.demand.any(axis=1))
    found = []
    for newest in np.setdiff1d(np.flatnonzero(old >= 0), old):
        chain = [int(newest)]
        while old[chain[-1]] >= 0:
            chain.append(int(old[chain[-1]]))
        rows = np.array(chain[::-1], np.int64)
        begins = _begins(rows, panel, launched, sold)
        found.append(Succession(rows, begins, panel.ends_day[rows]))
    return found


def _begins(rows: Integers, panel: Panel, launched: np.ndarray, sold: np.ndarray) -> Integers:
    """First day of sale of each, in days from `as_of`."""
    begins = np.zeros(rows.size, np.int64)
    for i, row in enumerate(rows):
        ended = panel.ends_day[rows[i - 1]] if i else NEVER
        if launched[row]:
            begins[i] = panel.starts_day[row] + 1
        elif sold[row]:
            start = panel.calendar.start_of(panel.first[row : row + 1])[0]
            begins[i] = (start - panel.calendar.as_of).astype(np.int64)
        else:
            begins[i] = 1 if ended == NEVER else ended + 1
    return begins


def _same_place(frame: pd.DataFrame, column: str) -> Integers:
    """The series with the sku that `column` names, at the same location; -1 where there is none."""
    index = pd.MultiIndex.from_frame(frame[["sku", "location"]].astype("str"))
    named = frame[column].notna().to_numpy()
    found = np.full(len(frame), -1, np.int64)
    wanted = pd.MultiIndex.from_arrays(
        [frame.loc[named, column].astype("str"), frame.loc[named, "location"].astype("str")]
    )
    found[named] = index.get_indexer(wanted)
    return found
