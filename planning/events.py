"""The events table, with the place of every series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.events import EVERYWHERE, Events
from domain.periods import as_days


def events_of(table: pd.DataFrame | None, series: pd.DataFrame) -> Events | None:
    """The rows of an `events` table, placed; None without any.

    `series`: a row per series with location. Places of which no row speaks are one.
    """
    if table is None or table.empty:
        return None
    names, name = np.unique(table["event"].astype(str).to_numpy(), return_inverse=True)
    said = table["location"].astype(object)
    places = sorted(set(said.dropna()) & set(series["location"].astype(str)))
    code = {place: number for number, place in enumerate(places, start=1)}
    known = said.isna() | said.isin(places)
    rows = np.flatnonzero(known.to_numpy())
    of_row = said.iloc[rows].map(code).fillna(EVERYWHERE)
    return Events(
        names=tuple(str(text) for text in names),
        name=name[rows].astype(np.int64),
        place=of_row.to_numpy(np.int64),
        starts=as_days(table["starts_on"].to_numpy())[rows],
        ends=as_days(table["ends_on"].to_numpy())[rows],
        of_series=series["location"].astype(str).map(code).fillna(0).to_numpy(np.int64),
    )
