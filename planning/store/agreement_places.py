"""What tables that name locations must agree on."""

from __future__ import annotations

import pandas as pd

from planning.store.agreement import Disagreement, Frames, where
from planning.store.agreement_items import in_rings

NAMED_IN = ("sales", "items", "stock", "open_orders", "locations")
"""Tables that say which locations there are."""

OF_KNOWN_PLACES = (
    ("locations", "supplied_by"),
    ("open_orders", "from_location"),
    ("customer_orders", "location"),
    ("receipts", "location"),
    ("promotions", "location"),
    ("events", "location"),
    ("closures", "location"),
    ("suppliers", "location"),
    ("item_suppliers", "location"),
    ("adjustments", "location"),
    ("linear_limit_weights", "location"),
)
"""Columns that name a location others know: elsewhere their rows would mean nothing, unsaid."""


def place_disagreements(frames: Frames) -> list[Disagreement]:
    """Rows at locations that nobody knows, and locations supplied round in a ring."""
    known = known_places(frames)
    why = f"is a location in none of {', '.join(NAMED_IN)}"
    found = []
    for name, column in OF_KNOWN_PLACES:
        if name in frames:
            given = frames[name][column]
            unknown = where(given.notna() & ~given.isin(known))
            found.append(Disagreement(name, column, unknown, why))
    if "locations" in frames:
        found += _rings(frames["locations"])
    return [one for one in found if one.rows.size]


def known_places(frames: Frames) -> set[str]:
    """Every location that a dataset's tables say there is."""
    return {
        place
        for name in NAMED_IN
        if name in frames
        for place in frames[name]["location"].dropna().unique()
    }


def _rings(places: pd.DataFrame) -> list[Disagreement]:
    """Rings of locations, each named whole."""
    said = places[places["supplied_by"].notna()]
    source = dict(zip(said["location"], said["supplied_by"], strict=True))
    left = set(in_rings({place: [by] for place, by in source.items()}))
    found = []
    while left:
        ring = [min(left)]
        while (by := source[ring[-1]]) not in ring:
            ring.append(by)
        left -= set(ring)
        rows = where(places["location"].isin(ring))
        why = f"closes a ring: {' is supplied by '.join([*ring, ring[0]])}"
        found.append(Disagreement("locations", "supplied_by", rows, why))
    return found
