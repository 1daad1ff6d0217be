"""What each series is planned with: item, supplier and settings, the most particular first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from domain.periods import Day
from domain.settings import Settings
from domain.tables_items import ITEMS
from domain.tables_supply import SUPPLIERS
from planning.dataset import Dataset
from planning.item_costs import Filled, choose_targets, fill, fill_costs, numbers
from planning.landed_cost import landed, offers_of
from planning.lead_times import learn_lead_times, usual_lateness
from planning.price_breaks import price_breaks
from planning.supplying_locations import put_transfer_terms


@dataclass(frozen=True)
class Terms:
    """A row per series, in the order of the plan, and every value that was filled in.

    Columns of `frame` are those of the tables, resolved, and: `cost_known`, `target_kind`
    (which of shortage_cost, fill_rate, cycle_service_level, margin, settings decides),
    `target_level` (share, where a level decides), `currency`, and for what is paid in another
    currency `price` (money per unit in it) and `paid_in` (its name, else blank); where a supplier
    has price breaks, `breaks` (a tuple of `PriceBreak` each); where another location supplies any
    (`supplying_locations`), `from_location` and `transfer_cost`; where the past was calibrated
    on, `shortage_factor` (what the shortage cost is multiplied by).
    """

    frame: pd.DataFrame
    filled: tuple[Filled, ...]
    costs_known: bool
    lateness: Mapping[str, int] = field(default_factory=dict)
    """Days by which each supplier is usually late, learned from `receipts`; 0 where silent."""


def _overlay(
    series: pd.DataFrame,
    table: pd.DataFrame | None,
    on: str,
    names: list[str],
) -> pd.DataFrame:
    """A table's columns for each series: a row that names the location over one that does not."""
    if table is None or table.empty:
        return pd.DataFrame(
            {name: pd.Series(np.nan, index=series.index, dtype=object) for name in names}
        )
    general = table[table["location"].isna()].drop_duplicates(on).set_index(on)[names]
    placed = table[table["location"].notna()].set_index([on, "location"])[names]
    wide = general.reindex(pd.Index(series[on])).set_axis(series.index)
    if placed.empty:
        return wide
    exact = placed.reindex(pd.MultiIndex.from_frame(series[[on, "location"]])).set_axis(
        series.index
    )
    return exact.combine_first(wide)[names]


ITEM_COLUMNS = [name for name in ITEMS.names if name not in ("sku", "location")]
OFFER_COLUMNS = [
    "supplier",
    "unit_cost",
    "currency",
    "minimum_order_quantity",
    "order_multiple",
    "lead_time_days",
    "lead_time_std_days",
    "price",
    "paid_in",
    "duty_rate",
    "freight",
]
SUPPLIER_COLUMNS = [name for name in SUPPLIERS.names if name not in ("supplier", "location")]


def resolve_terms(
    dataset: Dataset, series: pd.DataFrame, as_of: Day, suppliers: pd.Series | None = None
) -> Terms:
    """The terms of every series (DESIGN §3): what is typed, else what the settings say.

    `suppliers`: whom each series is bought from, where it has an offer of them; else the first by
    priority.
    """
    frame = pd.concat(
        [series, _overlay(series, dataset.table("items"), "sku", ITEM_COLUMNS)], axis=1
    )
    every = offers_of(dataset, series, as_of)
    first = _chosen(every, suppliers)
    _put_offers(frame, first, dataset)
    moved = put_transfer_terms(frame, dataset)
    spread_given = frame["lead_time_std_days"].notna().to_numpy()
    for column in (*ITEMS.columns, *SUPPLIERS.columns):
        if column.default is not None and column.name in frame and column.name != "location":
            frame[column.name] = frame[column.name].where(
                frame[column.name].notna(), column.default
            )
    settings = dataset.settings
    filled = [
        *_fill_times(frame, settings),
        *fill_costs(frame, dataset, settings),
    ]
    receipts = dataset.table("receipts")
    lateness = usual_lateness(frame, receipts)
    filled += learn_lead_times(frame, receipts, spread_given)
    costs_known = bool(frame["cost_known"].any())
    frame["currency"] = settings.currency if costs_known else "units"
    _keep_prices_abroad(frame, settings)
    filled += choose_targets(frame, settings)
    typed = _typed(frame)
    least = numbers(first, "from_quantity").reindex(np.arange(len(series))).fillna(0.0).to_numpy()
    if moved.any():
        least, every = (
            np.where(moved, 0.0, least),
            every[~moved[every["series"].to_numpy(dtype=int)]],
        )
    typed["minimum_order_quantity"] = np.maximum(typed["minimum_order_quantity"], least)
    breaks = price_breaks(every, typed)
    if any(breaks):
        typed["breaks"] = pd.Series(breaks, index=typed.index, dtype=object)
    return Terms(typed, tuple(filled), costs_known, lateness)


