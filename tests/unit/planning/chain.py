"""A warehouse and the stores it supplies, made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from planning.pipeline import plan_dataset
from planning.plan import Plan
from planning.steps import Steps
from tests.unit.planning.frames import dataset

DAYS = np.datetime64("2024-01-01") + np.arange(120)
AS_OF = DAYS[-1]
TWO_STORES = "north,central,2,0.5\nsouth,central,2,0.5\n"


def chain(
    folder: Path,
    on_hand: Mapping[str, float],
    places: str = TWO_STORES,
    rates: Mapping[str, float] | None = None,
    settings: str = "",
    items: str = "sku,unit_cost,supplier\na,10,maker\n",
    **tables: str,
) -> Plan:
    """A plan of item a; `rates`: units that a location sells a day."""
    draw = np.random.default_rng(5)
    rows = [
        f"a,{place},{day},{units}"
        for place, rate in (rates or {"north": 4.0, "south": 4.0}).items()
        for day, units in zip(DAYS, draw.poisson(rate, DAYS.size), strict=True)
    ]
    stock = [f"a,{place},{AS_OF},{units}" for place, units in on_hand.items()]
    tables.setdefault("suppliers", "supplier,lead_time_days\nmaker,14\n")
    dataset(
        folder,
        settings='unmet_demand = "backordered"\n' + settings,
        sales="sku,location,date,units_sold\n" + "\n".join(rows) + "\n",
        stock="sku,location,date,on_hand\n" + "\n".join(stock) + "\n",
        locations="location,supplied_by,transfer_days,transfer_cost\n" + places,
        items=items,
        **tables,
    )
    return plan_dataset(folder, None, None, {}, Steps())


def ordered(plan: Plan) -> dict[str, float]:
    """Units of today's lines by location."""
    found = plan.orders.groupby("location")["quantity"].sum()
    return {str(place): float(units) for place, units in found.items()}
