"""Columns of true and false."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.cells.faults import Cells, Faults, fill_blanks, spread
from domain.cells.texts import as_text, trimmed
from domain.columns import Column

TRUE_OR_FALSE = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def read_booleans(raw: pd.Series, column: Column, first_row: int) -> Cells:
    """True/false, yes/no or 1/0, in upper or lower case."""
    if raw.dtype == np.bool_:
        return Cells(raw.to_numpy(), Faults())
    texts, codes, _ = trimmed(as_text(raw))
    lower = texts.str.lower()
    bad = (~lower.isin(list(TRUE_OR_FALSE)) & (texts != "")).to_numpy(dtype=bool)
    why = "is none of true, false, yes, no, 1, 0"
    faults = spread([(bad, why)], lambda i: str(texts.iloc[i])[:80], codes, column, first_row)
    truth = lower.isin([word for word, value in TRUE_OR_FALSE.items() if value])
    values = np.append(truth.to_numpy(dtype=bool), bool(column.default))[codes]
    filled = fill_blanks(codes == -1, column, first_row, faults)
    return Cells(values, faults, filled)
