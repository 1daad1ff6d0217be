"""Some skus that stand for all, where all would take too long."""

from __future__ import annotations

import zlib
from dataclasses import replace

import pandas as pd

from planning.dataset import Dataset

MOST_SERIES = 2000


def sample_of(dataset: Dataset, series: int, most: int = MOST_SERIES) -> Dataset:
    """The dataset with about `most` of its series, or all where there are no more.

    Whole skus, by a hash of their name, so that neither order nor the rest has a say.
    """
    if series <= most:
        return dataset
    skus = pd.unique(dataset.tables["sales"]["sku"].astype(str))
    order = sorted(skus, key=lambda sku: (zlib.crc32(sku.encode()), sku))
    kept = set(order[: max(1, round(len(order) * most / series))])
    tables = {}
    for name, frame in dataset.tables.items():
        if "sku" in frame:
            frame = frame[frame["sku"].astype(str).isin(kept)].reset_index(drop=True)
            for column in frame.columns:
                if isinstance(frame[column].dtype, pd.CategoricalDtype):
                    frame[column] = frame[column].cat.remove_unused_categories()
        tables[name] = frame
    return replace(dataset, tables=tables)
