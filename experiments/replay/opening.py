"""What every policy begins with: the stock of that day where it was counted, else a guess."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.terms import Flags, Floats
from experiments.replay.batch import Batch
from experiments.replay.ground import Ground
from experiments.replay.known import ahead_of, means_of, portions_known
from experiments.replay.schedule import cycles_at
from forecasting.result import Forecast
from planning.supply import current_stock, open_orders

LEVELS_OF_RULES = ["reorder_point", "order_up_to_level", "minimum_stock", "maximum_stock"]


@dataclass(frozen=True)
class Opening:
    """Stock of S series at the close of the first day, what is on order, and the price p."""

    on_hand: Floats  # S, units
    backordered: Floats  # S, units
    counted: Flags  # S, whether the dataset knew the stock of that day
    under_way: Batch  # lines that were open then
    shortage: Floats  # S, money per unit short [p]
    levels_kept: Flags  # S, whether the items table keeps a minimum or maximum


def open_up(ground: Ground, forecast: Forecast) -> Opening:
    """Counted stock and open orders where the dataset has them, else mean protection demand."""
    everyone = np.arange(ground.series)
    mean, shortage = np.zeros(ground.series), np.zeros(ground.series)
    levels = ground.terms.frame[LEVELS_OF_RULES].apply(pd.to_numeric).notna().any(axis=1)
    cycles = cycles_at(ground, ground.first, everyone)
    for part in portions_known(ground, forecast, ground.first, everyone, cycles):
        mean[part.rows] = means_of(part, forecast).protection
        shortage[part.rows] = ahead_of(part, forecast).problem.shortage
    whole = ground.whole
    mean = np.where(whole, np.floor(mean + 0.5), mean)
    stock = current_stock(ground.dataset, ground.terms.frame, ground.start)
    counted = counted_at_start(ground)
    owing = ground.settings.unmet_demand == "backordered"
    return Opening(
        on_hand=np.where(counted, np.maximum(stock.usable, 0.0), mean),
        backordered=np.where(counted & owing, stock.backordered, 0.0),
        counted=counted,
        under_way=_on_order(ground, counted),
        shortage=shortage,
        levels_kept=levels.to_numpy(np.bool_),
    )


def counted_at_start(ground: Ground) -> Flags:
    """Whether each series' newest count is young enough to be that of the first day [S]."""
    counted_on = current_stock(ground.dataset, ground.terms.frame, ground.start).counted_on
    most = max(ground.settings.stock_max_age_days, ground.length(ground.first))
    age = ground.start - counted_on
    return np.asarray(~np.isnat(counted_on) & (age < np.timedelta64(most, "D")))


def _on_order(ground: Ground, counted: Flags) -> Batch:
    """What is under way to the series whose stock is known.

    Lines that are open to this day, as they are due, and what has come in since, on the day it did.
    """
    lead = ground.terms.frame["lead_time_days"].to_numpy()
    lines = open_orders(ground.dataset, ground.terms.frame, lead, ground.start).counted
    row, due = lines["series"].to_numpy(np.int64), lines["usable_from"].to_numpy(np.int64)
    batch = Batch(row, lines["remaining"].to_numpy(np.float64), due, due)
    if ground.made is not None:
        batch = batch.and_also(ground.made.under_way)
    return batch.part((batch.rows >= 0) & counted[batch.rows])
