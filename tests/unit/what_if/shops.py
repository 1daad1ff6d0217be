"""Small shops whose plans are asked again, and what their plans leave behind."""

from pathlib import Path

import pandas as pd

from planning.pipeline import plan_dataset
from planning.plan import Plan
from planning.steps import Steps
from planning.what_if.ground import Ground, read_ground
from planning.what_if.leaving import write_ground
from tests.e2e.shop import Shop, small_shop

SKUS = 4


def shop(**suppliers: float) -> Shop:
    """A supplier an item, so that one item's terms can change alone."""
    made = small_shop(skus=SKUS)
    skus = sorted(made.tables["sales"]["sku"].unique())
    made.tables["items"] = pd.DataFrame(
        {
            "sku": skus,
            "supplier": [f"s{n}" for n in range(SKUS)],
            "unit_cost": [2.0, 5.0, 1.0, 8.0],
            "order_multiple": [1, 6, 1, 1],
            "minimum_order_quantity": [0, 12, 0, 0],
        }
    )
    made.tables["suppliers"] = pd.DataFrame(
        {
            "supplier": [f"s{n}" for n in range(SKUS)],
            "lead_time_days": [14.0, 21.0, 7.0, 28.0],
            "review_period_days": 7,
            **suppliers,
        }
    )
    made.tables["stock"] = pd.DataFrame({"sku": skus, "on_hand": 2.0})
    made.tables.pop("open_orders", None)
    return made


def one_supplier(skus: int = 8, **supplier: float) -> Shop:
    """Items of one supplier, so that they share what it costs and can deliver."""
    made = small_shop(skus=skus)
    names = sorted(made.tables["sales"]["sku"].unique())
    made.tables["items"] = pd.DataFrame(
        {
            "sku": names,
            "supplier": "s",
            "unit_cost": [2.0 + n % 3 for n in range(skus)],
            "order_multiple": [1 + 5 * (n % 2) for n in range(skus)],
            "volume_m3": 0.1,
        }
    )
    made.tables["suppliers"] = pd.DataFrame(
        {"supplier": ["s"], "lead_time_days": 14.0, "review_period_days": 7, **supplier}
    )
    made.tables["stock"] = pd.DataFrame({"sku": names, "on_hand": 2.0})
    made.tables.pop("open_orders", None)
    made.tables.pop("locations", None)
    return made


def planned(made: Shop, folder: Path) -> Plan:
    return plan_dataset(made.write(folder), None, None, {}, Steps())


def left(plan: Plan, folder: Path) -> Ground:
    folder.mkdir()
    write_ground(plan, folder)
    return read_ground(folder)


def keys(ground: Ground) -> list[tuple[str, str]]:
    return sorted(ground.place)
