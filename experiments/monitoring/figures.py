"""Key figures of a group of series at the close of a bucket, from what is known up to it.

Forecast and service are measured over the last 28 days, stock over the last 90, which yearly
rates are taken from. Stock that moves slowly is told by demand of the last `slow_moving_days`:
what a past day's forecast expected is not known where no plan was kept.
"""

from __future__ import annotations

from typing import get_args

import numpy as np
import pandas as pd

from domain.kpis import KPIS, Kpi
from domain.kpis.days_of_inventory import days_of_inventory
from domain.kpis.dead import dead
from domain.kpis.fill_rate import fill_rate
from domain.kpis.gmroi import gmroi
from domain.kpis.moving_rate import moving_rate
from domain.kpis.non_moving import non_moving
from domain.kpis.slow_moving import slow_moving
from domain.kpis.slow_moving_rate import slow_moving_rate
from domain.kpis.slow_moving_sku_rate import slow_moving_sku_rate
from domain.kpis.stock_to_sales import stock_to_sales
from domain.kpis.stockout_rate import stockout_rate
from domain.kpis.turnover import turnover
from domain.settings_monitoring import Figure
from domain.terms import Floats, Integers, Known
from experiments.monitoring.known import Seen
from forecasting.accuracy import bias, wape

SERVICE_DAYS, STOCK_DAYS = 28, 90
LEVEL = 0.95


def coverage(within: Floats) -> float | None:
    """Share of what came that kept within its 0.95 quantile; None where nothing came."""
    seen = np.isfinite(within)
    return float(within[seen].mean()) if seen.any() else None


OWN: dict[str, Kpi] = {
    "bias": Kpi("Bias of the forecast", "share", "", "forecast above what came; 0 is right", bias),
    "wape": Kpi("Error of the forecast", "share", "less", "absolute errors over demand", wape),
    "coverage_0.95": Kpi(
        "Within 0.95", "share", "", "how often demand kept within its 0.95 quantile", coverage
    ),
    "sum_coverage_0.95": Kpi(
        "Sums within 0.95",
        "share",
        "",
        "the same of demand summed over lead time and review period",
        coverage,
    ),
    "stock_value": Kpi("Stock value", "money", "", "stock on hand at cost", np.sum),
    "sales_value": Kpi("Sales at cost, 28 days", "money", "more", "units sold at cost", np.sum),
}
SHOWN: tuple[str, ...] = get_args(Figure)
Figures = dict[str, float | None]


def kpi_of(name: str) -> Kpi:
    """What a page says of a figure in SHOWN."""
    return OWN[name] if name in OWN else KPIS.get(name)


def measure(seen: Seen, rows: Integers, bucket: int) -> Figures:
    """Every figure of some series at the close of a bucket; None where it cannot be known."""
    service = slice(_begin(seen, bucket, SERVICE_DAYS), bucket + 1)
    return {
        **_forecast(seen, rows, service),
        **_service(seen, rows, service),
        **_stock(seen, rows, bucket),
    }


def _begin(seen: Seen, bucket: int, days: int) -> int:
    """First of the buckets that make up at least the last `days` days."""
    end = seen.calendar.end_of(np.array([bucket]))[0]
    return max(0, int(seen.calendar.index_of(end - np.timedelta64(days - 1, "D"))))


def _days(seen: Seen, begin: int, bucket: int) -> float:
    """Days from the opening of one bucket to the close of another."""
    start = seen.calendar.start_of(np.array([begin]))[0]
    return float((seen.calendar.end_of(np.array([bucket]))[0] - start).astype(np.int64)) + 1.0


def _forecast(seen: Seen, rows: Integers, span: slice) -> Figures:
    """Kept forecasts against demand that was observed."""
    expected = seen.expected
    known = seen.panel.known[rows, span] == Known.OBSERVED
    mean = expected.mean[rows, span]
    actual = np.where(known & np.isfinite(mean), seen.sold[rows, span], np.nan).astype(np.float64)
    within = np.where(np.isfinite(actual), actual <= expected.high[rows, span], np.nan)
    there = np.nansum(actual) > 0
    return {
        "bias": bias(mean, actual) if there else None,
        "wape": wape(mean, actual) if there else None,
        "coverage_0.95": coverage(within),
        "sum_coverage_0.95": coverage(expected.sum_within[rows, span]),
    }