def _put_offers(frame: pd.DataFrame, first: pd.DataFrame, dataset: Dataset) -> None:
    """What each series is offered laid over its item, and its supplier's terms beneath.

    An offer is one supplier's: its blanks are never filled from another's.
    """
    offers = first.reindex(columns=OFFER_COLUMNS).reindex(np.arange(len(frame)))
    offers.index = frame.index
    known = offers["freight"].notna()  # an offer without a price: duty and freight on the item's
    of_item = landed(numbers(frame, "unit_cost"), offers, offers["freight"]).where(known)
    frame["unit_cost"] = of_item.where(of_item.notna(), frame["unit_cost"])
    for name in ("supplier", "unit_cost", "minimum_order_quantity", "order_multiple"):
        frame[name] = offers[name].where(offers[name].notna(), frame[name])
    frame["price"], frame["paid_in"] = offers["price"], offers["paid_in"]
    terms = _overlay(
        frame[["supplier", "location"]], dataset.table("suppliers"), "supplier", SUPPLIER_COLUMNS
    )
    for name in SUPPLIER_COLUMNS:
        given = offers[name] if name in OFFER_COLUMNS else pd.Series(np.nan, index=frame.index)
        frame[name] = given.where(given.notna(), terms[name])


def _keep_prices_abroad(frame: pd.DataFrame, settings: Settings) -> None:
    """Price and currency of what is paid in another currency than the plan's; else blank."""
    abroad = frame["paid_in"].notna() & (frame["paid_in"] != settings.currency)
    abroad &= frame["price"].notna()
    frame["price"] = numbers(frame, "price").where(abroad)
    frame["paid_in"] = frame["paid_in"].astype("str").where(abroad, "")


def _chosen(every: pd.DataFrame, suppliers: pd.Series | None) -> pd.DataFrame:
    """One offer of each series that has any, by its row: of its supplier, the lowest quantity."""
    if suppliers is not None:
        theirs = every["supplier"] == suppliers.to_numpy()[every["series"].to_numpy(dtype=int)]
        every = every.assign(other=~theirs).sort_values(["series", "other"], kind="stable")
    return every.drop_duplicates("series").set_index("series")


def _fill_times(frame: pd.DataFrame, settings: Settings) -> list[Filled]:
    """Lead time, review period and pack size where none is given."""
    return [
        *fill(
            frame,
            "lead_time_days",
            settings.lead_time_days,
            "no supplier gives one, so the setting holds.",
        ),
        *fill(
            frame,
            "review_period_days",
            settings.review_period_days,
            "no supplier gives one, so the setting holds.",
        ),
        *fill(
            frame,
            "order_multiple",
            settings.order_multiple,
            "no pack size is given, so the setting holds.",
        ),
    ]


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Plain dtypes: numbers float64, whole days int64, weekdays as a bit mask (bit 0 = Monday)."""
    for name in (
        "unit_cost",
        "unit_price",
        "minimum_order_quantity",
        "order_multiple",
        "order_cost",
        "line_cost",
        "salvage_value",
        "units_per_purchase_unit",
        "lead_time_std_days",
        "minimum_stock",
    ):
        frame[name] = numbers(frame, name)
    # Goods that need part of a day are on the shelf the morning after.
    frame["lead_time_days"] = np.ceil(frame["lead_time_days"]).astype(np.int64)
    frame["review_period_days"] = frame["review_period_days"].astype(np.int64)
    masks = {
        text: sum(1 << (int(digit) - 1) for digit in set(str(text)))
        for text in frame["order_weekdays"].unique()
    }
    frame["order_weekdays"] = frame["order_weekdays"].map(masks).astype(np.int64)
    for name in ("launched_on", "discontinued_on"):
        frame[name] = pd.to_datetime(frame[name])
    for name in ("description", "category", "supplier", "purchase_unit"):
        frame[name] = frame[name].astype("str").where(frame[name].notna(), "")
    return frame
