"""A store and the place that supplies it, both with little room, made from a seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.unit.planning.frames import dataset

DAYS = np.datetime64("2024-01-01") + np.arange(70)
SKUS = 4


def two_places(
    folder: Path, seed: int, transfer_days: int, room: dict[str, float], settings: str = "",
    accepted: str = "",
) -> Path:  # fmt: skip
    """The dataset: `north` is supplied by `central`; `room`: cubic metres of each, if any."""
    draw = np.random.default_rng(seed)
    rows, stock, items = [], [], []
    for number in range(SKUS):
        rate = float(np.exp(draw.normal(1.0, 0.8)))
        for place, share in (("central", 0.3), ("north", 1.0)):
            units = draw.poisson(rate * share, DAYS.size)
            rows += [f"s{number},{place},{d},{n}" for d, n in zip(DAYS, units, strict=True)]
            stock.append(f"s{number},{place},{DAYS[-1]},{draw.poisson(rate * 15 * draw.random())}")
        volume, pack = draw.uniform(0.05, 0.4), draw.choice([1, 1, 6])
        items.append(f"s{number},{np.exp(draw.normal(1, 0.6)):.2f},maker,{volume:.3f},{pack}")
    places = [f"{p},{room.get(p, '')},{s}" for p, s in
              (("central", ",,"), ("north", f"central,{transfer_days},0.2"))]  # fmt: skip
    tables = {"open_orders": accepted} if accepted else {}
    dataset(
        folder,
        settings='bucket = "day"\n' + settings,
        sales="sku,location,date,units_sold\n" + "\n".join(rows) + "\n",
        stock="sku,location,date,on_hand\n" + "\n".join(stock) + "\n",
        items="sku,unit_cost,supplier,volume_m3,order_multiple\n" + "\n".join(items) + "\n",
        suppliers="supplier,lead_time_days,review_period_days\n"
        f"maker,{draw.integers(2, 15)},7\n",
        locations="location,capacity_m3,supplied_by,transfer_days,transfer_cost\n"
        + "\n".join(places) + "\n",
        **tables,
    )  # fmt: skip
    return folder
