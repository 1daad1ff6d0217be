"""Orders that were made, walked as they were: those of a rule cost what the rule costs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.errors import DataError
from experiments.orders_made import order_parts, orders_made
from experiments.replay.batch import Batch
from experiments.replay.ground import Ground, lay
from experiments.replay.naming import named_policies
from experiments.replay.run import Replay, replay
from experiments.replay.schedule import schedule
from experiments.replay.state import State
from planning.steps import Steps
from planning.store.read import read_dataset
from tests.e2e.shop import Shop, small_shop

START, END = dt.date(2024, 3, 10), dt.date(2024, 5, 26)
LINE = {"sku": "sku-001", "ordered_on": "2024-04-01"}


def shop(**tables: pd.DataFrame) -> Shop:
    """Stock as of the start; a line and an order cost money, and lead times vary."""
    made = small_shop(seed=4, skus=8)
    made.tables["stock"]["date"] = str(START)
    made.tables["suppliers"] = made.tables["suppliers"].assign(
        lead_time_std_days=[0.5, 3.0], line_cost=0.3, order_cost=4.0
    )
    items = made.tables["items"]
    made.tables["items"] = pd.concat(
        [items, items.iloc[:1].assign(sku="bought no more", planned="no")], ignore_index=True
    )
    made.settings += 'forecast_mode = "local"\n'
    made.tables |= tables
    return made


def ground_of(folder: Path, made: Shop, until: dt.date = END) -> Ground:
    return lay("shop", read_dataset(made.write(folder), None, {}), START, until)


def replayed(ground: Ground, *policies: str) -> Replay:
    return replay(ground, named_policies(policies), True, Steps())


def test_orders_as_a_policy_made_them_cost_what_the_policy_costs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The law: whatever base stock ordered, put on record, is walked to the same cent."""
    ground, sent = ground_of(tmp_path / "before", shop()), list[Batch]()
    place = State.place

    def listening(self: State, *order: np.ndarray) -> None:
        sent.append(Batch(*order))
        place(self, *order)

    with monkeypatch.context() as patched:
        patched.setattr(State, "place", listening)
        rule = replayed(ground, "base_stock")
    moments = schedule(ground, drawn=True)
    start, keys = pd.Timestamp(START), ground.terms.frame[["sku", "location"]]
    lines = [
        keys.iloc[batch.rows].assign(
            order_id=f"order {number}",
            line_id=np.arange(batch.rows.size),
            ordered_on=start + pd.Timedelta(days=ground.day(moment.bucket) + 1),
            received_on=start + pd.to_timedelta(batch.arrives - 1, unit="D"),
            quantity=batch.units,
        )
        for number, (moment, batch) in enumerate(zip(moments, sent, strict=False))
    ]
    receipts = pd.concat(lines)
    receipts = receipts[receipts["quantity"] > 0]
    assert len(receipts) > 50
    again = ground_of(tmp_path / "after", shop(receipts=receipts))
    both = replayed(again, "base_stock", "orders_made")
    np.testing.assert_allclose(both.series["cost base_stock"], rule.series["cost base_stock"])
    for name in ("cost", "unserved", "stock"):
        ours, theirs = both.series[f"{name} orders_made"], both.series[f"{name} base_stock"]
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, err_msg=name)
    assert both.scores["orders_made"].interval == pytest.approx((0.0, 0.0), abs=1e-9)


