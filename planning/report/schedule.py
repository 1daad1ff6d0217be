"""`schedule.parquet`: orders planned for later periods."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.outputs import SCHEDULE
from planning.plan import Decision
from planning.situation import Situation


def schedule_frame(situation: Situation, decision: Decision, plan_id: str) -> pd.DataFrame:
    """A row per later order, by sku, location and decision. They will be planned again."""
    cycles, quantity = situation.cycles, decision.solution.quantity
    later = quantity > 0
    later[:, 0] &= ~cycles.orders_today
    rows, decisions = np.nonzero(later)
    terms = situation.terms.frame.iloc[rows].reset_index(drop=True)
    units = quantity[rows, decisions]
    # Counted after today's: the first decision is today's unless no orders are taken today.
    number = decisions + (~cycles.orders_today[rows]).astype(np.int64)
    frame = pd.DataFrame(
        {
            "plan_id": plan_id,
            "sku": terms["sku"],
            "location": terms["location"],
            "supplier": terms["supplier"],
            "decision": number,
            "order_on": situation.date(cycles.order_day[rows, decisions]).astype("datetime64[s]"),
            "due_on": situation.date(cycles.arrival_day[rows, decisions]).astype("datetime64[s]"),
            "quantity": units,
            "order_value": (units * terms["unit_cost"]).round(4),
        }
    )
    return frame[list(SCHEDULE.names)]
