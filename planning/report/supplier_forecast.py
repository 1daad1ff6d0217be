"""`supplier_forecast.csv`: what each supplier can expect to be ordered, to be shared with them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.outputs_changes import SUPPLIER_FORECAST
from domain.periods import Bucket
from planning.situation import Situation


def supplier_forecast_frame(
    situation: Situation, orders: pd.DataFrame, schedule: pd.DataFrame
) -> pd.DataFrame:
    """Today's purchases and those planned for later, by supplier, period, sku and location."""
    columns = ["supplier", "sku", "location", "order_on", "due_on", "quantity"]
    bought = orders[orders["kind"] == "purchase"]
    whole = pd.concat(
        [
            bought[columns].assign(firm=True),
            _bought(situation, schedule)[columns].assign(firm=False),
        ]
    )
    whole = whole[whole["supplier"] != ""]
    whole["period_starts_on"] = _period(situation, whole["order_on"])
    keys = ["supplier", "period_starts_on", "sku", "location"]
    found = whole.groupby(keys, sort=True).agg(
        quantity=("quantity", "sum"), first_due_on=("due_on", "min"), firm=("firm", "all")
    )
    items = situation.terms.frame[["sku", "location", "description", "unit"]]
    found = found.reset_index().merge(items, on=["sku", "location"], how="left")
    return found[list(SUPPLIER_FORECAST.names)]


def _bought(situation: Situation, schedule: pd.DataFrame) -> pd.DataFrame:
    """Later orders that are no transfers."""
    terms = situation.terms.frame
    if "from_location" not in terms:
        return schedule
    moved = terms[terms["from_location"].fillna("") != ""]
    inside = pd.MultiIndex.from_frame(moved[["sku", "location"]])
    return schedule[~pd.MultiIndex.from_frame(schedule[["sku", "location"]]).isin(inside)]


def _period(situation: Situation, days: pd.Series) -> pd.Series:
    """The first day of the week, or of the month where sales are by month, of each day."""
    moments = days.to_numpy().astype("datetime64[D]")
    if situation.calendar.bucket is Bucket.MONTH:
        starts = moments.astype("datetime64[M]").astype("datetime64[D]")
    else:
        starts = moments - (moments.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    return pd.Series(starts.astype("datetime64[s]"), index=days.index)
