"""What a forecaster among the peers is given, and what it answers. NumPy only.

S series, T buckets of history, H buckets ahead, K levels of a bucket's demand, M levels of the
demand summed over the first `summed` buckets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from domain.registry import Registry
from experiments.benchmarks.peers.program import Arrays, run_program

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Given:
    """Sales as they were recorded up to an origin, and what is asked."""

    sales: Numbers  # S × T, units
    first: NDArray[np.int64]  # S, first bucket of the series' life
    starts: NDArray[np.datetime64]  # T + H, first day of each bucket
    season: int  # buckets
    summed: int  # buckets
    levels: Numbers  # K, of each bucket
    sum_levels: Numbers  # M, of the sum

    @property
    def horizon(self) -> int:
        """Buckets ahead [H]."""
        return int(self.starts.size - self.sales.shape[1])

    def histories(self, most: int) -> Iterator[Numbers]:
        """Each series from its first bucket on, its last `most` buckets at most."""
        for row, first in zip(self.sales, self.first, strict=True):
            yield row[max(int(first), row.size - most) :]

    def arrays(self) -> dict[str, np.ndarray]:
        """The same as plain arrays."""
        return {
            "sales": self.sales,
            "first": self.first,
            "starts": self.starts.astype("datetime64[D]").astype(np.int64),
            "season": np.array(self.season),
            "summed": np.array(self.summed),
            "levels": self.levels,
            "sum_levels": self.sum_levels,
        }

    @classmethod
    def of(cls, arrays: Arrays) -> Given:
        """Back from plain arrays."""
        return cls(
            sales=arrays["sales"],
            first=arrays["first"],
            starts=arrays["starts"].astype("datetime64[D]"),
            season=int(arrays["season"]),
            summed=int(arrays["summed"]),
            levels=arrays["levels"],
            sum_levels=arrays["sum_levels"],
        )


@dataclass(frozen=True)
class Answer:
    """A forecaster's distributions; rows of NaN where it could say nothing of a series."""

    mean: Numbers  # S × H, units
    quantiles: Numbers  # S × H × K, units
    sums: Numbers  # S × M, units

    @classmethod
    def empty(cls, given: Given) -> Answer:
        """An answer that says nothing yet."""
        series, ahead = given.sales.shape[0], given.horizon
        return cls(
            np.full((series, ahead), np.nan),
            np.full((series, ahead, given.levels.size), np.nan),
            np.full((series, given.sum_levels.size), np.nan),
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """The same as plain arrays."""
        return {"mean": self.mean, "quantiles": self.quantiles, "sums": self.sums}


class Forecaster(Protocol):
    """A peer; its fields are its settings."""

    @property
    def most_series(self) -> int | None:
        """Series it is asked for at most, where it is too slow for all."""

    def forecast(self, given: Given) -> Answer:
        """The demand of every series, as its user would have it."""


FORECASTERS: Registry[Forecaster] = Registry("peer", "experiments.benchmarks.peers.forecasters")


def run_forecaster(forecaster: Forecaster) -> None:
    """Be a program."""
    run_program(lambda arrays: forecaster.forecast(Given.of(arrays)).arrays())


def normal_sums(given: Given, mean: Numbers, spread: Numbers, normal: Numbers) -> Numbers:
    """Quantiles of the sum (M) from means and standard deviations of buckets (H).

    Buckets are added up as if independent and normal, which is what can be made of intervals
    per bucket. `normal`: the standard normal quantiles at `sum_levels`.
    """
    first = slice(given.summed)
    return np.asarray(mean[first].sum() + normal * np.sqrt((spread[first] ** 2).sum()))
