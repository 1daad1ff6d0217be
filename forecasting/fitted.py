"""A fit and how it came about, and what is said of each series of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.terms import Floats, Integers, Panel
from forecasting.blend import CANDIDATES
from forecasting.censoring import sold_out_buckets
from forecasting.classes import demand_class, of_seen
from forecasting.global_model.cross_fit import Standing
from forecasting.global_model.guided import Advice
from forecasting.local import LocalFit


@dataclass(frozen=True)
class Fitted:
    """Means at every origin of the backtest, and how they came about."""

    smoothed: LocalFit  # before priors: what a later origin is joined to
    fit: LocalFit  # with priors, and moved by the global model
    extra: Floats  # S, dispersion added by guessing levels
    fallback: np.ndarray  # S, "" or why a simple method stands in
    standing: Standing | None  # the global model; None in local mode
    reason: str  # why the mode is local where it could be full, or kept trees were not asked
    reconciled: str = ""  # what was done with the forecast of the total
    advice: Advice | None = None  # of the global model; None in local mode


def diagnostics_of(
    panel: Panel,
    fitted: Fitted,
    dispersion: Callable[[Integers, Floats, Floats], Floats],
    ordinary: Floats,
) -> pd.DataFrame:
    """What is known of each series and how it was forecast."""
    interval, variation = of_seen(fitted.fit.seen)
    everyone = np.arange(panel.series)
    frame = pd.DataFrame(
        {
            "sku": [key.sku for key in panel.keys],
            "location": [key.location for key in panel.keys],
            "demand_class": demand_class(interval, variation),
            "average_demand_interval": interval,
            "demand_cv_squared": variation,
            "level": ordinary,
            "dispersion": dispersion(everyone, np.ones(1), ordinary[:, None])[:, 0],
            "buckets_corrected": sold_out_buckets(panel.known),
        }
    )
    begins = CANDIDATES.begins
    for number, family in enumerate(CANDIDATES.families):
        part = fitted.fit.weights[:, begins[number] : begins[number + 1]]
        frame[f"weight_{family.name}"] = part.sum(axis=1)
    frame["fallback"] = fitted.fallback
    return frame
