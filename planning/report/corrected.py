"""`corrected.parquet`: the buckets whose demand was hidden, and what it is taken to have been."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.outputs_forecast import CORRECTED
from domain.terms import Panel
from forecasting.recovered import HOW, recovered_demand

DIGITS = 6


def corrected_frame(panel: Panel, threads: int) -> pd.DataFrame:
    """A row a bucket that was sold out or not recorded, by series, then date."""
    found = recovered_demand(panel, threads)
    skus, locations = ([key[place] for key in panel.keys] for place in (0, 1))
    starts = panel.calendar.starts().astype("datetime64[s]")
    frame = pd.DataFrame(
        {
            "sku": _repeated(skus, found.series),
            "location": _repeated(locations, found.series),
            "date": starts[found.bucket],
            "recorded": found.recorded,
            "stockout_share": found.share.round(DIGITS),
            "corrected": np.maximum(found.corrected.round(DIGITS), found.recorded),
            "how": pd.Categorical.from_codes(found.how, categories=list(HOW)),
        }
    )
    return frame[list(CORRECTED.names)]


def _repeated(names: list[str], series: np.ndarray) -> pd.Categorical:
    """The name of each row's series, kept once."""
    codes, texts = pd.factorize(np.array(names, object))
    return pd.Categorical.from_codes(codes[series], categories=pd.Index(texts, dtype="str"))
