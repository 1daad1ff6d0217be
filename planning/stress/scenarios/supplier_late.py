"""Every supplier with goods on order, or ordered from today, delivers late."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domain.terms import Flags, Floats
from planning.problem import plan_cycles
from planning.situation import Situation
from planning.stress.scenarios import SCENARIOS, Spared, Struck
from planning.supply import RETURN, OpenOrders


@SCENARIOS.register("supplier_late")
@dataclass(frozen=True)
class SupplierLate:
    """Open purchase orders, and every order of the plan, take `days` days longer.

    Suppliers do not share costs: what one of them costs if late alone is the sum of its items.
    An open order counts as its item's supplier's; transfers between locations are not late. The
    plan looks `days` days farther, so that each order is still followed by as many.
    """

    days: int = 14

    def strike(self, situation: Situation, ordered: Floats) -> Struck | Spared:
        """See `Scenario.strike`."""
        waited_for = _coming(situation) | (ordered > 0)
        supplier = situation.terms.frame["supplier"]
        rows = np.flatnonzero(supplier.isin(set(supplier[waited_for])))
        if not rows.size:
            return Spared("Nothing is on order and nothing is ordered today: nobody can be late.")
        struck = situation.take(rows)
        frame = struck.terms.frame
        frame = frame.assign(lead_time_days=frame["lead_time_days"] + self.days)
        lines = struck.open_orders.frame
        late = lines["usable_from"] + self.days * ~_transferred(struck.open_orders)
        horizon = struck.horizon_days + self.days
        cycles = plan_cycles(struck.dataset, struck.calendar, frame, horizon)
        return Struck(
            rows,
            replace(
                struck,
                terms=replace(struck.terms, frame=frame),
                open_orders=OpenOrders(lines.assign(usable_from=late)),
                horizon_days=horizon,
                cycles=cycles,
            ),
            f"Every supplier with goods on order or ordered today delivers {self.days} days late:"
            " what is on order, and every order of the plan.",
        )


def _transferred(orders: OpenOrders) -> Flags:
    """Which open order lines come from another location, or from customers."""
    lines = orders.frame
    if "kind" not in lines:
        return np.zeros(len(lines), dtype=np.bool_)
    return lines["kind"].isin(["transfer", RETURN]).to_numpy(dtype=np.bool_)


def _coming(situation: Situation) -> Flags:
    """Which series wait for a supplier [S]."""
    lines = situation.open_orders.frame
    bought = lines["counted"].to_numpy(dtype=np.bool_) & ~_transferred(situation.open_orders)
    waiting = np.zeros(situation.series, dtype=np.bool_)
    waiting[lines["series"].to_numpy()[bought]] = True
    return waiting
