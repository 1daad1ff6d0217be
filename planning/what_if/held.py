"""The prices of shared limits as a plan left them, and what they say of one product alone.

At the prices of the limits every product is solved for itself (the separable solve of the plan's
decomposition), so that a product that is otherwise is answered without the others. To the first
order: exact while the prices stay what they are, which one product among many hardly moves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from domain.errors import ConflictError, NotFoundError
from domain.terms import Floats
from optimization.constraints import LIMITS, Limit
from optimization.problem import Problem
from optimization.shared.at_prices import AtPrices
from optimization.shared.decomposition import STEP
from optimization.shared.ground import Ground as Measured
from optimization.shared.minimums import WITHIN
from optimization.shared.rows import Row, forbidden
from planning.limited import LimitsKept
from planning.situation import Situation

NEARBY = 1e-3
"""Share of a price by which one that is as good may differ: the plan mixes plans of such prices."""
NEVER = 1e3
"""Times what a unit can cost, at which none is ordered."""


@dataclass(frozen=True)
class Held:
    """One limit in one period, and the price at which it is held."""

    limit: str
    period: str
    unit: str
    bound: float  # what there is, in `unit`
    used: float  # of it, by the plan
    marginal_value: float  # money per unit, of the last unit there is
    more: float  # money per unit: saved by each of STEP more
    less: float  # money per unit: lost with each of STEP less
    day: int | None  # the one day it is about, from as_of
    at_least: bool
    or_nothing: bool
    size: float | None
    asked: float | None = None  # another bound that was asked for, in `unit`

    @property
    def told(self) -> dict[str, Any]:
        """The price, and the bounds within which it was looked at."""
        low, high = self.bound * (1.0 - STEP), self.bound * (1.0 + STEP)
        return {
            "limit": self.limit,
            "period": self.period,
            "unit": self.unit,
            "bound": self.bound if self.asked is None else self.asked,
            "marginal_value": self.marginal_value,
            "holds_from": low,
            "holds_to": high,
            "beyond": self.asked is not None and not low <= self.asked <= high,
        }

    def at(self, bound: float) -> float:
        """The price with another bound, money per unit: on a line through what was looked at."""
        step = (bound - self.bound) / max(STEP * abs(self.bound), 1e-300)
        beside = min(self.more, self.marginal_value) if step > 0 else max(
            self.less, self.marginal_value
        )  # fmt: skip
        return max(self.marginal_value + 2.0 * abs(step) * (beside - self.marginal_value), 0.0)


def kept_limits(kept: LimitsKept) -> str:
    """Limits and prices of a plan as JSON."""
    prices = [
        {
            "limit": row.limit,
            "period": row.period,
            "unit": row.unit,
            "bound": row.taken - row.bound if row.at_least else row.taken + row.bound,
            "used": float(used),
            "marginal_value": float(value),
            "more": float(more),
            "less": float(less),
            "day": row.day,
            "at_least": row.at_least,
            "or_nothing": row.or_nothing,
            "size": row.size if np.isfinite(row.size) else None,
        }
        for row, used, value, more, less in zip(
            kept.rows, kept.used, kept.marginal_value, kept.more, kept.less, strict=True
        )
    ]
    return json.dumps({"limits": [_written(limit) for limit in kept.limits], "prices": prices})


def read_limits(text: str) -> tuple[tuple[Limit, ...], tuple[Held, ...]]:
    """What `kept_limits` wrote; the limits are those that have a say at these prices."""
    found = json.loads(text)
    held = tuple(Held(**one) for one in found["prices"])
    asked = {one.limit for one in held if one.marginal_value or one.or_nothing}
    limits = [_read(one) for one in found["limits"]]
    return tuple(limit for limit in limits if limit.name in asked), held


def _written(limit: Limit) -> dict[str, Any]:
    """A limit by the name of its kind and its fields."""
    told: dict[str, Any] = {"kind": next(n for n in LIMITS.names() if LIMITS.get(n) is type(limit))}
    for field in fields(limit):  # type: ignore[arg-type]
        value = getattr(limit, field.name)
        if isinstance(value, pd.DataFrame):
            value = {str(name): column.tolist() for name, column in _plain(value).items()}
        told[field.name] = value
    return told


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of text and numbers as JSON knows them."""
    return frame.astype(object).where(frame.notna(), None)


