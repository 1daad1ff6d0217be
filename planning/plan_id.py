"""A plan's name: a hash of everything that decides it, and of nothing else."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version

import numpy as np
import pandas as pd

from domain.columns import Column
from domain.periods import Day
from domain.settings import Settings
from domain.tables import TABLES
from domain.terms import Floats
from planning.dataset import Dataset

DECIDING_PACKAGES = ("restock", "numpy", "pandas", "scipy", "numba", "pulp", "highspy")
"""Whose version may change a number in a plan."""
UNSAID = (
    "aggregate_forecasts",
    "change_cost",
    "container",
    "forecaster",
    "group_service",
    "reconciliation",
    "storage_percentile",
    "trees",
    "trial",
)
"""Settings that are not part of the id while they are at their default."""
UNDECIDING = ("encoding", "note", "return_value_share", "schedule", "watch")
"""Settings that decide nothing."""


def _column_bytes(column: pd.Series) -> bytes:
    """A column's values as bytes that do not depend on how it is kept in memory."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        used = column.cat.remove_unused_categories().cat
        names = pd.util.hash_array(used.categories.to_numpy(dtype=object))
        return np.asarray(names).tobytes() + used.codes.to_numpy().astype(np.int32).tobytes()
    if pd.api.types.is_string_dtype(column.dtype) or column.dtype == object:
        hashed = pd.util.hash_array(column.fillna("\0").to_numpy(dtype=object))
        return np.asarray(hashed).tobytes()
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column.to_numpy().astype("datetime64[D]").astype(np.int64).tobytes()
    return np.ascontiguousarray(column.to_numpy()).tobytes()


def _says_nothing(column: pd.Series, declared: Column) -> bool:
    """Whether all of a column is as if it were not there: blank, or its default."""
    blank = column.isna()
    if declared.default is not None:
        blank |= column == declared.default
    return bool(blank.all())


def plan_id(
    dataset: Dataset, as_of: Day, calibration: str = "", planned_before: Floats | None = None
) -> str:
    """Sixteen hexadecimal digits: the same for the same tables (in any order of rows, from any
    file), settings, versions, calibration (its hash) and orders of an earlier plan that are to be
    kept. How many threads decides nothing.
    """
    digest = hashlib.sha256()
    for name in sorted(dataset.tables):
        frame = dataset.tables[name]
        digest.update(f"\0{name}\2{len(frame)}".encode())
        for column in sorted(frame.columns):
            if _says_nothing(frame[column], TABLES[name].column(column)):
                continue
            digest.update(f"\1{name}\2{column}\3{len(frame)}\4".encode())
            digest.update(_column_bytes(frame[column]))
    digest.update(json.dumps(_deciding(dataset.settings), sort_keys=True).encode())
    digest.update(str(as_of).encode())
    digest.update(f"\5{calibration}".encode())
    digest.update(json.dumps({name: version(name) for name in DECIDING_PACKAGES}).encode())
    if planned_before is not None:
        digest.update(np.nan_to_num(planned_before, nan=-1.0).tobytes())
    return digest.hexdigest()[:16]


def _deciding(settings: Settings) -> dict[str, object]:
    """The settings without those that say how fast to work, or only what is shown or watched."""
    values = settings.model_dump(mode="json")
    values["solver"].pop("threads")
    for name in UNDECIDING:
        values.pop(name)
    for name in UNSAID:
        if getattr(settings, name) == Settings.model_fields[name].default:
            values.pop(name)
    return values
