"""A body for every route that takes one, as the documentation shows it."""

from __future__ import annotations

from typing import Any

EXAMPLES: dict[str, Any] = {
    "post_rows": {
        "rows": [
            {"sku": "A-100", "location": "north", "date": "2024-06-03", "units_sold": 12},
            {"sku": "A-100", "location": "north", "date": "2024-06-10", "units_sold": 9},
        ]
    },
    "put_row": {"row": {"sku": "A-100", "supplier": "Acme", "unit_cost": 4.5}},
    "put_settings": {"review_period_days": 7, "cycle_service_level": 0.97},
    "request_plan": {"as_of": "2024-06-30", "settings": {"review_period_days": 14}},
    "decide_line": {"quantity": 24, "reason": "the supplier sells in cases of 24"},
    "decide_lines": {
        "items": [
            {"id": "5f2c-1", "action": "approve"},
            {"id": "5f2c-2", "action": "reject", "reason": "comes from the sister shop"},
        ]
    },
    "release_lines": {"ids": ["5f2c-1"]},
    "query_recommendations": {"skus": ["A-100", "A-200"], "states": ["released"]},
    "ask_what_if": {"sku": "A-100", "on_hand": 3, "lead_time_days": 45},
    "acknowledge_recommendations": {
        "items": [{"id": "5f2c-1", "action": "acknowledge", "erp_order_id": "PO-2024-17"}]
    },
}
