"""A shop with a trial that is over: what was on the shelf and sold every day, from a seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.settings_trial import TrialSetting
from planning.trial import on_trial
from tests.e2e.shop import Shop

FIRST = np.datetime64("2024-01-01")
DAYS, BEGIN = 280, 168  # forty whole weeks; the trial begins after 24 of them
BEGINS, ENDS = FIRST + BEGIN, FIRST + DAYS - 1
LEAD, REVIEW = 4, 7


def trial_shop(cover: float, skus: int = 80, seed: int = 1, share: float = 0.4) -> Shop:
    """Items ordered up to 1.5 times mean demand of lead time and review; on trial to `cover`."""
    draw = np.random.default_rng(seed)
    names = [f"sku-{number:03}" for number in range(skus)]
    told = TrialSetting(policy="base_stock", share=share)
    challenged = on_trial(pd.Series(names), told)
    rate = np.exp(draw.normal(1.0, 0.7, skus))
    demand = draw.poisson(rate[:, None] * np.ones(DAYS))
    on_hand = np.round(rate * (LEAD + REVIEW) * 1.5)
    coming = np.zeros((skus, DAYS + LEAD + 2))
    stock, sold, orders = np.zeros((skus, DAYS)), np.zeros((skus, DAYS)), []
    for day in range(DAYS):
        on_hand += coming[:, day]
        sold[:, day] = np.minimum(demand[:, day], on_hand)
        on_hand -= sold[:, day]
        stock[:, day] = on_hand
        if day % REVIEW == REVIEW - 1:
            times = np.where(challenged & (day >= BEGIN - 1), cover, 1.5)
            position = on_hand + coming[:, day + 1 :].sum(axis=1)
            units = np.maximum(np.round(times * rate * (LEAD + REVIEW)) - position, 0.0)
            coming[:, day + 1 + LEAD] += units
            orders += [(row, day, units[row]) for row in np.flatnonzero(units > 0)]
    days = (FIRST + np.arange(DAYS)).astype(str)
    long = {"sku": np.repeat(names, DAYS), "date": np.tile(days, skus)}
    placed = pd.DataFrame(orders, columns=["row", "day", "quantity"])
    received = placed[placed["day"] + LEAD + 1 < DAYS]
    tables = {
        "sales": pd.DataFrame({**long, "units_sold": sold.ravel()}),
        "stock": pd.DataFrame({**long, "on_hand": stock.ravel()}),
        "items": pd.DataFrame(
            {"sku": names, "supplier": "near", "unit_cost": np.round(draw.uniform(2, 9, skus), 2)}
        ),
        "suppliers": pd.DataFrame(
            {"supplier": ["near"], "lead_time_days": [LEAD], "review_period_days": [REVIEW],
             "line_cost": [0.2]}
        ),
        "receipts": pd.DataFrame(
            {
                "order_id": np.arange(len(received)),
                "sku": np.array(names)[received["row"]],
                "ordered_on": days[received["day"]],
                "received_on": days[received["day"] + LEAD + 1],
                "quantity": received["quantity"],
            }
        ),
    }  # fmt: skip
    settings = (
        f'bucket = "day"\n[trial]\npolicy = "base_stock"\nshare = {share}\n'
        f"begins_on = {BEGINS}\nends_on = {ENDS}\n"
    )
    return Shop(tables, settings)
