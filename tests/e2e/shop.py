"""A small shop, made from a seed, and the command run on it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from api.cli.main import main

FIRST_DAY = np.datetime64("2024-01-01")
DAYS = 154  # 22 whole weeks: the last day is Sunday 2024-06-02
UGLY_SKUS = ("NA", "007", "1e5", "a,b", '"q"', "茶", "null", "=1+1", "x" * 60)


@dataclass
class Shop:
    """Tables of a dataset, by name, that a test may change before they are written."""

    tables: dict[str, pd.DataFrame]
    settings: str = ""
    files: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in self.tables.items():
            frame.to_csv(folder / f"{name}.csv", index=False)
        if self.settings:
            (folder / "settings.toml").write_text(self.settings, encoding="utf-8")
        for name, text in self.files.items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder


def small_shop(seed: int = 1, skus: int = 24, ugly: bool = False) -> Shop:
    """Daily sales of some products, with suppliers, stock and packs."""
    draw = np.random.default_rng(seed)
    names = [f"sku-{number:03}" for number in range(skus)]
    if ugly:
        names[: len(UGLY_SKUS)] = list(UGLY_SKUS)
    rate = np.exp(draw.normal(0.8, 1.0, skus))
    days = FIRST_DAY + np.arange(DAYS)
    units = draw.poisson(rate[:, None] * (1 + 0.3 * np.sin(np.arange(DAYS) * 2 * np.pi / 7)))
    sales = pd.DataFrame(
        {
            "sku": np.repeat(names, DAYS),
            "date": np.tile(days.astype(str), skus),
            "units_sold": units.ravel(),
        }
    )
    sales = sales[sales["units_sold"] > 0]
    items = pd.DataFrame(
        {
            "sku": names,
            "category": draw.choice(["tea", "cups"], skus),
            "supplier": draw.choice(["near", "far"], skus),
            "unit_cost": np.round(np.exp(draw.normal(1, 0.6, skus)), 2),
            "order_multiple": draw.choice([1, 6, 10], skus),
            "minimum_order_quantity": draw.choice([0, 0, 20], skus),
        }
    )
    suppliers = pd.DataFrame(
        {"supplier": ["near", "far"], "lead_time_days": [3, 16], "review_period_days": [7, 14]}
    )
    stock = pd.DataFrame({"sku": names, "date": str(days[-1]), "on_hand": draw.poisson(rate * 12)})
    tables = {"sales": sales, "items": items, "suppliers": suppliers, "stock": stock}
    return Shop(tables, 'bucket = "day"\n')


def restock(*arguments: object) -> int:
    """Run the command in this process; gives its exit code."""
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as stop:
        return int(stop.code or 0)
    raise AssertionError("the command did not end")


def plan(dataset: Path, out: Path, *options: object) -> pd.DataFrame:
    """Plan a dataset and read its order lines back as text and numbers."""
    assert restock("plan", dataset, "--out", out, *options) == 0
    return read_orders(out)


def read_orders(out: Path) -> pd.DataFrame:
    """The order lines of a plan; text stays text."""
    text = {"sku": str, "location": str, "plan_id": str}
    return pd.read_csv(out / "orders.csv", dtype=text, keep_default_na=False, na_values={})


def summary(out: Path) -> dict[str, object]:
    """The summary of a plan."""
    return dict(json.loads((out / "summary.json").read_text(encoding="utf-8")))
