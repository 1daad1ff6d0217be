"""Assumed: what a planner's items table says and the sales do not.

Each column has one rule, written in its function; what is drawn is drawn by the sku alone.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from planning.sample.categories import category_of
from planning.sample.chance import between, chance
from planning.sample.daily import PACKS
from planning.sample.suppliers import BY_NAME, supplier_of

PACK_PRICE_LIMIT = {24: 1.0, 12: 3.0, 6: 10.0}
PACK_SHARE = 0.25
BULKY = {
    "bags": 1.5,
    "christmas": 1.0,
    "decoration": 1.5,
    "easter": 0.8,
    "garden": 4.0,
    "giftware": 1.0,
    "jewellery": 0.1,
    "kitchen": 1.5,
    "lights": 1.2,
    "party": 0.6,
    "stationery": 0.3,
    "storage": 5.0,
    "textiles": 3.0,
    "toys": 1.0,
}
"""Litres of an item that sells for GBP 2, by category."""

BEST_SELLERS = 30
NEXT_BEST_SELLERS = 20
DISCONTINUED_AFTER_DAYS = 200
FIRST_MONTH_DAYS = 30


def unit_cost(sku: str, unit_price: float) -> float:
    """Purchase cost in GBP: 40 to 60 % of the median price, drawn; at least a penny."""
    return max(0.01, round(unit_price * between(sku, "cost", 0.40, 0.60), 2))


def order_multiple(fact: Any) -> int:
    """Units in a pack: the largest of 24, 12 and 6 in which customers themselves buy it, else 1.

    At least a quarter of its sale lines are multiples of the pack, its price is not above the
    pack's limit, and four packs were sold in the year.
    """
    for pack in PACKS:
        bought_so = fact[pack] >= PACK_SHARE
        cheap = fact["unit_price"] <= PACK_PRICE_LIMIT[pack]
        if bought_so and cheap and fact["units"] >= 4 * pack:
            return pack
    return 1


def minimum_order_quantity(fact: Any, cost: float, multiple: int, line_value: float) -> int:
    """Units: whole packs worth the supplier's smallest line, but at most a quarter's mean sales.

    0, no minimum, for suppliers that ask for none.
    """
    if line_value == 0:
        return 0
    wanted = min(line_value / cost, float(fact["units"]) / 4)
    return max(multiple, math.ceil(wanted / multiple) * multiple)


def volume_m3(sku: str, category: str, unit_price: float) -> float:
    """Cubic metres of a unit: its category's litres, more where it is dear, times 0.5 to 1.5."""
    litres = BULKY[category] * math.sqrt(unit_price / 2) * between(sku, "volume", 0.5, 1.5)
    return max(0.00001, round(litres / 1000, 5))


def purchase_unit(sku: str, multiple: int) -> str:
    """How a pack is called at the supplier; six in ten of the packed items have a name for it."""
    if multiple == 1 or chance(sku, "purchase unit") >= 0.6:
        return ""
    return {6: "pack", 12: "dozen", 24: "carton"}[multiple]


def launched_on(fact: Any, opened: pd.Timestamp) -> pd.Timestamp:
    """Day of its first sale or return where that lies after the first month, else missing.

    `opened` is the first day of the data; what is not seen in its first 31 days is taken as new.
    """
    late = (fact["first_seen"] - opened).days > FIRST_MONTH_DAYS
    return fact["first_seen"] if late else pd.NaT


def discontinued_on(sku: str, fact: Any, as_of: pd.Timestamp) -> pd.Timestamp:
    """Day of its last sale or return for half of those that have had none for 200 days.

    The other half stays in the range: dead stock that nobody has spoken of yet.
    """
    silent = (as_of - fact["last_seen"]).days > DISCONTINUED_AFTER_DAYS
    return fact["last_seen"] if silent and chance(sku, "discontinued") < 0.5 else pd.NaT


def service_levels(revenue: pd.Series) -> pd.DataFrame:
    """Targets of their own for a few: the 30 items with most revenue are to be there in 98 % of
    cycles, the next 20 are to serve 98 % of units; all others take the settings' level."""
    rank = revenue.rank(ascending=False, method="first")
    best = rank <= BEST_SELLERS
    next_best = (rank > BEST_SELLERS) & (rank <= BEST_SELLERS + NEXT_BEST_SELLERS)
    levels = {"cycle_service_level": best, "fill_rate": next_best}
    return pd.DataFrame({name: flag.map({True: 0.98}) for name, flag in levels.items()})


def _item(sku: str, fact: Any, opened: pd.Timestamp, as_of: pd.Timestamp) -> dict[str, Any]:
    """One row of the `items` table, without its targets."""
    category = category_of(fact["description"])
    supplier = supplier_of(sku, category)
    cost = unit_cost(sku, fact["unit_price"])
    multiple = order_multiple(fact)
    name = purchase_unit(sku, multiple)
    return {
        "sku": sku,
        "description": fact["description"],
        "category": category,
        "supplier": supplier.supplier,
        "purchase_unit": name,
        "units_per_purchase_unit": multiple if name else 1,
        "unit_cost": cost,
        "unit_price": fact["unit_price"],
        "volume_m3": volume_m3(sku, category, fact["unit_price"]),
        "minimum_order_quantity": minimum_order_quantity(
            fact, cost, multiple, supplier.minimum_line_value
        ),
        "order_multiple": multiple,
        "launched_on": launched_on(fact, opened),
        "discontinued_on": discontinued_on(sku, fact, as_of),
    }


def item_table(facts: pd.DataFrame, opened: pd.Timestamp, as_of: pd.Timestamp) -> pd.DataFrame:
    """The `items` table, by sku; `opened` is the first day of the data, `as_of` the last."""
    rows = [_item(str(sku), fact, opened, as_of) for sku, fact in facts.iterrows()]
    items = pd.DataFrame(rows)
    for column in ("launched_on", "discontinued_on"):
        items[column] = pd.to_datetime(items[column])
    levels = service_levels(facts["revenue"]).reset_index(drop=True)
    return pd.concat([items, levels], axis=1)


def terms(items: pd.DataFrame) -> pd.DataFrame:
    """By sku, its supplier's lead time and review period (days), multiple and minimum (units)."""
    known = items.set_index("sku")[["supplier", "order_multiple", "minimum_order_quantity"]]
    supplier = known["supplier"].map(BY_NAME)
    return known.assign(
        lead_time_days=supplier.map(lambda s: s.lead_time_days),
        review_period_days=supplier.map(lambda s: s.review_period_days),
    )
