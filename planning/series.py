"""Which series a plan has: the sku-location pairs of DESIGN §3, in the order of the plan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.columns import MAIN
from planning.dataset import Dataset

PAIRED = ("sales", "stock", "open_orders", "customer_orders")
"""Tables whose pairs are series."""


def distinct_pairs(frame: pd.DataFrame) -> pd.DataFrame:
    """The distinct (sku, location) pairs of a table, as plain text columns."""
    if isinstance(frame["sku"].dtype, pd.CategoricalDtype):
        skus, places = frame["sku"].cat, frame["location"].cat
        size = len(places.categories)
        codes = np.unique(skus.codes.to_numpy().astype(np.int64) * size + places.codes.to_numpy())
        return pd.DataFrame(
            {
                "sku": skus.categories.to_numpy()[codes // size],
                "location": places.categories.to_numpy()[codes % size],
            }
        ).astype("str")
    return frame[["sku", "location"]].drop_duplicates().astype("str")


def known_locations(dataset: Dataset, pairs: pd.DataFrame) -> list[str]:
    """Every location a dataset names, sorted; "main" where it names none."""
    names = set(pairs["location"])
    locations = dataset.table("locations")
    if locations is not None:
        names |= set(locations["location"])
    return sorted(names) or [MAIN]


def find_series(dataset: Dataset) -> pd.DataFrame:
    """The plan's series: a row each, columns `sku` and `location`, sorted by both.

    They are the pairs of `sales`, `stock`, `open_orders`, `customer_orders` and of `items` rows
    that name a location; an item with no pair at all stands at every known location.
    """
    found = [
        distinct_pairs(table)
        for table in (dataset.table(name) for name in PAIRED)
        if table is not None and len(table)
    ]
    items = dataset.table("items")
    if items is not None:
        placed = items[items["location"].notna()]
        found.append(distinct_pairs(placed))
    pairs = pd.concat(found, ignore_index=True).drop_duplicates()
    if items is not None:
        lonely = sorted(set(items["sku"]) - set(pairs["sku"]))
        if lonely:
            places = known_locations(dataset, pairs)
            everywhere = pd.MultiIndex.from_product([lonely, places], names=["sku", "location"])
            pairs = pd.concat([pairs, everywhere.to_frame(index=False).astype("str")])
    return pairs.sort_values(["sku", "location"], ignore_index=True)