def _read(told: Mapping[str, Any]) -> Limit:
    """A limit out of its fields."""
    given = {
        name: pd.DataFrame(value) if isinstance(value, dict) else value
        for name, value in told.items()
        if name != "kind"
    }
    return LIMITS.get(told["kind"])(**given)


def with_bounds(held: Sequence[Held], bounds: Mapping[str, float]) -> tuple[Held, ...]:
    """The prices with other bounds of some limits, in the first of each one's periods.

    Raises NotFoundError for a limit that the plan does not have, ConflictError for one that it
    did not reach and would with less: what less is worth is not known.
    """
    found = list(held)
    for name, bound in bounds.items():
        place = next((n for n, one in enumerate(held) if one.limit == name), None)
        if place is None:
            names = ", ".join(dict.fromkeys(one.limit for one in held)) or "none"
            raise NotFoundError(
                f"the plan has no limit {name!r}", "limits", f"It has: {names}."
            )  # fmt: skip
        one = held[place]
        if one.at_least:
            raise ConflictError(
                f"{name} asks for something, and what more of it costs is not known",
                "limits",
                "Ask for a plan with the change in its settings or tables.",
            )
        if not one.marginal_value and bound < one.used:
            raise ConflictError(
                f"{name} was not reached, and what less of it costs is not known",
                "limits",
                "Ask for a plan with the change in its settings or tables.",
            )
        found[place] = replace(one, marginal_value=one.at(bound), asked=bound)
    return tuple(found)


@dataclass(frozen=True)
class Alone:
    """One product at the prices of the limits: what it orders, and which limits charge it today."""

    low: Floats  # U, units: at prices a little against the order
    high: Floats  # U, units: at prices a little for it
    orders: Floats  # U, units: at the very prices
    staying: Floats  # U, units: nothing ordered today
    charged: tuple[Held, ...]  # limits with a price that today's order counts towards


def at_held_prices(
    situation: Situation, measured: Measured, limits: Sequence[Limit], held: Sequence[Held]
) -> Alone:
    """What a product orders for itself at these prices."""
    problem = measured.problem
    rows, charges, charged = _charging(situation, measured, limits, held)
    alone = AtPrices(problem, rows)
    price = np.array(charges)
    orders = alone.orders(price)[0]
    near = np.stack([orders, *(alone.orders(price * f)[0] for f in (1 - NEARBY, 1 + NEARBY))])
    first = np.argsort(near[:, 0], kind="stable")
    return Alone(
        near[first[0]], near[first[-1]], orders, alone.orders(price, first=1)[0], tuple(charged)
    )


def _charging(
    situation: Situation, measured: Measured, limits: Sequence[Limit], held: Sequence[Held]
) -> tuple[list[Row], list[float], list[Held]]:
    """Rows of the one series with their prices, and what of it counts towards today's order."""
    rows, charges, charged = [], [], []
    for limit in limits:
        for row in limit.rows([measured]):
            named = row
            if row.day is not None:
                named = replace(row, period=str(situation.date(row.day)))
            one = _of(named, held)
            if one is None or not (
                row.orders.series.size or row.lines.series.size or row.stock.series.size
            ):
                continue
            asked, price = _settled(named, one, measured.problem)
            if price > 0:
                rows.append(asked)
                charges.append(price)
                today = (asked.orders, asked.lines, asked.stock)
                if any((part.decision == 0).any() for part in today):
                    charged.append(one)
    return rows, charges, charged


def _of(row: Row, held: Sequence[Held]) -> Held | None:
    """What was kept of a row: of its period, else of the nearest day."""
    theirs = [one for one in held if one.limit == row.limit]
    same = next((one for one in theirs if one.period == row.period), None)
    dated = [one for one in theirs if one.day is not None]
    if same is not None or row.day is None or not dated:
        return same
    day = row.day
    return min(dated, key=lambda one: (abs((one.day or 0) - day), one.day))


def _settled(row: Row, one: Held, problem: Problem) -> tuple[Row, float]:
    """The row as it was priced: what was ordered there not at all still is not."""
    if not one.or_nothing:
        return row, one.marginal_value
    if one.used <= WITHIN * one.bound:
        most = float((problem.shortage + problem.surplus + problem.holding)[0]) * NEVER
        none = forbidden(row)
        return none, most / max(float(none.orders.weight.min()), 1e-300)
    size = one.size or np.inf
    full = np.isfinite(size) and one.used >= np.ceil(one.used / size - WITHIN) * size * (1 - WITHIN)
    return (forbidden(row) if full else row), one.marginal_value
