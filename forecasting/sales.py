"""What a series sells when it sells, as known at each origin."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from domain.terms import Floats, Integers
from forecasting.local import LocalFit

FEW = 1.0
"""Sales of its own that a series needs to count as much as the usual one of all series."""


def size_of_all(fit: LocalFit) -> float:
    """Units of an ordinary sale: the median of the series that sold; 1 where none did.

    As known at the last origin but one, which lies on the backtest's grid: so the record of the
    backtest stays what it was until another origin joins the grid.
    """
    size = fit.size[:, max(fit.origins.size - 2, 0)]
    some = size[size > 0]
    return float(np.median(some)) if some.size else 1.0


class Sales(NamedTuple):
    """What is known of a series' sales at some origins: S × O, or of some of them N."""

    size: Floats  # units of a sale
    number: Floats  # of sales so far, about
    age: Floats  # ordinary buckets seen

    def at(self, *places: Integers | slice | int) -> Sales:
        """Of some places only."""
        size, number, age = (part[places] for part in self)
        return Sales(size, number, age)


def sales_of(fit: LocalFit) -> Sales:
    """Sales of each series as known at each origin.

    A size seen once or twice is moved to that of all series, by its logarithm: what sold once, and
    a thousand units, will mostly sell less.
    """
    has = fit.size > 0
    number = np.divide(fit.sold, fit.size, out=np.zeros(fit.size.shape), where=has)
    usual = np.log(size_of_all(fit))
    own = np.log(fit.size, out=np.full(fit.size.shape, usual), where=has)
    size = np.exp((number * own + FEW * usual) / (number + FEW))
    return Sales(size, number, fit.age.astype(np.float64))


NO_SALES = Sales(np.zeros(0), np.zeros(0), np.zeros(0))
"""Of no window."""
