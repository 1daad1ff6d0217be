"""A plan that looks like a real one: long descriptions, ugly skus, and every kind of exception."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from domain.outputs import EXCEPTIONS, INVENTORY, ORDERS
from planning.report.page_data import Certificate, KpiLine, PageData, SeriesChart, Step

AS_OF = np.datetime64("2011-12-08")
UGLY_SKUS = ("NA", "007", "1e5", "a,b", '"q"', "茶", "<script>alert(1)</script>", "X" * 60)
GOODS = (
    "White hanging heart T-light holder",
    "Regency cakestand 3 tier",
    "Jumbo bag red retrospot",
    "Party bunting",
    "Assorted colour bird ornament, boxed in tens for the Christmas table",
    "Lunch bag suki design & friends",
    "",
    "Rabbit night light",
)
SUPPLIERS = (
    "Aldous Trading & Sons (Import/Export) Ltd., Wolverhampton",
    *(f"{name} Trading" for name in ("Bright", "Cho", "Dunne", "Evers", "Fathi", "Grau")),
    *(f"{name} GmbH & Co. KG" for name in ("Hale", "Ito", "Jarvis", "Kuhn", "Lindqvist")),
)
KINDS = (
    ("stockout_now", "Out of stock; the next delivery can arrive on 15 Dec."),
    ("stockout_ahead", "Runs out on 12 Dec, three days before anything can arrive."),
    ("expedite", "Bring it forward by 9 days: 44 units would be short without it."),
    ("overdue", "Was due 16 days ago; ask the supplier when it comes."),
    ("postpone", "Not needed before March: postponing it saves holding 300 units."),
    ("cancel", "Stock lasts over two years without it."),
    ("excess", "More than the plan would order up to."),
    ("slow_moving", "Demand will not use it in time."),
    ("data", "The price jumped from 1.25 to 125.00 on one day; costs may be a hundred times off."),
    ("default", "No lead time was given; 7 days were taken."),
)


def description(i: int) -> str:
    return GOODS[i % len(GOODS)]


def sku(i: int) -> str:
    return UGLY_SKUS[i // 5] if i % 5 == 0 and i // 5 < len(UGLY_SKUS) else f"{20000 + i * 37}B"


def make_orders(lines: int, suppliers: int = 12) -> pd.DataFrame:
    random = np.random.default_rng(7)
    frame = pd.DataFrame(index=range(lines), columns=list(ORDERS.names))
    units = random.choice([6, 12, 24, 48, 144, 1200], lines).astype(float)
    frame["plan_id"], frame["kind"], frame["location"] = "3f2a9c17", "purchase", "main"
    frame["line_id"] = np.arange(1, lines + 1)
    frame["sku"] = [sku(i) for i in range(lines)]
    frame["description"] = [description(i) for i in range(lines)]
    frame["supplier"] = [(*SUPPLIERS[:11], "")[i % suppliers] for i in range(lines)]
    frame["order_on"] = pd.Timestamp(AS_OF)
    frame["due_on"] = [pd.Timestamp(AS_OF) + pd.Timedelta(8 + i % 40, "D") for i in range(lines)]
    frame["quantity"], frame["unit"] = units, "each"
    frame["purchase_unit"] = ["case" if i % 4 == 0 else "each" for i in range(lines)]
    frame["purchase_quantity"] = np.where(np.arange(lines) % 4 == 0, units / 6, units)
    frame["unit_cost"], frame["currency"] = random.gamma(2.0, 1.4, lines), "GBP"
    frame["order_value"] = frame["quantity"] * frame["unit_cost"]
    frame["saving"] = np.sort(random.gamma(0.7, 160.0, lines))[::-1]
    for name in ("on_hand", "on_order", "sold_last_28_days", "forecast_next_28_days", "wanted"):
        frame[name] = random.gamma(1.0, 40.0, lines)
    frame["shortage_before_arrival"] = np.where(np.arange(lines) % 6 == 0, 12.4, 0.0)
    frame["reason"] = [
        f"Sold {u:.0f} in the last 28 days, {u * 0.9:.0f} expected in the next 28; 8 on hand last "
        f"about 5 days. Until the order after this one arrives, in 21 days, {u:.0f} and 14 to "
        "spare are needed; 43.2 in packs of 6 makes 48."
        for u in units
    ]
    return frame


def make_exceptions(count: int) -> pd.DataFrame:
    frame = pd.DataFrame(index=range(count), columns=list(EXCEPTIONS.names))
    frame["rank"] = np.arange(1, count + 1)
    frame["kind"] = [KINDS[i % len(KINDS)][0] for i in range(count)]
    frame["sentence"] = [KINDS[i % len(KINDS)][1] for i in range(count)]
    frame["sku"] = [sku(i) for i in range(count)]
    frame["location"], frame["description"] = "main", [description(i) for i in range(count)]
    frame["supplier"] = [SUPPLIERS[i % 12] if i % 7 else "" for i in range(count)]
    frame["order_id"], frame["line_id"] = [f"PO-2011-{4000 + i}" for i in range(count)], "1"
    frame["date"] = pd.Timestamp(AS_OF) + pd.Timedelta(9, "D")
    frame["units"] = np.linspace(1300.0, 1.0, count)
    frame["money"] = np.geomspace(4000.0, 0.4, count) if count else []
    return frame


def make_inventory(count: int) -> pd.DataFrame:
    random = np.random.default_rng(3)
    frame = pd.DataFrame(index=range(count), columns=list(INVENTORY.names))
    frame["sku"] = [sku(i) for i in range(count)]
    frame["location"], frame["description"] = "main", [description(i) for i in range(count)]
    frame["on_hand"] = random.gamma(0.8, 120.0, count)
    frame["days_of_cover"] = np.minimum(3650.0, random.gamma(0.5, 900.0, count))
    frame["slow_moving_units"] = np.where(np.arange(count) % 8 == 0, frame["on_hand"] * 0.6, 0.0)
    frame["excess_units"] = np.where(np.arange(count) % 16 == 0, frame["on_hand"] * 0.3, 0.0)
    cost = random.gamma(2.0, 1.4, count)
    for units, value in (
        ("slow_moving_units", "slow_moving_value"),
        ("excess_units", "excess_value"),
        ("on_hand", "stock_value"),
    ):
        frame[value] = frame[units] * cost
    return frame


def make_chart(i: int, history: int = 182, ahead: int = 56) -> SeriesChart:
    random = np.random.default_rng(i)
    level = 4.0 + 9.0 * i
    week = np.array([1.2, 1.0, 1.1, 1.3, 1.0, 0.0, 0.7])
    begin = AS_OF + 1 - history
    units = random.poisson(level * np.resize(week, history)).astype(float)
    mean = level * np.resize(week, ahead)
    days = AS_OF + np.arange(ahead)
    without = np.maximum(level * 9 - np.cumsum(np.r_[0.0, mean[:-1]]), 0.0)
    arrival = 8 + i
    arrived = np.where(np.arange(ahead) >= arrival, level * 30, 0.0)
    late = np.maximum(arrived - np.maximum(np.cumsum(mean) - np.cumsum(mean)[arrival], 0.0), 0.0)
    return SeriesChart(
        sku=sku(i),
        location="main",
        description=description(i),
        reason="Sold 120 in the last 28 days, 110 expected in the next 28; 8 on hand last 5 days.",
        why="Of 28 expected a week, 30 are what it sells in an ordinary week, −2 the season.",
        unit="each",
        quantity=level * 30,
        arrives_on=AS_OF + arrival,
        history_dates=begin + np.arange(history),
        history_units=units,
        history_censored=(np.arange(history) % 60 > 56) & (i % 2 == 0),
        forecast_dates=AS_OF + 1 + np.arange(ahead),
        forecast_mean=mean,
        forecast_quantiles={
            level: np.maximum(mean + z * np.sqrt(mean) * 1.5, 0.0)
            for level, z in ((0.05, -1.64), (0.25, -0.67), (0.5, 0.0), (0.75, 0.67), (0.95, 1.64))
        },
        stock_dates=days,
        stock_with_order=without + late,
        stock_without_order=without,
    )


def make_page(
    lines: int = 200, exceptions: int = 300, inventory: int = 4000, charts: int = 10
) -> PageData:
    return PageData(
        plan_id="3f2a9c17d0b4",
        as_of=AS_OF,
        dataset="online-retail",
        currency="GBP",
        bucket="day",
        orders=make_orders(lines),
        exceptions=make_exceptions(exceptions),
        inventory=make_inventory(inventory),
        certificate=Certificate(8123.4, 8110.2, 0.0016, "optimal"),
        kpis=(
            KpiLine("Turnover", 4.31, 4.62, "per year", "how often the stock is sold", "more"),
            KpiLine("Days of inventory", 84.7, 79.0, "days", "days the stock would last", "less"),
            KpiLine("Fill rate", 0.931, 0.982, "share", "units the shelf can serve", "more"),
            KpiLine("Stock-out rate", 0.041, 0.012, "share", "items without stock", "less"),
            KpiLine("Dead stock", 9410.0, 9410.0, "money", "nobody asked for it in a year", "less"),
            KpiLine("GMROI", None, None, "per year", "gross margin for money in stock", "more"),
        ),
        note="Sales are real; stock, suppliers, costs and lead times are assumed.",
        assumptions=(
            "Lead time 7 days for 3,900 items: no supplier is given.",
            "Order multiple 1 for 212 items.",
        ),
        fallbacks={"fewer than two sales": 41},
        steps=(Step("read", 1.2, 310.0), Step("forecast", 6.4, 820.0), Step("write", 0.03)),
        series_charts=tuple(make_chart(i) for i in range(charts)),
    )


@pytest.fixture(scope="session")
def page() -> PageData:
    """A plan of 4,000 skus, 200 lines to order from 12 suppliers."""
    return make_page()


@pytest.fixture
def empty_page() -> PageData:
    """A plan that orders nothing and knows of nothing."""
    nothing = pd.DataFrame()
    return PageData(
        "none",
        AS_OF,
        "empty",
        "",
        "week",
        nothing,
        nothing,
        nothing,
        Certificate(0, None, None, "-"),
    )


@pytest.fixture(scope="session")
def large_page() -> PageData:
    """A plan of 4,000 skus that orders every one of them, and doubts as many."""
    return make_page(lines=4000, exceptions=4000)


@pytest.fixture(scope="session")
def chart() -> SeriesChart:
    """A line whose item was out of stock for some days."""
    return make_chart(2)


@pytest.fixture
def one_line_page() -> PageData:
    """A plan of a single line."""
    return make_page(lines=1, exceptions=0, inventory=1, charts=1)
