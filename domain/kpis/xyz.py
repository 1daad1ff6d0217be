"""XYZ classes by variation of monthly demand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from domain.kpis import KPIS, Kpi
from domain.terms import Floats

FEWEST_MONTHS = 2


def xyz(
    monthly_demand: Floats, x_variation: float = 0.5, y_variation: float = 1.0
) -> NDArray[np.str_]:
    """Class of each series: X steady, Y varying, Z erratic; blank where it cannot be known.

    Formula: coefficient of variation = standard deviation / mean of the months' demand;
    X below `x_variation`, Y below `y_variation`, else Z. Blank without demand or with fewer
    than two months.
    Window: the months given, a year as a rule; months outside a series' life are NaN.
    Unit: class X, Y or Z, for each series.
    Source: DESIGN §7.

    `monthly_demand`: units per month [S × months].

    >>> xyz(np.array([[10.0, 12.0, 8.0], [0.0, 0.0, 30.0], [0.0, 0.0, 0.0]])).tolist()
    ['X', 'Z', '']
    """
    demand = np.asarray(monthly_demand, dtype=np.float64)
    known = ~np.isnan(demand)
    months = np.maximum(known.sum(axis=1), 1)
    mean = np.sum(demand, axis=1, where=known) / months
    squares = np.sum((demand - mean[:, None]) ** 2, axis=1, where=known)
    variation = np.divide(np.sqrt(squares / months), mean, out=np.zeros(mean.size), where=mean > 0)
    unknown = (known.sum(axis=1) < FEWEST_MONTHS) | (mean <= 0)
    return np.select(
        [unknown, variation < x_variation, variation < y_variation], ["", "X", "Y"], "Z"
    )


KPIS.register("xyz")(Kpi("XYZ class", "class", "", "X: steady demand, Z: erratic demand", xyz))
