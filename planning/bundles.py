"""Bundles: what is sold together is demand for its parts.

A bundle is taken apart wherever it is not stocked itself: its sales, and what customers ordered
of it, become those of its components (of the components' components, where they are bundles
too), and it is no series of the plan. It is a product like any other, and keeps its demand, at a
place where `stock` has ever had units of it or `open_orders` has a row of it, and where `items`
says in so many words that it is planned: stock or on_order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from domain.tables import TABLES
from domain.tables_planners import ADD
from domain.terms import Flags
from planning.dataset import Dataset, Note
from planning.series import distinct_pairs

Parts = dict[str, dict[str, float]]
"""Units of each component in a bundle, by bundle."""
Kept = set[tuple[str, str | None]]
"""Bundles that are products of their own: (sku, location), None for all locations."""


def taken_apart(dataset: Dataset, as_in: Dataset | None = None) -> Dataset:
    """The dataset with its bundles taken apart; itself where it has none.

    A row of `sales` or `customer_orders` that is taken apart becomes one per component, in a
    channel, or an order, that is named after the bundle; the prices of the bundle are not the
    components'. So do `adjustments` that add units; other words on a bundle, and its promotions,
    move nothing, and are noted. `as_in`: the dataset that says which bundles are stocked
    themselves, where that is not this one.
    """
    table = dataset.table("bundles")
    if table is None or table.empty:
        return dataset
    parts: Parts = {}
    for row in table.itertuples():
        parts.setdefault(str(row.sku), {})[str(row.component)] = float(row.units)
    kept = _kept(dataset if as_in is None else as_in, set(parts))
    tables, notes = dict(dataset.tables), []
    sold = tables["sales"]
    apart = sold["sku"][_apart(sold, set(parts), kept)].nunique()
    if apart:
        words = "bundles whose sales are taken for demand of their components"
        notes.append(Note("bundles", words, apart))
    for name, label in (("sales", "channel"), ("customer_orders", "order_id")):
        if name in tables:
            tables[name] = _exploded(name, tables[name], parts, kept, label)
    for name in ("items", "stock"):
        if name in tables:
            tables[name] = _without(tables[name], set(parts), kept)
    if "adjustments" in tables:
        tables["adjustments"] = _added(tables["adjustments"], parts, kept)
    for name in ("adjustments", "promotions"):
        if name in tables:
            lost = int(_nowhere(tables[name], set(parts), kept).sum())
            words = "rows of bundles that are taken apart move nothing: write them of the parts"
            notes += [Note(name, words, lost)] if lost else []
    return replace(dataset, tables=tables, notes=(*dataset.notes, *notes))


def _kept(dataset: Dataset, bundles: set[str]) -> Kept:
    """Which bundles are products of their own."""
    kept: Kept = set()
    stock, orders = dataset.table("stock"), dataset.table("open_orders")
    there = [] if stock is None else [stock[stock["on_hand"] > 0]]
    for frame in [*there, *([] if orders is None else [orders])]:
        theirs = frame[frame["sku"].isin(bundles)]
        kept |= {(str(sku), str(place)) for sku, place in distinct_pairs(theirs).to_numpy()}
    items = dataset.table("items")
    if items is not None:
        said = items[items["sku"].isin(bundles) & items["planned"].isin(["stock", "on_order"])]
        for row in said.itertuples():
            kept.add((str(row.sku), None if pd.isna(row.location) else str(row.location)))
    return kept


def _is_kept(kept: Kept, sku: str, place: str) -> bool:
    return (sku, place) in kept or (sku, None) in kept


def _leaves(
    sku: str,
    place: str,
    parts: Mapping[str, Mapping[str, float]],
    kept: Kept,
) -> dict[str, float]:
    """Units of everything that is no bundle, or kept as it is, in one bundle at a place."""
    found: dict[str, float] = {}
    for component, units in parts[sku].items():
        inner = {component: 1.0}
        if component in parts and not _is_kept(kept, component, place):
            inner = _leaves(component, place, parts, kept)
        for leaf, share in inner.items():
            found[leaf] = found.get(leaf, 0.0) + units * share
    return found


def _apart(frame: pd.DataFrame, bundles: set[str], kept: Kept) -> Flags:
    """Which rows are of a bundle that is taken apart at their place."""
    wanted = frame["sku"].isin(bundles).to_numpy(dtype=np.bool_, copy=True)
    at = np.flatnonzero(wanted)
    theirs = frame[["sku", "location"]].iloc[at].astype("str")
    own = [
        (str(sku), str(place))
        for sku, place in distinct_pairs(theirs).to_numpy()
        if _is_kept(kept, str(sku), str(place))
    ]
    if own:
        wanted[at] = ~pd.MultiIndex.from_frame(theirs).isin(own)
    return wanted


def _nowhere(frame: pd.DataFrame, bundles: set[str], kept: Kept) -> Flags:
    """Which rows are of a bundle that is taken apart wherever they hold."""
    anywhere = {sku for sku, _ in kept}
    general = frame["location"].isna() & frame["sku"].isin(bundles - anywhere)
    placed = frame["location"].notna() & _apart(frame, bundles, kept)
    return np.asarray(general | placed, np.bool_)


def _added(frame: pd.DataFrame, parts: Parts, kept: Kept) -> pd.DataFrame:
    """Adjustments in which units added to a bundle are added to its components."""
    rows = _nowhere(frame, set(parts), kept) & (frame["how"] == ADD).to_numpy()
    if not rows.any():
        return frame
    theirs = frame[rows]
    found = [
        {**row, "sku": leaf, "value": row["value"] * units}
        for row in theirs.to_dict("records")
        for leaf, units in _leaves(str(row["sku"]), str(row["location"]), parts, kept).items()
    ]
    more = pd.DataFrame(found)[list(frame.columns)].astype(frame.dtypes)
    return pd.concat([frame[~rows], more], ignore_index=True)


def _exploded(name: str, frame: pd.DataFrame, parts: Parts, kept: Kept, label: str) -> pd.DataFrame:
    """A table whose rows of bundles are rows of their components."""
    apart = _apart(frame, set(parts), kept)
    if not apart.any():
        return frame
    texts = [name for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)]
    whole = frame[apart].astype(dict.fromkeys(texts, "str"))
    leaves = [
        {"sku": sku, "location": place, "component": leaf, "units": units}
        for sku, place in distinct_pairs(whole).to_numpy()
        for leaf, units in _leaves(sku, place, parts, kept).items()
    ]
    rows = whole.merge(pd.DataFrame(leaves), on=["sku", "location"])
    rows[label] = rows[label] + " in " + rows["sku"]
    rows["sku"] = rows["component"]
    for column in ("units_sold", "units_returned", "quantity", "quantity_shipped"):
        if column in rows:
            rows[column] = rows[column] * rows["units"]
    for column in ("unit_price", "relative_price"):
        if column in rows:
            rows[column] = np.nan
    if "on_promotion" in rows:
        rows["on_promotion"] = False
    rest = frame[~apart].astype(dict.fromkeys(texts, "str"))
    key = list(TABLES[name].key)
    out = pd.concat([rest, rows[list(frame.columns)]]).sort_values(key, ignore_index=True)
    for column in texts:
        out[column] = pd.Categorical(out[column], categories=sorted(set(out[column])))
    return out


def _without(frame: pd.DataFrame, bundles: set[str], kept: Kept) -> pd.DataFrame:
    """A table without rows of bundles that are taken apart where those rows hold."""
    return frame[~_nowhere(frame, bundles, kept)].reset_index(drop=True)
