"""From prices to whole orders that keep limits and smallest orders, series by series.

At prices alone whole orders take by fits and starts, for lines that are alike change together.
Here each is ordered anew given all others (`responses`), what is over or lacking costing more from
sweep to sweep, prices and credits following (the method of multipliers, Bertsekas 1982).
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats
from optimization.clock import solving_seconds
from optimization.shared.order_days import Choice
from optimization.shared.order_shares import Lines
from optimization.shared.responses import Stakes, Standing, respond

ROUNDS, SWEEPS = 8, 5
GROWTH = 1.6
"""By which what is over costs more from round to round of sweeps."""
FOLLOW = 0.5
"""Share of what is over by whose cost prices and credits move after each sweep."""
CURVE, BEND = 0.3, 0.35
"""Of the average cost of a unit, by which a limit's price rises for 5 % too much and the credit
of an order for 10 % too little."""
OVER, LACK = 0.05, 0.1
LAST = ((1e2, 1.0), (1e4, 0.0))
"""At the end: how much more what is over costs, and the share of prices that is still charged."""
MARGIN = 2e-4
"""Share of a limit or a smallest order that is kept clear of it at the end."""
LEAST_CURVE = 1e-12


def spread_orders(lines: Lines, choice: Choice, start: Floats, deadline: float) -> Floats:
    """Orders (S × U, units) of a choice from `start` on, that about keep what they have to."""
    standing = _standing(lines, choice, start)
    events, charges = lines.events, lines.charges
    per_row, per_event = lines.average_costs(standing.came, choice.value)
    price, credit = choice.price.copy(), choice.credit.copy()
    curve = CURVE * per_row / (OVER * lines.scale)
    bend = np.where(
        events.least > 0, BEND * per_event / (LACK * np.maximum(events.least, 1e-9)), 0.0
    )
    every = np.arange(lines.fixed.shape[0])
    for number in range(ROUNDS * SWEEPS):
        if solving_seconds() >= deadline:
            break
        stakes = _stakes(lines, price, curve, credit, bend, 0.0)
        respond(lines.tables, stakes, standing, lines.fixed, every)
        price = np.maximum(price + FOLLOW * curve * (standing.used - charges.bound), 0.0)
        moved = np.maximum(credit + FOLLOW * bend * (events.least - standing.came), 0.0)
        credit = np.where(standing.lines > 0, moved, credit)
        if number % SWEEPS == SWEEPS - 1:
            curve, bend = curve * GROWTH, bend * GROWTH
    for harder, share in LAST:
        for _ in range(SWEEPS):
            if solving_seconds() >= deadline:
                break
            stakes = _stakes(
                lines, price * share, curve * harder, credit * share, bend * harder, MARGIN
            )
            respond(lines.tables, stakes, standing, lines.fixed, every)
    return np.asarray(standing.plan * lines.tables.step[:, None])


def _standing(lines: Lines, choice: Choice, start: Floats) -> Standing:
    e, number = lines.events.entered, lines.events.least.size
    placed = start.reshape(-1)[e.cell] > 0
    return Standing(
        plan=np.round(start / lines.tables.step[:, None]).astype(np.int64),
        used=lines.added(lines.charges.entered, start, lines.charges.bound.size),
        came=lines.added(e, start, number),
        lines=np.bincount(e.which[placed], minlength=number).astype(np.int64),
        open=np.ascontiguousarray(choice.open),
    )


def _stakes(
    lines: Lines, price: Floats, curve: Floats, credit: Floats, bend: Floats, margin: float
) -> Stakes:
    """What is charged; bounds drawn in by `margin`."""
    events, charges = lines.events, lines.charges
    return Stakes(
        limit_start=charges.entered.start,
        limit=charges.entered.which,
        limit_weight=charges.entered.weight,
        bound=charges.bound - margin * np.abs(charges.bound),
        price=price,
        curve=np.maximum(curve, LEAST_CURVE),
        event_start=events.entered.start,
        event=events.entered.which,
        event_weight=events.entered.weight,
        least=events.least * (1.0 + margin),
        cost=events.cost,
        credit=credit,
        bend=np.maximum(bend, LEAST_CURVE),
    )
