"""Stock as counted and open orders as they will come (DESIGN §3)."""

from pathlib import Path

import numpy as np

from planning.cut import cut
from planning.series import find_series
from planning.supply import current_stock, open_orders
from tests.unit.planning.frames import dataset

AS_OF = np.datetime64("2024-01-31")
STOCK = (
    "sku,date,on_hand,blocked,reserved,backordered\n"
    "a,2024-01-20,99,0,0,0\n"
    "a,2024-01-30,20,2,3,4\n"
    "a,2024-02-03,77,0,0,0\n"
)


def test_the_newest_count_that_was_known_is_less_what_cannot_be_used(tmp_path: Path) -> None:
    data = cut(dataset(tmp_path, stock=STOCK), AS_OF)
    stock = current_stock(data, find_series(data), AS_OF)
    assert stock.usable.tolist() == [15]
    assert stock.backordered.tolist() == [4]
    assert stock.promised.tolist() == [0]
    assert stock.counted_on[0] == np.datetime64("2024-01-30")


def test_dated_by_shipment_promises_are_a_floor_on_demand(tmp_path: Path) -> None:
    data = cut(dataset(tmp_path, 'sales_dated_by = "shipment"\n', stock=STOCK), AS_OF)
    stock = current_stock(data, find_series(data), AS_OF)
    assert stock.usable.tolist() == [18]
    assert stock.backordered.tolist() == [0]
    assert stock.promised.tolist() == [7]


def test_open_orders_arrive_on_their_day_the_late_ones_tomorrow_the_lost_ones_never(
    tmp_path: Path,
) -> None:
    data = dataset(
        tmp_path,
        open_orders=(
            "order_id,sku,quantity,quantity_received,due_on,ordered_on,status\n"
            "1,a,10,4,2024-02-05,2024-01-10,confirmed\n"  # 6 to come on day 5
            "2,a,7,0,2024-01-31,2024-01-10,confirmed\n"  # due today: tomorrow
            "3,a,5,0,2024-01-17,2024-01-01,confirmed\n"  # two lead times late: still counted
            "4,a,9,0,2024-01-16,2024-01-01,confirmed\n"  # later than that: not
            "5,a,8,8,2024-02-05,2024-01-10,confirmed\n"  # has come
            "6,a,3,0,2024-02-05,2024-01-10,Cancelled\n"
            "7,a,3,0,2024-02-20,2024-02-02,confirmed\n"  # not ordered yet at as_of
        ),
    )
    known = cut(data, AS_OF)
    lines = open_orders(known, find_series(known), np.array([7]), AS_OF)
    assert lines.frame["order_id"].tolist() == ["1", "2", "3", "4"]
    assert lines.frame["overdue"].tolist() == [False, True, True, True]
    assert lines.frame["counted"].tolist() == [True, True, True, False]
    days = np.array([[0, 1, 4, 5, 60, -1]])
    assert lines.usable_by(days).tolist() == [[0, 12, 12, 18, 18, 0]]
    assert lines.per_series(1).tolist() == [18]
