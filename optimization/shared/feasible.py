"""Whether limits can hold together at all; where not, which cannot, and what would mend it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from domain.errors import InfeasibleError
from domain.terms import Flags, Floats, Integers
from optimization.shared.decomposition import FREE_PRICE, Decomposition
from optimization.shared.pricer import Pricer
from optimization.shared.rows import Row, bounds

LEAST = 1e-7
"""Share of a limit's size by which it must be broken to count as broken."""


def check_feasible(pricer: Pricer, rows: Sequence[Row], deadline: float) -> None:
    """Raise InfeasibleError where no plan keeps all rows: which conflict, and by how much."""
    limit = bounds(rows)
    least = pricer.least().use.sum(axis=0)
    scale = np.maximum(np.maximum(np.abs(limit), np.abs(least)), 1e-9)
    short = least > limit + LEAST * scale
    if not short.any():
        return  # a plan that orders as little as can be keeps them all
    idle = pricer.use([np.zeros(part.shape) for part in pricer.parts])
    broken = np.flatnonzero(take_only(rows) & (idle > limit + LEAST * scale))
    if broken.size:  # no order gives any of it back: none of these can hold, even by itself
        raise _infeasible(rows, broken, (idle - limit)[broken], alone=True)
    every = np.ones(limit.size)
    if _violation(pricer, limit, every, deadline)[0] <= LEAST:
        return
    conflict = smallest_conflict(pricer, limit, deadline)
    raise _infeasible(rows, conflict, _relaxations(pricer, limit, conflict, deadline), alone=False)


def take_only(rows: Sequence[Row]) -> Flags:
    """Which limits no order gives anything back of, R."""
    weights = [(row.orders.weight, row.lines.weight, row.stock.weight) for row in rows]
    lowest = [min(part.min(initial=0.0) for part in parts) for parts in weights]
    return np.array([least >= 0 for least in lowest], dtype=np.bool_)


def _violation(
    pricer: Pricer, limit: Floats, upper: Floats, deadline: float
) -> tuple[float, Floats]:
    """The least weighed violation and the prices that prove it (see `least_violation`)."""
    return Decomposition(pricer, limit, 0.0, deadline, money=0.0).least_violation(upper)


def smallest_conflict(pricer: Pricer, limit: Floats, deadline: float) -> Integers:
    """Limits that cannot hold together though any of them left out they can.

    A deletion filter (Chinneck & Dravnieks 1991, doi 10.1287/ijoc.3.2.157) over those that have
    a price in the proof of infeasibility.
    """
    _, price = _violation(pricer, limit, np.ones(limit.size), deadline)
    kept = price > 0
    for r in np.flatnonzero(kept):
        without = kept.copy()
        without[r] = False
        found, price = _violation(pricer, limit, without.astype(np.float64), deadline)
        if found > LEAST:
            kept = without & (price > 0)
    return np.flatnonzero(kept)


def _relaxations(pricer: Pricer, limit: Floats, conflict: Integers, deadline: float) -> Floats:
    """By how much each limit of a conflict must give way if it alone does, in its unit."""
    found = np.zeros(conflict.size)
    for place, r in enumerate(conflict):
        upper = np.zeros(limit.size)
        upper[conflict] = FREE_PRICE
        upper[r] = 1.0
        search = Decomposition(pricer, limit, 0.0, deadline, money=0.0)
        found[place] = search.least_violation(upper)[0] * search.row_scale[r]
    return found


def _infeasible(
    rows: Sequence[Row], conflict: Integers, by: Floats, alone: bool
) -> InfeasibleError:
    """The refusal, with the limits' names and the least change of each that would do."""
    names = [rows[r].name for r in conflict.tolist()]
    changes = [
        f"{rows[r].name} by {rounded_up(amount):,.6g} {rows[r].unit}".rstrip()
        for r, amount in zip(conflict.tolist(), by.tolist(), strict=True)
    ]
    if alone or len(names) == 1:
        what = f"{_listed(names, 'and')} cannot be kept, whatever is ordered"
        mend = f"Relax {_listed(changes, 'and')}."
    else:
        what = f"{_listed(names, 'and')} cannot hold together"
        mend = f"Relax {_listed(changes, 'or')}."
    return InfeasibleError(what, "limits", mend, names)


def rounded_up(amount: float) -> float:
    """The least number of six digits that is no less, floating point apart."""
    if amount <= 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(amount)) - 5)
    return float(math.ceil(amount / unit * (1 - 1e-12)) * unit)


def _listed(words: Sequence[str], last: str) -> str:
    """Words in a row as a person says them."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
