"""The output table of levels that an ERP system keeps."""

from __future__ import annotations

from domain.columns import Table, number, text

LEVELS = Table(
    "levels",
    "Reorder point, order-up-to level and safety stock of a policy (`restock levels`), to be"
    " written back to an ERP.",
    ("sku", "location"),
    (
        text("sku", "the product"),
        text("location", "the place"),
        text("supplier", "whom it is bought from"),
        text("policy", "what the levels are of, with its settings"),
        number("reorder_point", "at or below this inventory position an order is due", "units"),
        number("order_up_to_level", "position after an order, at the most with a lot", "units"),
        number(
            "safety_stock", "reorder point above the mean of the protection period", "units",
            minimum=None,
        ),
        number(
            "order_quantity", "lot, or order-up-to level above the reorder point", "units"
        ),
        number("lead_time_demand", "mean demand of the protection period", "units"),
        number("protection_days", "days an order answers for [L + R]", "days"),
    ),
)  # fmt: skip
