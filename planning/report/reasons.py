"""Sentences a planner can check against recent sales."""

from __future__ import annotations

import math
from typing import Protocol

from domain.periods import DAYS_PER_YEAR
from optimization.given_orders import ON_TRIAL

ORDERING_COSTS = ("order cost", "line cost", "change cost")
"""What may bind a line that is not its own and no shared limit."""
LEAST_LOST = 0.5
"""Units from which on sales lost before an arrival explain why less is ordered."""


def amount(units: float) -> str:
    """Units as a person writes them: whole where they are whole, else three digits that count."""
    if not math.isfinite(units):
        return "?"
    if abs(units - round(units)) < 1e-9 or abs(units) >= 100:
        return f"{units:,.0f}"
    return f"{units:,.1f}" if abs(units) >= 10 else f"{units:.3g}"


def days(count: float) -> str:
    """A number of days in words."""
    whole = math.floor(count)
    return "1 day" if whole == 1 else f"{whole:,} days"


class Line(Protocol):
    """What a reason is told from: the columns of `orders`, and a few of the series."""

    sold_last_28_days: float
    forecast_next_28_days: float
    on_hand: float
    on_order: float
    cover_before: float
    protection_days: float
    lead_time_demand: float
    kept_to_be_safe: float
    lost_before_arrival: float
    planned: str
    binding: str
    wanted: float
    quantity: float
    minimum: float
    multiple: float


class FasterLine(Protocol):
    """What an order from a faster supplier is told from (see `planning.faster_orders`)."""

    supplier: str
    usual_supplier: str
    sooner_days: int
    premium: float
    saving: float


def faster_reason(line: FasterLine, currency: str) -> str:
    """Why a faster supplier is asked."""
    avoided = f"{currency} {amount(line.saving + line.premium)}".strip()
    return (
        f"{line.supplier} is {days(line.sooner_days)} sooner than {line.usual_supplier}: that saves"
        f" {avoided} of expected cost for {amount(line.premium)} more to buy."
    )


class MovedLine(Protocol):
    """What a move of excess is told from (see `planning.moved_excess`)."""

    from_location: str
    quantity: float
    transfer_cost: float
    beyond_days: int
    saving: float


def moved_reason(line: MovedLine, currency: str) -> str:
    """Why goods are moved sideways."""
    moving = amount(line.quantity * line.transfer_cost)
    saved = f"{currency} {amount(line.saving + line.quantity * line.transfer_cost)}".strip()
    return (
        f"{line.from_location} has {amount(line.quantity)} that it will not use in the next"
        f" {days(line.beyond_days)}: moving them costs {moving} and saves {saved} of buying and"
        " holding."
    )


def order_reason(line: Line) -> str:
    """Why a line is ordered: sales, outlook, what is there, what it answers for, what bound it."""
    if line.planned == "on_order":
        return "Bought on order only: this is what customers wait for, in whole packs."
    sold, ahead = amount(line.sold_last_28_days), amount(line.forecast_next_28_days)
    there = _there(line.on_hand, line.on_order, line.cover_before)
    need = f"{amount(line.lead_time_demand)} are expected to sell"
    if line.lost_before_arrival >= LEAST_LOST:
        need = (
            f"{amount(line.lead_time_demand)} are asked for,"
            f" {amount(line.lost_before_arrival)} of them missed before it can arrive,"
        )
    if line.kept_to_be_safe > 0:
        need += f" and {amount(line.kept_to_be_safe)} are kept to be safe"
    return (
        f"Sold {sold} in the last 28 days, {ahead} expected in the next 28; {there}."
        f" In the {days(line.protection_days)} until the next order can be here {need}"
        f"{_bound(line)}."
    )


def _there(on_hand: float, on_order: float, cover: float) -> str:
    """What is there, and how long it lasts."""
    if on_hand + on_order <= 0:
        return "nothing is on hand or on order"
    coming = f" and {amount(on_order)} on order" if on_order > 0 else ""
    return f"{amount(on_hand)} on hand{coming} {_lasts(cover)}"


def _lasts(cover: float) -> str:
    """How many days something lasts, in words."""
    if cover > DAYS_PER_YEAR:
        return "last more than a year"
    return "last less than a day" if cover < 1 else f"last about {days(cover)}"


def _bound(line: Line) -> str:
    """What made the quantity differ from the wanted one, if anything did."""
    wanted, quantity = amount(line.wanted), amount(line.quantity)
    if wanted == quantity:
        return ""  # the difference is too small to be shown
    if "minimum" in line.binding:
        packs = ""
        if line.multiple > 1 and line.quantity > line.minimum:
            packs = f", and packs of {amount(line.multiple)} make it {quantity}"
        return f"; {wanted} would do, the smallest order is {amount(line.minimum)}{packs}"
    if "multiple" in line.binding:
        return f"; {wanted} in packs of {amount(line.multiple)} makes {quantity}"
    if line.binding == "price break":
        return f"; {wanted} would do, the lower price of {quantity} is worth more than holding them"
    if line.binding in ORDERING_COSTS:
        return f"; {wanted} would do, the {line.binding} makes {quantity} cheaper"
    if line.binding == ON_TRIAL:
        return f"; the plan itself would want {wanted}, the policy on trial orders {quantity}"
    if line.binding:
        return f"; {wanted} would do, {line.binding} leaves {quantity}"
    return ""
