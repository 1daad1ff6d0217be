"""What holding and being short cost, and what stands in where it is not said (DESIGN §3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.periods import DAYS_PER_YEAR
from domain.settings import Settings
from domain.terms import Flags
from planning.dataset import Dataset

SMALLEST_HOLDING = 1e-9
"""Money per unit and day: what free stock is taken to cost, so that less is still better."""


@dataclass(frozen=True)
class Filled:
    """A value that was missing and what stood in for it, listed with the plan."""

    column: str
    value: str
    rows: Flags  # S, which series took it
    why: str

    @property
    def count(self) -> int:
        """How many series took it."""
        return int(self.rows.sum())

    def sentence(self) -> str:
        """The default in words."""
        return f"{self.column} is {self.value} for {self.count:,} sku-locations: {self.why}"


def numbers(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column as float64, missing as NaN."""
    return pd.to_numeric(frame[name]).astype(np.float64)


def fill(frame: pd.DataFrame, name: str, value: float, why: str) -> list[Filled]:
    """Put a setting where a number is missing; says how often it was needed."""
    given = numbers(frame, name)
    missing = given.isna()
    frame[name] = given.fillna(value)
    return [Filled(name, f"{value:g}", missing.to_numpy(), why)] if missing.any() else []


def fill_costs(frame: pd.DataFrame, dataset: Dataset, settings: Settings) -> list[Filled]:
    """Unit cost, price and holding cost where none is given."""
    cost = numbers(frame, "unit_cost")
    frame["cost_known"] = cost.notna()
    missing = cost.isna().to_numpy()
    filled: list[Filled] = []
    if missing.any() and not missing.all():
        by_category = cost.groupby(frame["category"]).transform("median")
        frame["unit_cost"] = cost.fillna(by_category).fillna(float(cost.median()))
        why = "no cost is given, so the median of the category, else of all, stands in."
        filled.append(Filled("unit_cost", "the median", missing, why))
    elif missing.all():
        frame["unit_cost"] = 1.0
        filled.append(
            Filled("unit_cost", "1", missing, "no unit cost is known at all, so money means units.")
        )
    price = numbers(frame, "unit_price")
    frame["unit_price"] = price.fillna(latest_price(frame, dataset.tables["sales"]))
    holding = numbers(frame, "holding_cost_per_day")
    rate = settings.holding_rate_per_year / DAYS_PER_YEAR
    default = (numbers(frame, "unit_cost") * rate).clip(lower=SMALLEST_HOLDING)
    missing = holding.isna().to_numpy()
    frame["holding_cost_per_day"] = holding.fillna(default).clip(lower=SMALLEST_HOLDING)
    if missing.any():
        value = f"{settings.holding_rate_per_year:g} of unit cost a year"
        filled.append(
            Filled("holding_cost_per_day", value, missing, "none is given, so the setting holds.")
        )
    return filled


def latest_price(frame: pd.DataFrame, sales: pd.DataFrame) -> pd.Series:
    """The price of each series' newest sale that has one; NaN where there is none."""
    priced = sales[["sku", "location", "date", "unit_price"]][sales["unit_price"].notna()]
    if priced.empty:
        return pd.Series(np.nan, index=frame.index)
    last = (
        priced.sort_values("date", kind="stable")
        .groupby(["sku", "location"], observed=True)["unit_price"]
        .last()
    )
    last.index = pd.MultiIndex.from_arrays(
        [last.index.get_level_values(i).astype("str") for i in (0, 1)]
    )
    return last.reindex(pd.MultiIndex.from_frame(frame[["sku", "location"]])).set_axis(frame.index)


def choose_targets(frame: pd.DataFrame, settings: Settings) -> list[Filled]:
    """Which value decides a series' shortage cost: the first that is there (DESIGN §3)."""
    cost, rate, level = (
        numbers(frame, name) for name in ("shortage_cost", "fill_rate", "cycle_service_level")
    )
    kind = pd.Series("settings", index=frame.index, dtype=object)
    if settings.shortage_from_margin and settings.unmet_demand == "lost":
        net = numbers(frame, "unit_price") / (1.0 + settings.price_tax_rate)
        margin = net * (1.0 - settings.selling_cost_rate) - numbers(frame, "unit_cost")
        usable = frame["cost_known"] & (margin > 0)
        kind[usable] = "margin"
        cost = cost.where(cost.notna() | ~usable, margin)
    kind[level.notna()] = "cycle_service_level"
    kind[rate.notna()] = "fill_rate"
    kind[numbers(frame, "shortage_cost").notna()] = "shortage_cost"
    frame["target_kind"] = kind
    frame["shortage_cost"] = cost.where(kind.isin(["shortage_cost", "margin"]))
    frame["fill_rate"] = rate
    frame["target_level"] = level.where(kind == "cycle_service_level").fillna(
        settings.cycle_service_level
    )
    settled = (kind == "settings").to_numpy()
    if not settled.any():
        return []
    value = f"{settings.cycle_service_level:g}"
    return [
        Filled("cycle_service_level", value, settled, "no target is given, so the setting holds.")
    ]
