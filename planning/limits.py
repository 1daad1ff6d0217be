"""The limits of a plan, from its settings and tables (DESIGN §3): money, space, capacity, lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from domain.errors import PlanError
from domain.periods import as_days
from domain.settings import BudgetSetting
from domain.terms import Floats
from optimization.constraints import LIMITS, Limit
from planning.item_costs import numbers
from planning.limits_of_groups import containers, group_services
from planning.network import likeness_of
from planning.situation import Situation


def limits_of(situation: Situation) -> tuple[Limit, ...]:
    """Every limit that several series share, in a fixed order; none where nothing asks for one.

    Raises PlanError for a limit that the data cannot measure.
    """
    settings = situation.dataset.settings
    return (
        *_budgets(situation),
        *_storage(situation),
        *_capacities(situation),
        *_smallest_orders(situation),
        *containers(situation),
        *group_services(situation, numbered([s.name for s in settings.group_service])),
        *_order_lines(situation),
        *_linear_limits(situation),
    )


def _day(situation: Situation, day: date | pd.Timestamp) -> int:
    """Days from `as_of` to a date."""
    return int((as_days(np.datetime64(day, "D")) - situation.as_of).astype(np.int64))


def _last_order_day(situation: Situation) -> int:
    return int(situation.cycles.order_day.max(initial=0))


def _words(situation: Situation, first: int, last: int) -> str:
    """Days in words."""
    if first == last:
        return str(situation.date(first))
    return f"{situation.date(first)} to {situation.date(last)}"


def _budgets(situation: Situation) -> list[Limit]:
    settings = situation.dataset.settings.budget
    if settings and not situation.terms.costs_known:
        raise PlanError(
            "a budget is given, but no unit cost is known", "budget", "Give unit_cost in items."
        )
    kind = LIMITS.get("budget")
    return [
        kind(
            name=name,
            period=_words(situation, first, last),
            amount=setting.amount,
            first_day=first,
            last_day=last,
            committed=float(_ordered(situation, first, last, in_money=True).sum()),
        )
        for name, setting in zip(numbered([s.name for s in settings]), settings, strict=True)
        for first, last in _periods(situation, setting)
    ]


def numbered(names: Sequence[str]) -> list[str]:
    """The names in order, each of its own: "budget", "budget 2", and so on past those given."""
    found: list[str] = []
    for name in names:
        number, own = 1, name
        while own in found or (number > 1 and own in names):
            number += 1
            own = f"{name} {number}"
        found.append(own)
    return found


def _periods(situation: Situation, setting: BudgetSetting) -> list[tuple[int, int]]:
    """First and last days of a budget's periods in which the plan can order."""
    first = 0 if setting.starts_on is None else _day(situation, setting.starts_on)
    if setting.ends_on is not None:
        last = _day(situation, setting.ends_on)
        return [(first, last)] if last >= 0 else []
    length = setting.period_days or 1
    if first < 0:  # the period that today lies in
        first += -first // length * length
    found = []
    while first <= _last_order_day(situation):
        found.append((first, first + length - 1))
        first += length
    return found


def _ordered(situation: Situation, first: int, last: int, in_money: bool) -> Floats:
    """What open order lines ordered on these days committed, a number a line."""
    lines = situation.open_orders.frame
    if not len(lines) or "ordered_on" not in lines:
        return np.zeros(0)
    day = (lines["ordered_on"].to_numpy().astype("datetime64[D]") - situation.as_of).astype(float)
    day = np.where(lines["ordered_on"].isna(), np.nan, day)
    inside = (day >= first) & (day <= last)
    rows = lines["series"].to_numpy()
    cost = situation.terms.frame["unit_cost"].to_numpy()[rows]
    price = lines["unit_cost"].fillna(pd.Series(cost, index=lines.index)).to_numpy()
    each = price if in_money else np.ones(len(lines))
    inside &= (lines["kind"] != "transfer").to_numpy()
    return np.where(inside, lines["quantity"].to_numpy() * each, 0.0)


def _storage(situation: Situation) -> list[Limit]:
    table = situation.dataset.table("locations")
    if table is None:
        return []
    kind, frame = LIMITS.get("storage"), situation.terms.frame
    volume = numbers(frame, "volume_m3")
    percentile = situation.dataset.settings.storage_percentile
    found: list[Limit] = []
    for place in table[table["capacity_m3"].notna()].itertuples():
        here = frame["location"] == place.location
        if not here.any():
            continue
        if not (volume[here] > 0).any():
            raise PlanError(
                f"{place.location} has a capacity, but no item there has a volume",
                "volume_m3",
                "Give volume_m3 in items, or leave capacity_m3 blank.",
            )
        likeness = 0.0 if percentile is None else _likeness(situation, here, volume)
        found.append(kind(place.location, float(place.capacity_m3), percentile, likeness))
    return found


