"""Cells as text, and columns of text and choices.

Blanks around a cell are taken off and counted: an ERP pads its codes, and two skus that differ
only in blanks are one product to everybody who reads them. Nothing else about text is changed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.cells.faults import Cells, Judgement, fill_blanks, spread
from domain.columns import Column, Kind

LONGEST_TEXT = 1000
SHEET_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")
"""What a spreadsheet writes in the place of a value it could not work out."""


def as_text(raw: pd.Series) -> pd.Categorical:
    """Typed cells as a person would write them: 7.0 is "7", a day is its ISO date."""
    if isinstance(raw.dtype, pd.CategoricalDtype):
        return raw.array
    codes, distinct = pd.factorize(raw)
    texts = pd.Series([written(value) for value in distinct], dtype="str")
    unique, names = pd.factorize(texts)
    return pd.Categorical.from_codes(np.append(unique, -1)[codes], categories=pd.Index(names))


def written(value: object) -> str:
    """One value as text: whole numbers without a point, days without a midnight."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    if isinstance(value, pd.Timestamp):
        return str(value.date()) if value == value.normalize() else str(value)
    return str(value)


def trimmed(texts: pd.Categorical) -> tuple[pd.Series, NDArray[np.int64], int]:
    """Distinct texts without blanks around them, each cell's code, how many cells changed.

    An empty text gets code -1, like a missing cell.
    """
    before = pd.Series(texts.categories, dtype="str")
    after = before.str.strip()
    changed = (after != before).to_numpy(dtype=bool)
    codes = np.asarray(texts.codes)
    count = 0
    if changed.any():
        count = int(np.append(changed, False)[codes].sum())
    empty = (after == "").to_numpy(dtype=bool)
    if empty.any():
        codes = np.where(np.append(empty, False)[codes], -1, codes)
    return after, codes, count


def read_text(raw: pd.Series, column: Column, first_row: int) -> Cells:
    """Text as written, as a Categorical whose categories are sorted and all in use."""
    texts, codes, changed = trimmed(as_text(raw))
    judged: list[Judgement] = [
        (
            (texts.str.len() > LONGEST_TEXT).to_numpy(dtype=bool),
            f"is longer than {LONGEST_TEXT} characters: is a quotation mark left open?",
        ),
        (texts.isin(SHEET_ERRORS).to_numpy(dtype=bool), "is an error of the spreadsheet"),
    ]
    if column.kind is Kind.CHOICE:
        unknown = ~texts.isin(column.choices) & (texts != "")
        judged.append((unknown.to_numpy(dtype=bool), f"is none of {', '.join(column.choices)}"))
    faults = spread(judged, lambda i: str(texts.iloc[i])[:80], codes, column, first_row)
    missing = codes == -1
    filled = fill_blanks(missing, column, first_row, faults)
    if filled:
        texts = pd.concat([texts, pd.Series([str(column.default)], dtype="str")])
        codes = np.where(missing, len(texts) - 1, codes)
    return Cells(_categorical(texts, codes), faults, filled, changed)


def _categorical(texts: pd.Series, codes: NDArray[np.int64]) -> pd.Categorical:
    """Sorted categories, only those in use: permuted rows get the same codes."""
    used = np.zeros(len(texts) + 1, dtype=bool)
    used[codes] = True
    used = used[:-1]
    new, names = pd.factorize(texts[used], sort=True)
    recode = np.full(len(texts) + 1, -1, dtype=np.int64)
    recode[np.flatnonzero(used)] = new
    return pd.Categorical.from_codes(recode[codes], categories=pd.Index(names, dtype="str"))
