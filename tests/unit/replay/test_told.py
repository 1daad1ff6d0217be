"""What planners and customers say moves the orders of a replay from the day on which it is said."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.replay.ground import Ground, lay
from experiments.replay.naming import named_policies
from experiments.replay.run import Replay, replay
from forecasting.past import Rolling, panel_until
from planning.steps import Steps
from planning.store.read import read_dataset
from tests.e2e.shop import Shop, small_shop

pytestmark = pytest.mark.thorough

START, END = dt.date(2024, 3, 10), dt.date(2024, 5, 26)
FAIR = ("2024-04-15", "2024-04-28")
BOTH = ("unadjusted_optimizer", "optimizer")


def shop(**tables: pd.DataFrame) -> Shop:
    """A fortnight in which everything sells four times as much."""
    made = small_shop(seed=6, skus=10)
    made.settings += 'forecast_mode = "local"\n'
    made.tables["stock"]["date"] = str(START)
    made.tables["items"]["cycle_service_level"] = 0.9
    sales = made.tables["sales"]
    sales.loc[sales["date"].between(*FAIR), "units_sold"] *= 4
    made.tables |= tables
    return made


def ground_of(folder: Path, made: Shop) -> Ground:
    return lay("shop", read_dataset(made.write(folder), None, {}), START, END)


def word(made_on: str, value: float = 4.0) -> pd.DataFrame:
    said = {"starts_on": FAIR[0], "ends_on": FAIR[1], "how": "multiply", "value": value}
    return pd.DataFrame([{**said, "made_on": made_on}])


def replayed(folder: Path, made: Shop) -> Replay:
    return replay(ground_of(folder, made), named_policies(BOTH), True, Steps())


def test_a_word_that_came_true_saves_money_and_one_said_too_late_changes_nothing(
    tmp_path: Path,
) -> None:
    heard = replayed(tmp_path / "heard", shop(adjustments=word("2024-03-20"))).scores
    assert heard["optimizer"].cost < 0.8 * heard["unadjusted_optimizer"].cost
    late = replayed(tmp_path / "late", shop(adjustments=word("2024-05-26"))).scores
    assert late["optimizer"] == late["unadjusted_optimizer"]
    assert late["unadjusted_optimizer"] == heard["unadjusted_optimizer"]


def test_a_word_that_did_not_come_true_costs(tmp_path: Path) -> None:
    wrong = word("2024-03-20", 5.0).assign(starts_on="2024-05-01", ends_on="2024-05-14")
    scores = replayed(tmp_path, shop(adjustments=wrong)).scores
    assert scores["optimizer"].cost > scores["unadjusted_optimizer"].cost


def test_what_customers_ordered_counts_from_the_order_until_it_ships(tmp_path: Path) -> None:
    orders = pd.DataFrame(
        {
            "order_id": ["c"], "sku": ["sku-003"], "ordered_on": ["2024-04-01"],
            "ship_on": ["2024-04-20"], "quantity": [5000], "quantity_shipped": [5000],
        }
    )  # fmt: skip
    ground = ground_of(tmp_path, shop(customer_orders=orders))
    row = [key.sku for key in ground.panel.keys].index("sku-003")
    expected = {}
    for day in ("2024-03-31", "2024-04-01", "2024-04-19", "2024-04-20"):
        buckets = int(ground.calendar.index_of(np.array([day], "datetime64[D]"))[0]) + 1
        panel = panel_until(ground.panel, buckets)
        plain = ground.told.forecast(Rolling(ground.settings, 40), panel)
        more = ground.told.heard(plain, panel).expected - plain.expected
        assert np.abs(np.delete(more, row, axis=0)).max() < 1e-9
        expected[day] = float(more[row].sum())
    assert expected["2024-03-31"] == 0.0
    assert expected["2024-04-01"] > 4900
    assert expected["2024-04-19"] > 4900
    assert expected["2024-04-20"] == 0.0


def test_what_replaces_another_carries_its_demand_on(tmp_path: Path) -> None:
    made = shop()
    sales, items = made.tables["sales"], made.tables["items"]
    swapped = (sales["sku"] == "sku-000") & (sales["date"] >= "2024-04-01")
    sales.loc[swapped, "sku"] = "next"
    old = items["sku"] == "sku-000"
    items.loc[old, "discontinued_on"] = "2024-03-31"
    new = items[old].assign(
        sku="next", replaces="sku-000", launched_on="2024-04-01", discontinued_on=None
    )
    made.tables["items"] = pd.concat([items, new], ignore_index=True)
    ground = ground_of(tmp_path, made)
    rows = {key.sku: row for row, key in enumerate(ground.panel.keys)}
    plain = ground.told.forecast(
        Rolling(ground.settings, 60), panel_until(ground.panel, ground.first + 1)
    )
    weekly = ground.panel.demand[rows["sku-000"], : ground.first + 1].mean()
    before, after = plain.mean[rows["sku-000"]], plain.mean[rows["next"]]
    assert before[:21].mean() > 0.7 * weekly
    assert before[22:50].sum() == 0
    assert after[:21].sum() == 0
    assert after[22:50].mean() > 0.7 * weekly
