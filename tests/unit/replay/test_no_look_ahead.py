"""The past is walked with what was known then: what comes later changes no byte of it."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.replay.ground import lay
from experiments.replay.naming import named_policies
from experiments.replay.run import Replay, replay
from planning.steps import Steps
from planning.store.read import read_dataset
from tests.e2e.shop import DAYS, FIRST_DAY, Shop, small_shop

pytestmark = pytest.mark.thorough

START, MIDDLE, END = dt.date(2024, 3, 10), dt.date(2024, 5, 5), dt.date(2024, 5, 26)
POLICIES = (
    "min_max", "base_stock", "days_of_cover", "seasonal_average_cover", "optimizer",
    "unadjusted_optimizer", "orders_made",
)  # fmt: skip
FAIRS = ["2024-01-20", "2024-02-20", "2024-03-20", "2024-05-20"]
SAID_FROM = "2024-03-20"
DAYS_OF = ["2024-03-15", "2024-04-10", "2024-05-08"]


def shop() -> Shop:
    """Days sold out for a part and altogether, lead times that vary, launches."""
    made = small_shop(seed=5, skus=16)
    sales = made.tables["sales"]
    draw = np.random.default_rng(8)
    sales["stockout_share"] = draw.choice([0.0, 0.5, 1.0], len(sales), p=[0.9, 0.07, 0.03])
    made.tables["suppliers"]["lead_time_std_days"] = [1.0, 3.0]
    made.tables["stock"]["date"] = "2024-03-10"
    made.tables["items"]["cycle_service_level"] = 0.9
    made.tables["items"]["replaces"] = pd.Series({5: "sku-004"})
    made.tables["events"] = pd.DataFrame(
        {"event": "fair", "starts_on": FAIRS, "ends_on": FAIRS}, index=range(len(FAIRS))
    )
    said = {"starts_on": SAID_FROM, "ends_on": "2024-05-31", "how": "multiply"}
    made.tables["adjustments"] = pd.DataFrame(
        [{**said, "sku": f"sku-00{i}", "value": 3, "made_on": day} for i, day in enumerate(DAYS_OF)]
    )
    made.tables["customer_orders"] = pd.DataFrame(
        {
            "order_id": ["one", "two", "three"],
            "sku": ["sku-001", "sku-006", "sku-007"],
            "ordered_on": DAYS_OF,
            "ship_on": ["2024-04-20", "2024-05-10", "2024-05-30"],
            "quantity": [300, 300, 300],
            "quantity_shipped": [300, 200, 0],
        }
    )
    ordered = ["2024-03-04", "2024-04-02", "2024-05-04", "2024-05-06"]
    made.tables["receipts"] = pd.DataFrame(
        {
            "order_id": list("abcd"), "sku": [f"sku-00{i}" for i in range(1, 5)],
            "ordered_on": ordered, "quantity": 40.0,
            "received_on": ["2024-03-14", "2024-04-09", "2024-05-08", "2024-05-10"],
        }
    )  # fmt: skip
    return made


def run(folder: Path, tables: Shop, until: dt.date) -> Replay:
    whole = read_dataset(tables.write(folder), None, {})
    ground = lay("shop", whole, START, until)
    return replay(ground, named_policies(POLICIES), True, Steps())


def later(day: pd.Series) -> pd.Series:
    return pd.to_datetime(day) > pd.Timestamp(MIDDLE)


SAID_ON = {"adjustments": "made_on", "customer_orders": "ordered_on"}


def removed(made: Shop) -> None:
    sales = made.tables["sales"]
    made.tables["sales"] = sales[~later(sales["date"])]
    for name, day in SAID_ON.items():
        said = made.tables[name]
        made.tables[name] = said[~later(said[day])]
    # What was ordered by then and came later was an open order.
    orders = made.tables["receipts"]
    orders = orders[~later(orders["ordered_on"])]
    came = later(orders.pop("received_on"))
    made.tables["receipts"] = made.tables["receipts"].loc[came.index[~came]]
    made.tables["open_orders"] = orders[came].assign(due_on="2024-05-12")


def blown_up(made: Shop) -> None:
    sales = made.tables["sales"].astype({"units_sold": float})
    after = later(sales["date"])
    sales.loc[after, "units_sold"] = 1000.5
    sales.loc[after, "stockout_share"] = 0.0
    made.tables["adjustments"].loc[2, "value"] = 50
    made.tables["customer_orders"].loc[2, "quantity"] = 9000
    orders = made.tables["receipts"]
    orders.loc[3, "quantity"] = 9000.0
    orders.loc[2, "received_on"] = "2024-05-20"
    new = sales[after].head(20).assign(sku="nobody knew of this one")
    made.tables["sales"] = pd.concat([sales, new.drop_duplicates(["sku", "date"])])


def test_the_future_removed_changes_nothing(tmp_path: Path) -> None:
    one = run(tmp_path / "one", shop(), MIDDLE)
    made = shop()
    removed(made)
    other = run(tmp_path / "other", made, MIDDLE)
    assert one.scores == other.scores
    assert one.assumed == other.assumed
    pd.testing.assert_frame_equal(one.trajectory, other.trajectory, check_exact=True)
    pd.testing.assert_frame_equal(one.series, other.series, check_exact=True)


@pytest.mark.parametrize("change", [None, blown_up])
def test_what_comes_after_a_day_changes_nothing_until_then(
    tmp_path: Path, change: Callable[[Shop], None] | None
) -> None:
    short = run(tmp_path / "short", shop(), MIDDLE).trajectory
    made = shop()
    if change is not None:
        change(made)
    whole = run(tmp_path / "long", made, END).trajectory
    until = whole[~later(whole["date"])]
    # Who knows the future does see it.
    kept = until[until["policy"] != "perfect_foresight"].reset_index(drop=True)
    wanted = short[short["policy"] != "perfect_foresight"].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, wanted, check_exact=True)


def test_the_same_replay_twice_is_the_same(tmp_path: Path) -> None:
    one, other = run(tmp_path / "a", shop(), MIDDLE), run(tmp_path / "b", shop(), MIDDLE)
    assert one.scores == other.scores
    assert str(FIRST_DAY + DAYS) > str(END)