def _service(seen: Seen, rows: Integers, span: slice) -> Figures:
    """Fill rate by what stock-outs are taken to have hidden, stock-outs by day, sales at cost."""
    demand = np.nan_to_num(seen.demand[rows, span])
    stocked = rows[seen.stocked[rows]]
    alive = seen.panel.known[stocked, span] != Known.OUTSIDE
    share = seen.panel.stockout_share
    recorded = share is not None or bool(seen.counted.any())
    out = np.zeros(alive.shape) if share is None else share[stocked, span].astype(np.float64)
    counted = seen.counted[stocked, span]
    out = np.where(counted & (seen.on_hand[stocked, span] <= 0), 1.0, out)
    told = alive if share is not None else alive & counted
    days = np.diff(seen.calendar.starts(span.start, span.stop + 1)).astype(np.float64)
    return {
        "fill_rate": fill_rate(demand, seen.hidden[rows, span]) if share is not None else None,
        "stockout_rate": stockout_rate(out * told * days, told * days) if recorded else None,
        "sales_value": float((seen.sold[rows, span].sum(axis=1) * seen.cost[rows]).sum()),
    }


def _stock(seen: Seen, rows: Integers, bucket: int) -> Figures:
    """Stock against the sales of the last 90 days; nothing where it was never counted yet."""
    held = seen.on_hand[rows, bucket]
    if not np.isfinite(held).any():
        return dict.fromkeys(SHOWN[SHOWN.index("stock_value") :])
    cost, begin = seen.cost[rows], _begin(seen, bucket, STOCK_DAYS)
    window = _days(seen, begin, bucket)
    past = np.maximum(np.nan_to_num(seen.on_hand[rows, begin : bucket + 1]), 0.0) * cost[:, None]
    counted = np.isfinite(seen.on_hand[rows, begin : bucket + 1]).any(axis=0)
    average = float(past[:, counted].sum(axis=0).mean())
    on_hand = np.maximum(np.nan_to_num(held), 0.0)
    sold = seen.sold[rows, begin : bucket + 1].sum(axis=1, dtype=np.float64)
    goods, value = float((sold * cost).sum()), on_hand * cost
    product = seen.panel.product[rows]
    slow = _slow(seen, rows, bucket, on_hand)
    idle, history = _idle(seen, rows, bucket), _days(seen, 0, bucket)
    return {
        "stock_value": float(value.sum()),
        "turnover": turnover(goods, average, window),
        "days_of_inventory": days_of_inventory(goods, average, window),
        "stock_to_sales": stock_to_sales(average, goods, window),
        "slow_moving_rate": slow_moving_rate(slow * cost, value),
        "slow_moving_sku_rate": slow_moving_sku_rate(product, slow, on_hand),
        "moving_rate": moving_rate(product, sold, on_hand),
        "non_moving": non_moving(idle, value, history),
        "dead": dead(idle, value, history),
        "gmroi": gmroi(_revenue(seen, rows, sold), goods, average, window),
    }


def _revenue(seen: Seen, rows: Integers, sold: Floats) -> float | None:
    """Sales at the items' prices, net of tax; None where a price or the costs are not known."""
    frame = seen.terms.frame
    price = pd.to_numeric(frame["unit_price"]).to_numpy(np.float64)[rows]
    price = price / (1.0 + seen.dataset.settings.price_tax_rate)
    known = seen.terms.costs_known and bool(np.isfinite(price[sold > 0]).all())
    return float(np.nansum(sold * price)) if known else None


def _slow(seen: Seen, rows: Integers, bucket: int, on_hand: Floats) -> Floats:
    """Units that demand as it was would not use within the slow-moving window."""
    days = seen.dataset.settings.slow_moving_days
    begin = _begin(seen, bucket, days)
    used = np.nansum(seen.demand[rows, begin : bucket + 1], axis=1)
    minimum = pd.to_numeric(seen.terms.frame["minimum_stock"]).to_numpy(np.float64)[rows]
    frame = seen.terms.frame
    protection = (frame["lead_time_days"] + frame["review_period_days"]).to_numpy(np.float64)
    use = used * np.maximum(days, protection[rows]) / _days(seen, begin, bucket)
    launched = seen.panel.first[rows] > begin
    return slow_moving(on_hand, use, np.nan_to_num(minimum), launched)


def _idle(seen: Seen, rows: Integers, bucket: int) -> Floats:
    """Days since the last bucket with demand, since life began where there was none."""
    sold = seen.sold[rows, : bucket + 1] > 0
    last = np.where(
        sold.any(axis=1), bucket - sold[:, ::-1].argmax(axis=1), seen.panel.first[rows] - 1
    )
    ends = seen.calendar.end_of(np.array([bucket]))[0]
    return np.asarray((ends - seen.calendar.end_of(last)).astype(np.float64))
