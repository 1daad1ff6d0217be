"""Closures ahead: by when to order what they hold up, as exceptions.

Long lead times make a closure felt long before it begins: goods must be ordered while the supplier
still takes orders, early enough to be shipped before it closes, or to come before the location
takes nothing in.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from domain.terms import Integers
from optimization.cycles import latest_order_days
from planning.distributions import means_through
from planning.problem import how_to_order
from planning.report.reasons import days
from planning.situation import Situation

HELD_UP = {
    "orders": "takes no orders",
    "shipping": "ships nothing",
    "receiving": "takes nothing in",
}


def closings_ahead(situation: Situation) -> pd.DataFrame:
    """A row for each closure that begins within the plan, and supplier that it holds up."""
    closures = situation.dataset.table("closures")
    found: list[dict[str, object]] = []
    if closures is not None:
        for closure in closures.itertuples():
            found += _of_closure(situation, closure)
    return pd.DataFrame(found)


def _of_closure(situation: Situation, closure: Any) -> list[dict[str, object]]:
    """The exceptions of one closure: of its supplier, or of the location that is closed."""
    dates = np.array([closure.starts_on, closure.ends_on], dtype="datetime64[D]")
    first, last = (int(day) for day in (dates - situation.as_of).astype(np.int64))
    if not 0 < first <= situation.horizon_days:
        return []
    frame = situation.terms.frame
    held = situation.planned_for_stock.copy()
    for name in ("supplier", "location"):
        if pd.notna(getattr(closure, name)):
            held &= (frame[name] == getattr(closure, name)).to_numpy()
    rows = np.flatnonzero(held)
    if not rows.size:
        return []
    part = situation.take(rows)
    asked = means_through(part, np.full(rows.size, last))
    asked = asked - means_through(part, np.full(rows.size, first - 1))
    who = str(closure.location if pd.isna(closure.supplier) else closure.supplier)
    by_day = _order_by(part, closure.stops, first)
    closed = f"{who} {HELD_UP[closure.stops]} for {days(last - first + 1)} from {dates[0]}"
    if (by_day < 0).all():
        advice = "an order that comes before is too late already; plan with what is there."
    else:
        by = situation.date(int(by_day[by_day >= 0].min()))
        late = int((by_day < 0).sum())
        some = f" ({late:,} of {rows.size:,} items are too late already)" if late else ""
        advice = f"order by {by} what these days ask for{some}."
    return [
        {
            "kind": "closure",
            "supplier": "" if pd.isna(closure.supplier) else str(closure.supplier),
            "location": "" if pd.isna(closure.location) else str(closure.location),
            "date": closure.starts_on,
            "units": float(asked.sum()),
            "money": float((asked * part.terms.frame["unit_cost"].to_numpy()).sum()),
            "sentence": f"{closed}: {advice}",
        }
    ]


def _order_by(part: Situation, stops: str, first: int) -> Integers:
    """The last day on which each series can be ordered without being held up; -1: past."""
    frame = part.terms.frame
    lead = frame["lead_time_days"].to_numpy()
    need = {
        "orders": first + lead,
        "shipping": np.full(len(frame), first),
        "receiving": np.full(len(frame), first - 1),
    }[stops]
    terms, calendars = how_to_order(part.dataset, frame, part.as_of)
    return latest_order_days(part.as_of, need, terms, calendars)
