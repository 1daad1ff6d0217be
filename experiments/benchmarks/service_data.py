"""What the service's benchmark is fed with: sales of products of many speeds, and their costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.benchmarks.service_processes import sku_of

WEEKS = 60
UNIT_COST, STOCK = 4.25, 3
SEED = 7


def sales_of(skus: int, weeks: int) -> pd.DataFrame:
    """Weekly sales of products of many speeds, in the order a till writes them: week by week."""
    chance = np.random.default_rng(SEED)
    speed = chance.lognormal(1.0, 1.2, skus)
    days = np.datetime64("2022-01-03") + 7 * np.arange(weeks)
    return pd.DataFrame(
        {
            "sku": np.tile([sku_of(number) for number in range(skus)], weeks),
            "location": "main",
            "date": pd.to_datetime(np.repeat(days, skus)),
            "units_sold": chance.poisson(np.tile(speed, weeks)).astype(float),
        }
    )


def dataset_of(folder: Path, skus: int) -> Path:
    """Sales, costs and stock of products that all need a plan."""
    folder.mkdir()
    names = [sku_of(number) for number in range(skus)]
    sales_of(skus, WEEKS).to_parquet(folder / "sales.parquet", index=False)
    pd.DataFrame({"sku": names, "unit_cost": UNIT_COST}).to_csv(folder / "items.csv", index=False)
    pd.DataFrame({"sku": names, "on_hand": STOCK}).to_csv(folder / "stock.csv", index=False)
    return folder


def bring_in(workspace: Path, dataset: Path) -> None:
    """Put a dataset into the store of a workspace, by the command a user has."""
    restock = str(Path(sys.executable).parent / "restock")
    command = [restock, "import", str(dataset), "--workspace", str(workspace), "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
