"""Assumed: the suppliers, their terms, and which of them delivers what.

All are invented; none is a real company. Lead times run from three days (wholesalers at home)
to nine weeks (by sea); those by sea ask for larger lines and are reviewed every four weeks.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from planning.sample.categories import OTHER
from planning.sample.chance import one_of


@dataclass(frozen=True)
class Supplier:
    """One supplier's terms; costs and values in GBP, lead time and review period in days.

    `minimum_line_value` is what its minimum order quantities are made from; `region` is "home",
    "europe" or "sea".
    """

    supplier: str
    region: str
    lead_time_days: int
    lead_time_std_days: int
    review_period_days: int
    order_weekdays: str
    order_cost: float
    line_cost: float
    minimum_line_value: float


SUPPLIERS = (
    Supplier("Fancy Goods UK", "home", 3, 0, 7, "12345", 6.0, 0.4, 0.0),
    Supplier("Paper UK", "home", 4, 0, 7, "12345", 6.0, 0.4, 0.0),
    Supplier("Candles UK", "home", 5, 1, 7, "24", 8.0, 0.5, 0.0),
    Supplier("Kitchen UK", "home", 7, 1, 7, "1234567", 8.0, 0.5, 0.0),
    Supplier("Garden UK", "home", 10, 2, 14, "4", 10.0, 0.5, 0.0),
    Supplier("Textiles Belgium", "europe", 14, 2, 14, "1234", 20.0, 0.75, 10.0),
    Supplier("Ceramics Portugal", "europe", 18, 3, 14, "4", 25.0, 0.75, 12.0),
    Supplier("Glass Bohemia", "europe", 21, 4, 14, "135", 25.0, 0.75, 12.0),
    Supplier("Lights China", "sea", 35, 4, 14, "12345", 50.0, 1.5, 20.0),
    Supplier("Handicrafts India", "sea", 42, 5, 28, "1234567", 60.0, 1.5, 25.0),
    Supplier("Giftware China", "sea", 45, 6, 28, "12345", 60.0, 1.5, 25.0),
    Supplier("Housewares China", "sea", 49, 7, 28, "4", 60.0, 1.5, 25.0),
    Supplier("Baskets Vietnam", "sea", 63, 0, 28, "1", 75.0, 2.0, 30.0),
)
BY_NAME = {supplier.supplier: supplier for supplier in SUPPLIERS}

DELIVERED_BY: dict[str, tuple[tuple[str, float], ...]] = {
    "christmas": (("Giftware China", 5), ("Glass Bohemia", 2), ("Fancy Goods UK", 3)),
    "easter": (("Giftware China", 5), ("Fancy Goods UK", 5)),
    "bags": (("Handicrafts India", 5), ("Baskets Vietnam", 2), ("Textiles Belgium", 3)),
    "jewellery": (("Handicrafts India", 6), ("Fancy Goods UK", 4)),
    "lights": (("Lights China", 5), ("Candles UK", 4), ("Glass Bohemia", 1)),
    "textiles": (("Textiles Belgium", 5), ("Handicrafts India", 5)),
    "party": (("Giftware China", 4), ("Paper UK", 6)),
    "stationery": (("Paper UK", 8), ("Giftware China", 2)),
    "toys": (("Giftware China", 5), ("Lights China", 2), ("Fancy Goods UK", 3)),
    "kitchen": (("Housewares China", 4), ("Kitchen UK", 3), ("Ceramics Portugal", 3)),
    "garden": (("Garden UK", 6), ("Baskets Vietnam", 4)),
    "storage": (("Housewares China", 5), ("Baskets Vietnam", 3), ("Garden UK", 2)),
    "decoration": (("Housewares China", 4), ("Ceramics Portugal", 3), ("Fancy Goods UK", 3)),
    OTHER: (("Fancy Goods UK", 6), ("Giftware China", 4)),
}
"""Who delivers a category, by weight."""


def supplier_of(sku: str, category: str) -> Supplier:
    """The supplier of an item, drawn among those of its category."""
    return BY_NAME[one_of(sku, "supplier", DELIVERED_BY[category])]


def supplier_table() -> pd.DataFrame:
    """The `suppliers` table."""
    inner = ["region", "minimum_line_value"]
    return pd.DataFrame([vars(supplier) for supplier in SUPPLIERS]).drop(columns=inner)
