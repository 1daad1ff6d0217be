"""Heads: from a mean to a distribution, one file each.

A head is fitted on the evidence of the backtest, on sums or on single buckets, and then gives
quantiles around any mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from domain.registry import Registry
from domain.terms import Floats, Integers
from forecasting.evidence import Evidence

Learned = Mapping[str, np.ndarray]
"""What a head took from the windows of its evidence: arrays by name."""


class Head(Protocol):
    """What gives quantiles."""

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """N × J × K quantiles, units, of demand that is expected to be `mean` (N × J).

        `series`: N numbers into the panel; `lengths`: J, as the evidence counts them (buckets
        in the sum, or buckets ahead); `levels`: N × K, each row ascending, in (0, 1).
        """
        ...


class FittedHead(Head, Protocol):
    """A head that was fitted on evidence."""

    @property
    def learned(self) -> Learned:
        """What it needs beside the evidence's dispersion, to be made again without windows."""
        ...


class MakeHead(Protocol):
    """Fits a head, or makes it again from what it had learned of the same evidence."""

    def __call__(self, evidence: Evidence, learned: Learned | None = None) -> FittedHead:
        """Windows of the evidence are looked at only where `learned` is None."""
        ...


HEADS: Registry[MakeHead] = Registry("quantile head", __name__)