def any_orders(seed: int) -> dict[str, pd.DataFrame]:
    """Orders on any day for what there is and what there is not, some open, some in parts."""
    draw = np.random.default_rng(seed)
    count = 60
    ordered = pd.Timestamp(START) + pd.to_timedelta(draw.integers(-20, 90, count), unit="D")
    frame = pd.DataFrame(
        {
            "order_id": [f"o{number}" for number in range(count)],
            "sku": [f"sku-{number:03}" for number in draw.integers(0, 8, count)],
            "ordered_on": ordered,
            "quantity": draw.integers(1, 40, count).astype(float),
        }
    )
    came = frame.assign(received_on=ordered + pd.to_timedelta(draw.integers(0, 30, count), "D"))
    late = came.iloc[:10].assign(received_on=came["received_on"] + pd.Timedelta(days=9))
    is_open = (draw.random(count) < 0.3) & (ordered > pd.Timestamp(START))
    unknown = came.iloc[:1].assign(order_id="x", sku="bought no more", ordered_on="2024-04-01")
    return {
        "receipts": pd.concat([came[~is_open], late.assign(line_id=2), unknown]),
        "open_orders": frame[is_open].assign(due_on=ordered[is_open] + pd.Timedelta(days=7)),
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_no_unit_comes_from_nowhere_and_none_is_lost_on_the_way(tmp_path: Path, seed: int) -> None:
    orders = any_orders(seed)
    ground = ground_of(tmp_path, shop(**orders))
    made = replayed(ground, "orders_made", "min_max")
    path = made.trajectory[made.trajectory["policy"] == "orders_made"].reset_index(drop=True)
    served = path["demand"] - path["unserved"]
    np.testing.assert_allclose(path["stock"].diff()[1:], (path["arrived"] - served)[1:])
    np.testing.assert_allclose(path["on_order"].diff()[1:], (path["ordered"] - path["arrived"])[1:])
    units = pd.concat(orders.values())
    day = pd.to_datetime(units["ordered_on"])
    inside = (day > pd.Timestamp(START)) & (day <= pd.Timestamp(END)) & (units["order_id"] != "x")
    assert path["ordered"].sum() == units.loc[inside, "quantity"].sum()
    came = pd.to_datetime(orders["receipts"]["received_on"]) + pd.Timedelta(days=1)
    known = orders["receipts"]["order_id"] != "x"
    there = known & (came > pd.Timestamp(START) + pd.Timedelta(days=1))
    there &= came <= pd.Timestamp(END)
    assert path["arrived"].sum() == orders["receipts"].loc[there, "quantity"].sum()
    assert any("1 order line of items that are not replayed" in said for said in made.assumed)


def parts_of(tmp_path: Path, **tables: list[dict[str, object]]) -> pd.DataFrame:
    made = shop(**{name: pd.DataFrame(rows) for name, rows in tables.items()})
    found = order_parts(read_dataset(made.write(tmp_path / "data"), None, {}))
    assert found is not None
    return found.sort_values(["quantity"], ignore_index=True)


def test_an_open_line_is_what_came_of_it_and_what_is_to_come(tmp_path: Path) -> None:
    line, came = {**LINE, "order_id": "a"}, {"received_on": "2024-04-10", "quantity": 5}
    parts = parts_of(
        tmp_path,
        open_orders=[{**line, "quantity": 20, "quantity_received": 9, "due_on": "2024-04-20"}],
        receipts=[{**line, **came, "promised_on": "2024-04-08"}],
    )
    # 5 as received, 4 more on the day they were due, 11 still to come
    assert parts["quantity"].tolist() == [4, 5, 11]
    usable = parts["usable_on"].dt.strftime("%Y-%m-%d").fillna("never").tolist()
    assert usable == ["2024-04-20", "2024-04-11", "never"]
    assert parts["due_on"].dt.strftime("%d").tolist() == ["20", "09", "20"]


def test_what_was_never_ordered_is_no_order(tmp_path: Path) -> None:
    due = {"due_on": "2024-04-20", "quantity": 50}
    move = {"kind": "transfer", "from_location": "main", "location": "main"}
    parts = parts_of(
        tmp_path,
        open_orders=[
            {**LINE, **due, "order_id": "a", "status": "Cancelled"},
            {**LINE, **due, "order_id": "b", **move},
            {**LINE, **due, "order_id": "c", "ordered_on": None},
            {**LINE, **due, "order_id": "d", "quantity": 3},
        ],
        receipts=[{**LINE, "order_id": "b", "received_on": "2024-04-10", "quantity": 7}],
    )
    assert parts["quantity"].tolist() == [3]


def test_lines_of_a_day_are_one_order_of_an_item(tmp_path: Path) -> None:
    row = {**LINE, "received_on": "2024-04-10", "quantity": 7}
    data = shop(receipts=pd.DataFrame([{**row, "order_id": one} for one in "ab"]))
    made = orders_made(read_dataset(data.write(tmp_path), None, {}))
    assert made is not None
    assert made["quantity"].tolist() == [14]
    assert orders_made(read_dataset(shop().write(tmp_path / "none"), None, {})) is None


def test_places_that_supply_one_another_are_refused(tmp_path: Path) -> None:
    row = {**LINE, "order_id": "a", "received_on": "2024-04-02", "quantity": 1}
    made = shop(receipts=pd.DataFrame([row]))
    for name in ("sales", "stock"):
        there = made.tables[name].assign(location="depot")
        made.tables[name] = pd.concat([there, there.assign(location="main")])
    made.tables["locations"] = pd.DataFrame(
        {"location": ["main", "depot"], "supplied_by": ["depot", None], "transfer_days": [2, None]}
    )
    with pytest.raises(DataError, match="supply one another"):
        replayed(ground_of(tmp_path, made), "orders_made")
