"""Which items a group holds: what its limits share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.terms import Flags


def in_group(
    frame: pd.DataFrame, category: str | None, supplier: str | None, location: str | None
) -> Flags:
    """Rows of `frame` (S, with these columns) in the group; None: of any."""
    theirs = np.ones(len(frame), dtype=np.bool_)
    asked = {"category": category, "supplier": supplier, "location": location}
    for column, name in asked.items():
        if name is not None:
            theirs &= (frame[column] == name).to_numpy(dtype=np.bool_)
    return theirs
