"""What items that name other items must agree on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from planning.store.agreement import Disagreement, Frames, where


def item_disagreements(frames: Frames) -> list[Disagreement]:
    """Skus that are replaced by, or like, what nobody knows; rings; two for one; bundles."""
    found = _bundles(frames)
    if "items" not in frames:
        return [one for one in found if one.rows.size]
    items = frames["items"]
    known = set(frames["sales"]["sku"].cat.categories) | set(items["sku"])
    for name in ("replaces", "like"):
        given = items[name]
        unknown = where(given.notna() & ~given.isin(known))
        found.append(Disagreement("items", name, unknown, "is a sku in neither sales nor items"))
        itself = where(given.notna() & (given == items["sku"]))
        found.append(Disagreement("items", name, itself, "is the item itself"))
    found += _successions(items)
    return [one for one in found if one.rows.size]


def _bundles(frames: Frames) -> list[Disagreement]:
    """Parts of bundles that nobody knows, and bundles that are made of themselves."""
    if "bundles" not in frames:
        return []
    bundles = frames["bundles"]
    known = set(frames["sales"]["sku"].cat.categories) | set(bundles["sku"])
    if "items" in frames:
        known |= set(frames["items"]["sku"])
    unknown = ~bundles["component"].isin(known)
    rings = in_rings(bundles.groupby("sku")["component"].agg(list).to_dict())
    ring = bundles["sku"].isin(rings) & bundles["component"].isin(rings)
    why = "is in a ring: followed from part to part the bundle comes back to itself"
    return [
        Disagreement("bundles", "component", where(unknown), "is a sku in neither sales nor items"),
        Disagreement("bundles", "component", where(ring), why),
    ]


def _successions(items: pd.DataFrame) -> list[Disagreement]:
    """Items that replace each other in a ring, or the same item twice, at any one place."""
    said = items[items["replaces"].notna() & (items["replaces"] != items["sku"])]
    rings: set[int] = set()
    twice: set[int] = set()
    general = {row.sku: (row.replaces, row.Index) for row in _of(said, None).itertuples()}
    for place in [None, *said["location"].dropna().unique()]:
        here = _of(said, place).itertuples() if place is not None else ()
        chosen = {**general, **{row.sku: (row.replaces, row.Index) for row in here}}
        rings |= {chosen[sku][1] for sku in in_rings({s: [o] for s, (o, _) in chosen.items()})}
        taken: set[str] = set()
        for old, row in chosen.values():
            if old in taken:
                twice.add(row)
            taken.add(old)
    return [
        Disagreement(
            "items", "replaces", np.array(sorted(rings), np.int64),
            "makes a ring: followed from item to item it comes back to this one",
        ),
        Disagreement(
            "items", "replaces", np.array(sorted(twice), np.int64),
            "is replaced by another item too: name it in like for all but one",
        ),
    ]  # fmt: skip


def _of(items: pd.DataFrame, place: str | None) -> pd.DataFrame:
    """The rows of one place; of all places."""
    location = items["location"]
    return items[location.isna() if place is None else location == place]


def in_rings(named: Mapping[str, list[str]]) -> set[str]:
    """The names that lead back to themselves.

    >>> sorted(in_rings({"a": ["b"], "b": ["c", "d"], "c": ["b"], "d": []}))
    ['b', 'c']
    """
    left = {name: [other for other in others if other in named] for name, others in named.items()}
    gone = {""}
    while gone:
        # What names nothing that is left, or is named by nothing that is left, is in no ring.
        targets = {other for others in left.values() for other in others}
        gone = {name for name, others in left.items() if not others or name not in targets}
        left = {
            name: [other for other in others if other not in gone]
            for name, others in left.items()
            if name not in gone
        }
    return set(left)
