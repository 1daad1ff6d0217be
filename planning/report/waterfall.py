"""`waterfall.parquet`: how each order line adds up, and what would change it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from domain.outputs_waterfall import TRIAL_PART, WATERFALL
from planning.order_parts import EVERY, faster_parts, moved_parts, order_parts
from planning.plan import Decision
from planning.report.page_words import MINUS, number
from planning.situation import Situation
from planning.stock_changes import stock_changes

DIGITS = 9
LEAST_TOLD = 0.005
"""Units below which a part is not told."""
WORDS = {
    "expected_demand": "expected",
    "safety_stock": "for safety",
    "on_hand": "on hand",
    "on_order": "on order",
    "faster_orders": "ordered from a faster supplier",
    "backordered": "that customers wait for",
    "lost_before_arrival": "missed before it can arrive",
    "shelf_life": "that would grow too old",
    "later_cycles": "for later cycles and what may stay unsold",
    "minimum": "to the smallest order",
    "packs": "to whole packs",
    "price_breaks": "for a lower price",
    "order_costs": "for the cost of ordering",
    "trial": "as the policy on trial orders otherwise",
    "limits": "for limits or stock that others share",
}
SIMPLE = "to whole units"
"""What packs of 1 are called."""


def waterfall_frame(situation: Situation, decision: Decision, orders: pd.DataFrame) -> pd.DataFrame:
    """A row for each line of `orders`, in their order."""
    changes = stock_changes(situation, decision)
    usual = order_parts(situation, decision)
    rows = usual["series"].to_numpy(dtype=np.int64)
    terms = situation.terms.frame
    frame = usual.assign(
        supplier=terms["supplier"].to_numpy()[rows],
        from_location=terms["from_location"].to_numpy()[rows] if "from_location" in terms else "",
        due=situation.cycles.arrival_day[rows, 0],
        more_stock_for_none=changes.more_for_none[rows],
        less_stock_for_more=changes.less_for_more[rows],
        quantity_then=changes.quantity_then[rows],
    )
    if decision.faster is not None and len(decision.faster):
        faster = faster_parts(situation, decision.faster).assign(
            supplier=decision.faster["supplier"].to_numpy(),
            from_location="",
            due=decision.faster["arrival_day"].to_numpy(),
            more_stock_for_none=np.nan,
            less_stock_for_more=np.nan,
            quantity_then=np.nan,
        )
        frame = pd.concat([frame, faster], ignore_index=True)
    if decision.moves is not None and len(decision.moves):
        moves = decision.moves
        moved = moved_parts(situation, decision, moves).assign(
            supplier="",
            from_location=terms["location"].to_numpy()[moves["donor"]],
            due=moves["arrival_day"].to_numpy(),
            more_stock_for_none=np.nan,
            less_stock_for_more=np.nan,
            quantity_then=np.nan,
        )
        frame = pd.concat([frame, moved], ignore_index=True)
    series = frame["series"].to_numpy(dtype=np.int64)
    frame["sku"], frame["location"] = (terms[key].to_numpy()[series] for key in KEY)
    frame["due_on"] = situation.date(frame["due"].to_numpy(dtype=np.int64)).astype("datetime64[s]")
    frame["pack"] = terms["order_multiple"].to_numpy()[series]
    told = ["plan_id", "line_id", "quantity", "binding", "unit"]
    join = [*KEY, "supplier", "due_on", "from_location"]
    orders = orders.assign(from_location=orders.get("from_location", ""))
    for name in ("supplier", "from_location"):
        frame[name], orders[name] = (f[name].fillna("").astype("str") for f in (frame, orders))
    lines = orders[[*told, *join]].merge(frame, on=join, how="left", validate="one_to_one")
    lines[list(EVERY)] = lines[list(EVERY)].round(DIGITS)
    lines["sentence"] = [sentence(line) for line in lines.itertuples(index=False)]
    left_out = () if situation.trial is not None else (TRIAL_PART.name,)
    return lines[[name for name in WATERFALL.names if name not in left_out]]


KEY = ("sku", "location")


def sentence(line: Any) -> str:
    """The sum of a line in words, and what would change it."""
    parts = [(name, float(getattr(line, name))) for name in WORDS]
    told = [(name, units) for name, units in parts if abs(units) >= LEAST_TOLD]
    first = f"{number(told[0][1])} {WORDS[told[0][0]]}" if told else "0"
    others = "".join(
        f" {MINUS if units < 0 else '+'} {number(abs(units))} {_words(name, line.pack)}"
        for name, units in told[1:]
    )
    return f"{first}{others} = {number(line.quantity)}.{_changes(line)}"


def _words(name: str, pack: float) -> str:
    return SIMPLE if name == "packs" and pack == 1 else WORDS[name]


def _changes(line: Any) -> str:
    """What it would take for the line to become nothing, or a case more."""
    more, less = line.more_stock_for_none, line.less_stock_for_more
    told = []
    if np.isfinite(more):
        told.append(f"with {number(more)} more on hand nothing would be ordered")
    if np.isfinite(less):
        told.append(f"with {number(less)} fewer {number(line.quantity_then)} would be")
    text = "; ".join(told)
    return f" {text[0].upper()}{text[1:]}." if text else ""
