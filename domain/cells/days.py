"""Columns of calendar days, written as ISO dates or typed as moments."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.cells.faults import Cells, Judgement, fill_blanks, spread
from domain.cells.texts import as_text, trimmed
from domain.columns import Column

FIRST_DAY = np.datetime64("1900-01-01", "D")
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]00:00(:00(\.0+)?)?)?"
DAY_AND_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T].+"


def read_days(raw: pd.Series, column: Column, first_row: int) -> Cells:
    """ISO calendar days; a midnight is its day, any other time of day is refused."""
    codes: NDArray[np.int64] | None = None
    if pd.api.types.is_datetime64_dtype(raw.dtype):
        moments = raw.to_numpy()
        days = moments.astype("datetime64[D]")
        judged: list[Judgement] = [(days != moments, "has a time of day: a date is a day alone")]
        # NaT differs from itself; a missing day is no time of day.
        judged[0] = (judged[0][0] & ~np.isnat(moments), judged[0][1])

        def show(i: int) -> str:
            return str(moments[i])
    else:
        texts, codes, _ = trimmed(as_text(raw))
        days, judged = _days_of(texts)

        def show(i: int) -> str:
            return str(texts.iloc[i])[:80]

    judged.append((days < FIRST_DAY, f"lies before {FIRST_DAY}"))
    faults = spread(judged, show, codes, column, first_row)
    missing = np.isnat(days) if codes is None else codes == -1
    values = days if codes is None else np.append(days, np.datetime64("NaT", "D"))[codes]
    fill_blanks(missing, column, first_row, faults)
    return Cells(values.astype("datetime64[s]"), faults)


def _days_of(texts: pd.Series) -> tuple[NDArray[np.datetime64], list[Judgement]]:
    """Distinct texts as days, NaT where they are none."""
    good = texts.str.fullmatch(DAY).to_numpy(dtype=bool)
    days = np.full(len(texts), np.datetime64("NaT", "D"))
    heads = texts[good].str.slice(0, 10)
    read = pd.to_datetime(heads, format="%Y-%m-%d", errors="coerce").to_numpy()
    days[good] = read.astype("datetime64[D]")
    bad = np.isnat(days) & (texts != "").to_numpy(dtype=bool)
    if not bad.any():
        return days, []
    timed = ~good & texts.str.fullmatch(DAY_AND_TIME).to_numpy(dtype=bool)
    return days, [
        (bad & good, "is no day of the calendar"),
        (bad & timed, "has a time of day: a date is a day alone"),
        (bad & ~good & ~timed, "is no date written as YYYY-MM-DD"),
    ]
