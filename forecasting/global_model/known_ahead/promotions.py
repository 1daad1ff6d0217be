"""Promotions: the share of a bucket's days on one, and the price of those days."""

from __future__ import annotations

from domain.terms import Integers, Panel
from forecasting.global_model.known_ahead import KNOWN_AHEAD, Columns

PROMOTED = "promoted"


@KNOWN_AHEAD.register("promotions")
def promotion_columns(panel: Panel, series: Integers, target: Integers) -> Columns:
    """`promoted`: share of the bucket's days; `price`: its mean price over the usual one."""
    promotions = panel.promotions
    if promotions is None or not target.size:
        return {}
    low, high = int(target.min()), int(target.max()) + 1
    laid = (panel.calendar, panel.series, low, high)
    return {
        PROMOTED: promotions.shares(*laid)[series, target - low],
        "price": promotions.prices(*laid)[series, target - low],
    }
