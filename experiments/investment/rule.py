"""What is done today: orders that are really made, where enough is known of them, or a rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats, Known
from experiments.replay.as_recorded import why_not
from experiments.replay.ground import Ground
from experiments.replay.naming import RECORD
from experiments.replay.opening import counted_at_start
from experiments.replay.order_record import OrderRecord
from planning.report.page_words import percent
from planning.supply import current_stock

MIN_MAX = "min_max"
ENOUGH = 0.9
"""Share of what was sold that must come from items whose stock was counted at the start, and that
this stock and what came in since must account for, before the orders are held against a plan."""


@dataclass(frozen=True)
class Rule:
    """What the plan is compared with."""

    policy: str
    name: str  # for people, after "on" or "than"
    why: str  # a sentence


def todays_rule(ground: Ground) -> Rule:
    """The orders that were made, or minimum and maximum and what is missing for the orders."""
    why = why_not(ground)
    if why is None and ground.made is not None:
        why = _gaps(ground, ground.made)
    if why is None:
        said = "Today's rule is the orders you really made, each on its day, as it came in."
        return Rule(RECORD, "the orders you made", said)
    said = "Today's rule is the minimum and maximum of the items"
    if ground.made is None:
        return Rule(MIN_MAX, "today's minimum and maximum", f"{said}: {why}.")
    return Rule(MIN_MAX, "today's minimum and maximum", f"{said}, not the orders you made: {why}.")


def _gaps(ground: Ground, made: OrderRecord) -> str | None:
    """What the records leave open; None: they account for nearly all that was sold."""
    counted, sold = counted_at_start(ground), units_sold(ground)
    total = float(sold.sum())
    share = float(sold[counted].sum()) / total if total else float(counted.any())
    if share < ENOUGH:
        return (
            f"stock was counted by {ground.start}, where the replay begins, of items with"
            f" {percent(share)} of sales only (stock with a date of that time would mend it)"
        )
    found = accounted_for(ground, made, sold)[counted].sum()
    share = float(found / sold[counted].sum()) if total else 1.0
    if share < ENOUGH:
        return (
            f"stock of {ground.start} and what came in since account for {percent(share)} of what"
            " was sold only, so that receipts or counts are missing"
        )
    return None


def units_sold(ground: Ground) -> Floats:
    """Units sold as recorded in each bucket that is replayed [S × T]; nothing where not known."""
    place = np.ix_(ground.rows, ground.buckets)
    known = ground.panel.known[place]
    there = (known == Known.OBSERVED) | (known == Known.LOWER_BOUND)
    return np.where(there, ground.panel.demand[place], 0.0).astype(np.float64)


def accounted_for(ground: Ground, made: OrderRecord, sold: Floats) -> Floats:
    """Of what was sold, units that were counted at the start or came in by then [S].

    Units that can only have come from goods nobody recorded are left out.
    """
    stock = current_stock(ground.dataset, ground.terms.frame, ground.start)
    came = np.zeros(sold.shape)
    closes = np.array([ground.day(int(bucket)) for bucket in ground.buckets])
    parts = made.parts.part(made.parts.arrives > 1)
    # What came in on the last day of a bucket can have been sold on it.
    place = np.searchsorted(closes, parts.arrives - 1)
    inside = place < closes.size
    np.add.at(came, (parts.rows[inside], place[inside]), parts.units[inside])
    there = np.maximum(stock.usable, 0.0)[:, None] + came.cumsum(axis=1)
    missing = (sold.cumsum(axis=1) - there).max(axis=1, initial=0.0)
    return np.asarray(sold.sum(axis=1) - missing)
