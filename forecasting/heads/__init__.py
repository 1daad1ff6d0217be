"""Heads: from a mean to a distribution, one file each.

A head is fitted on the evidence of the backtest, on sums or on single buckets, and then gives
quantiles around any mean.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from domain.registry import Registry
from domain.terms import Floats, Integers
from forecasting.evidence import Evidence


class Head(Protocol):
    """A fitted head."""

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """N × J × K quantiles, units, of demand that is expected to be `mean` (N × J).

        `series`: N numbers into the panel; `lengths`: J, as the evidence counts them (buckets
        in the sum, or buckets ahead); `levels`: N × K, each row ascending, in (0, 1).
        """
        ...


HEADS: Registry[Callable[[Evidence], Head]] = Registry("quantile head", __name__)
