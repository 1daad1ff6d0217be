"""What locations that are supplied by other locations must agree on."""

from __future__ import annotations

import pandas as pd

from planning.store.agreement import Disagreement, Frames, where
from planning.store.agreement_items import in_rings

NAMED_IN = ("sales", "items", "stock", "open_orders", "locations")
"""Tables that say which locations there are."""


def place_disagreements(frames: Frames) -> list[Disagreement]:
    """Locations supplied by one that nobody knows, or round in a ring by themselves."""
    if "locations" not in frames:
        return []
    places = frames["locations"]
    given = places["supplied_by"]
    known = {
        place
        for name in NAMED_IN
        if name in frames
        for place in frames[name]["location"].dropna().unique()
    }
    unknown = where(given.notna() & ~given.isin(known))
    why = f"is a location in none of {', '.join(NAMED_IN)}"
    return [
        one
        for one in (Disagreement("locations", "supplied_by", unknown, why), *_rings(places))
        if one.rows.size
    ]


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
