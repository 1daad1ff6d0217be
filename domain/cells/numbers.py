"""Columns of numbers: finite, within bounds, without thousands separators."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.cells.faults import Cells, Judgement, fill_blanks, spread
from domain.cells.texts import as_text, trimmed, written
from domain.columns import Column, Kind

LARGEST = 1e12
"""Numbers beyond this are typing errors: no shop counts or pays in millions of millions."""

NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
WITH_COMMA = r"[+-]?[0-9.'’\s]*,[0-9.,]*"
NOT_FINITE = r"(?i)[+-]?(nan|inf|infinity)"
HINTS = {
    "units_sold": ": returns belong in units_returned",
    "on_hand": ": the setting negative_stock says what it means",
}


def read_numbers(raw: pd.Series, column: Column, first_row: int) -> Cells:
    """Finite numbers within the column's bounds."""
    codes: NDArray[np.int64] | None = None
    typed = pd.api.types.is_numeric_dtype(raw.dtype) and not pd.api.types.is_bool_dtype(raw.dtype)
    if typed:
        numbers = raw.to_numpy(dtype=np.float64, na_value=np.nan)
        judged = _judge_range(numbers, column)

        def show(i: int) -> str:
            return written(float(numbers[i])) if np.isfinite(numbers[i]) else str(numbers[i])
    else:
        texts, codes, _ = trimmed(as_text(raw))
        numbers, judged = _numbers_of(texts)
        judged += _judge_range(numbers, column)

        def show(i: int) -> str:
            return str(texts.iloc[i])[:80]

    faults = spread(judged, show, codes, column, first_row)
    # A text that is no number is NaN too, and already refused: only true blanks are missing.
    missing = np.isnan(numbers) if codes is None else codes == -1
    numbers = numbers + 0.0  # a negative zero becomes zero
    values = numbers if codes is None else np.append(numbers, np.nan)[codes]
    filled = fill_blanks(missing, column, first_row, faults)
    if filled:
        values = np.where(missing, float(column.default or 0), values)
    if column.kind is Kind.INTEGER and not faults.count and whole_dtype(column) == np.int64:
        values = values.astype(np.int64)
    return Cells(values, faults, filled)


def whole_dtype(column: Column) -> type:
    """The dtype of a whole-number column: float64 where a missing value may stay missing."""
    return np.int64 if column.required or column.default is not None else np.float64


def _numbers_of(texts: pd.Series) -> tuple[NDArray[np.float64], list[Judgement]]:
    """Distinct texts as numbers, NaN where they are none."""
    good = texts.str.fullmatch(NUMBER).to_numpy(dtype=bool)
    numbers = np.full(len(texts), np.nan)
    numbers[good] = texts[good].astype(np.float64).to_numpy()
    rest = ~good & (texts != "").to_numpy(dtype=bool)
    if not rest.any():
        return numbers, []
    comma = rest & texts.str.fullmatch(WITH_COMMA).to_numpy(dtype=bool)
    endless = rest & texts.str.fullmatch(NOT_FINITE).to_numpy(dtype=bool)
    return numbers, [
        (comma, "has a comma: write a decimal point and no thousands separators"),
        (endless, "is no finite number"),
        (rest & ~comma & ~endless, "is no number"),
    ]


def _judge_range(numbers: NDArray[np.float64], column: Column) -> list[Judgement]:
    """Judgements on size; NaN passes, it is a blank or was judged before."""
    low, high = column.minimum, column.maximum
    endless = np.isinf(numbers)
    judged: list[Judgement] = [
        (endless, "is no finite number"),
        ((np.abs(numbers) > LARGEST) & ~endless, f"is beyond {LARGEST:g}, more than can be meant"),
    ]
    if low is not None:
        strict = column.exclusive_minimum
        below = numbers <= low if strict else numbers < low
        words = f"is not above {low:g}" if strict else f"is below {low:g}"
        judged.append((below & ~endless, words + HINTS.get(column.name, "")))
    if high is not None:
        above = (numbers > high) & ~endless
        judged.append((above, f"is above {high:g}"))
    if column.kind is Kind.INTEGER:
        broken = (numbers % 1 != 0) & np.isfinite(numbers)
        judged.append((broken, "is no whole number"))
    return judged