def _likeness(situation: Situation, here: pd.Series, volume: pd.Series) -> float:
    """Correlation of the past demand, in space, of the items at a location."""
    which = np.flatnonzero(here & (volume > 0))
    taken = situation.panel.demand[situation.rows[which]] * volume.to_numpy()[which, None]
    return likeness_of(taken, np.zeros(which.size, dtype=np.int64))


def _capacities(situation: Situation) -> list[Limit]:
    table = situation.dataset.table("suppliers")
    if table is None:
        return []
    kind = LIMITS.get("supplier_capacity")
    found: list[Limit] = []
    for row in table[table["capacity_units"].notna()].itertuples():
        review = row.review_period_days
        days = situation.dataset.settings.review_period_days if pd.isna(review) else int(review)
        place = None if pd.isna(row.location) else str(row.location)
        for first in range(0, _last_order_day(situation) + 1, days):
            last = first + days - 1
            units = _ordered(situation, first, last, in_money=False)
            found.append(
                kind(
                    supplier=str(row.supplier),
                    location=place,
                    period=_words(situation, first, last),
                    units=float(row.capacity_units),
                    first_day=first,
                    last_day=last,
                    committed=float(units[_lines_of(situation, row.supplier, place)].sum()),
                )
            )
    return found


def _lines_of(situation: Situation, supplier: str, place: str | None) -> np.ndarray:
    """Which open order lines are a supplier's, at a location or anywhere."""
    lines = situation.open_orders.frame
    if not len(lines):
        return np.zeros(0, dtype=np.bool_)
    rows = lines["series"].to_numpy()
    usual = situation.terms.frame["supplier"].to_numpy()[rows]
    theirs = np.where(lines["supplier"].notna(), lines["supplier"].astype(object), usual)
    here = theirs == supplier
    if place is not None:
        here &= situation.terms.frame["location"].to_numpy()[rows] == place
    return np.asarray(here, dtype=np.bool_)


def _smallest_orders(situation: Situation) -> list[Limit]:
    frame = situation.terms.frame
    value = numbers(frame, "minimum_order_value").fillna(0.0)
    asked = frame[value > 0].assign(value=value[value > 0])
    if len(asked) and not situation.terms.costs_known:
        raise PlanError(
            "a supplier's smallest order is in money, but no unit cost is known",
            "minimum_order_value",
            "Give unit_cost in items, or leave minimum_order_value blank.",
        )
    least = asked.groupby(["supplier", "location"], sort=True)["value"].max()
    kind = LIMITS.get("supplier_minimum")
    return [
        kind(supplier=str(supplier), location=str(place), value=float(money))
        for (supplier, place), money in least.items()
    ]


def _order_lines(situation: Situation) -> list[Limit]:
    most = situation.dataset.settings.order_lines_per_day
    return [] if most is None else [LIMITS.get("order_lines")(most=float(most))]


def _linear_limits(situation: Situation) -> list[Limit]:
    table = situation.dataset.table("linear_limits")
    weights = situation.dataset.table("linear_limit_weights")
    known = set() if table is None else set(table["limit"])
    unknown = [] if weights is None else sorted(set(weights["limit"]) - known)
    if unknown:
        raise PlanError(
            f"weights are given for {unknown[0]!r}, which is no limit of linear_limits",
            "linear_limit_weights",
            "Give it a row in linear_limits, or leave its weights out.",
        )
    if table is None or table.empty:
        return []
    kind = LIMITS.get("linear_limit")
    found: list[Limit] = []
    for row in table.itertuples():
        theirs = weights[weights["limit"] == row.limit] if weights is not None else pd.DataFrame()
        if theirs.empty:
            raise PlanError(
                f"the limit {row.limit!r} weighs no sku",
                "linear_limit_weights",
                "Give it a row for each sku that counts.",
            )
        first = 0 if pd.isna(row.starts_on) else _day(situation, row.starts_on)
        last = _last_order_day(situation)
        last = last if pd.isna(row.ends_on) else _day(situation, row.ends_on)
        if not pd.isna(row.ends_on) and not pd.isna(row.starts_on) and row.ends_on < row.starts_on:
            raise PlanError(
                f"the limit {row.limit!r} ends before it starts",
                "linear_limits",
                "Give an ends_on that is not before its starts_on.",
            )
        found.append(
            kind(
                name=str(row.limit),
                period=_words(situation, first, last),
                bound=float(row.bound),
                first_day=first,
                last_day=last,
                weights=theirs[["sku", "location", "weight"]],
                at_least=row.sense == "at_least",
            )
        )
    return found
