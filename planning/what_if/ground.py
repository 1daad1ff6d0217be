"""What a plan leaves behind so that one product can be decided on again: a row a series.

Demand is kept as the forecast knows it: its mean by day, and the quantiles of sums of ordinary
buckets at the levels that the plan reads. The very code that planned reads them, so that the same
question gives the same number.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from domain.errors import PlanError
from domain.settings import Settings
from domain.terms import Floats, Integers
from forecasting.result import KEPT
from optimization.constraints import Limit
from planning.what_if.held import Held, read_limits

SERIES, ORDERS, CLOSURES, LIMITS, REST = (
    "what_if_series.parquet",
    "what_if_orders.parquet",
    "what_if_closures.parquet",
    "what_if_limits.json",
    "what_if.json",
)
ARRAYS = ("cumulative", "levels", "table", "spread", "share")
FILES = (SERIES, ORDERS, CLOSURES, LIMITS, REST, *(f"what_if_{name}.npy" for name in ARRAYS))


@dataclass(frozen=True)
class KeptHead:
    """A head that is known at some lengths and levels alone, of S series."""

    levels: Floats  # S × K
    table: Floats  # S × J × K, units
    spread: Floats  # N × J × kept levels, of the series below
    spread_row: Integers  # S, row in `spread`, -1: not kept

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """See `forecasting.heads.Head`; raises PlanError for what is not kept."""
        del mean
        far = lengths.size
        if levels.shape[1] == 0:
            return np.zeros((series.size, far, 0))
        known = self.table.shape[1]
        if far <= known and np.array_equal(levels, self.levels[series]):
            return np.array(self.table[series, :far])
        rows = self.spread_row[series]
        kept = np.broadcast_to(KEPT, levels.shape) if levels.shape[1] == KEPT.size else None
        if far <= known and kept is not None and np.array_equal(levels, kept) and (rows >= 0).all():
            return np.array(self.spread[rows, :far])
        raise PlanError(
            "the plan did not keep what this needs of the forecast",
            "what-if",
            "Ask for a plan with the change instead.",
        )


@dataclass(frozen=True)
class Ground:
    """What one plan left behind, read row by row."""

    series: pd.DataFrame
    orders: pd.DataFrame
    closures: pd.DataFrame
    rest: dict[str, Any]
    settings: Settings
    arrays: dict[str, np.ndarray]
    place: dict[tuple[str, str], int]
    limits: tuple[Limit, ...] = ()  # that have a say in any order
    held: tuple[Held, ...] = ()  # all limits, with their prices

    @property
    def limited(self) -> bool:
        """Whether any shared limit has, or may have, moved any order."""
        return bool(self.rest["limited"])


def read_ground(folder: Path) -> Ground:
    """Open what a plan left behind; PlanError where it is of an earlier Restock."""
    from domain.settings_layers import load_settings

    if not (folder / "what_if_share.npy").exists():
        raise PlanError(
            "the plan left nothing behind to be asked", folder.name, "Ask for a new plan."
        )
    series = pd.read_parquet(folder / SERIES)
    rest = json.loads((folder / REST).read_text(encoding="utf-8"))
    keys = zip(series["sku"], series["location"], strict=True)
    limits: tuple[Limit, ...] = ()
    held: tuple[Held, ...] = ()
    if (folder / LIMITS).exists():
        limits, held = read_limits((folder / LIMITS).read_text(encoding="utf-8"))
    return Ground(
        series=series,
        orders=pd.read_parquet(folder / ORDERS),
        closures=pd.read_parquet(folder / CLOSURES),
        rest=rest,
        settings=load_settings([("settings of the plan", rest["settings"])], None, {}),
        arrays={
            name: np.load(folder / f"what_if_{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ARRAYS
        },
        place={(str(sku), str(location)): row for row, (sku, location) in enumerate(keys)},
        limits=limits,
        held=held,
    )
