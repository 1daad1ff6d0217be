"""Nobody does better than who knows it all: series by series, whatever the terms."""

import datetime as dt
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.replay.ground import lay
from experiments.replay.naming import named_policies
from experiments.replay.run import replay
from planning.steps import Steps
from planning.store.read import read_dataset
from tests.e2e.shop import Shop

pytestmark = pytest.mark.thorough

FIRST, WEEKS = np.datetime64("2024-01-01"), 26
START = dt.date(2024, 3, 31)
NAMES = ("min_max", "base_stock", "days_of_cover:cover_days=20", "optimizer")


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    """Three products, weekly or daily, with terms of all kinds."""
    bucket = draw(st.sampled_from(["day", "week"]))
    step = 1 if bucket == "day" else 7
    count = WEEKS * 7 // step
    chance = np.random.default_rng(draw(st.integers(0, 10_000)))
    skus = ["a", "b", "c"]
    units = chance.poisson(chance.uniform(0.1, 8.0, 3)[:, None], (3, count))
    sales = pd.DataFrame(
        {
            "sku": np.repeat(skus, count),
            "date": np.tile((FIRST + step * np.arange(count)).astype(str), 3),
            "units_sold": units.ravel(),
        }
    )
    one_of = chance.choice
    items = pd.DataFrame(
        {
            "sku": skus,
            "supplier": "only",
            "order_multiple": one_of([0, 1, 6], 3),
            "minimum_order_quantity": one_of([0, 10], 3),
            "holding_cost_per_day": one_of([0.001, 0.05], 3),
            "shortage_cost": one_of([0.5, 5.0], 3),
        }
    )
    suppliers = pd.DataFrame(
        {
            "supplier": ["only"],
            "lead_time_days": [draw(st.sampled_from([0, 3, 7, 10]))],
            "lead_time_std_days": [draw(st.sampled_from([0, 0, 4]))],
            "review_period_days": [draw(st.sampled_from([7, 14]))],
            "order_weekdays": [draw(st.sampled_from(["1234567", "24"]))],
            "line_cost": [draw(st.sampled_from([0.0, 1.0]))],
            "order_cost": [draw(st.sampled_from([0.0, 2.0]))],
        }
    )
    unmet = draw(st.sampled_from(["lost", "backordered"]))
    tables = {"sales": sales, "items": items, "suppliers": suppliers}
    return Shop(tables, f'bucket = "{bucket}"\nunmet_demand = "{unmet}"\n')


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shop=shops())
def test_perfect_foresight_costs_no_series_more_than_any_policy(shop: Shop) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = read_dataset(shop.write(Path(folder) / "data"), None, {})
    ground = lay("shop", whole, START, None)
    made = replay(ground, named_policies(NAMES), True, Steps())
    bound = made.series["cost perfect_foresight"].to_numpy()
    for name in NAMES:
        cost = made.series[f"cost {name}"].to_numpy()
        assert (bound <= cost + 1e-9 * np.maximum(cost, 1.0)).all(), (name, bound, cost)
