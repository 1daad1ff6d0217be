"""Orders of customers that are to be shipped: which count, when, and as what."""

from pathlib import Path

import numpy as np
import pytest

from domain.errors import DataError
from forecasting.commitments import Ordered
from planning.customer_orders import ordered_ahead
from planning.cut import cut
from planning.dataset import Dataset
from planning.series import find_series
from tests.unit.planning.frames import dataset

AS_OF = np.datetime64("2024-01-02")
HEADER = "order_id,sku,ordered_on,ship_on,quantity,quantity_shipped,kind,conversion\n"
ROWS = (
    HEADER
    + "late,a,2023-12-01,2024-01-01,10,4,order,\n"
    + "next,a,2024-01-02,2024-01-05,20,,order,0.5\n"
    + "early,a,2024-01-02,2024-01-06,40,,presale,0.5\n"
    + "unknown,a,2024-01-03,2024-01-06,99,,order,\n"
    + "gone,a,2024-01-02,2024-01-06,7,7,order,\n"
)


def found(data: Dataset) -> Ordered | None:
    return ordered_ahead(cut(data, AS_OF), find_series(data), AS_OF)


def lines(made: Ordered | None) -> list[tuple[int, float, bool]]:
    assert made is not None
    return list(zip(made.day.tolist(), made.units.tolist(), made.added.tolist(), strict=True))


def test_by_shipment_what_is_left_to_ship_is_a_floor_and_a_presale_by_its_conversion(
    tmp_path: Path,
) -> None:
    data = dataset(tmp_path, settings='sales_dated_by = "shipment"', customer_orders=ROWS)
    # Sorted by order_id: early, late, next. A confirmed order has no conversion.
    assert lines(found(data)) == [(4, 20.0, False), (1, 6.0, False), (3, 20.0, False)]


@pytest.mark.parametrize(
    ("stock", "left"),
    [
        ("", [(1, 6.0), (3, 20.0)]),
        ("sku,on_hand,reserved,backordered\na,50,6,4\n", [(3, 16.0)]),
        ("sku,on_hand,reserved\na,50,26\n", []),
    ],
)
def test_by_order_only_what_stock_does_not_claim_yet_is_needed_on_top(
    tmp_path: Path, stock: str, left: list[tuple[int, float]]
) -> None:
    tables = {"customer_orders": ROWS} | ({"stock": stock} if stock else {})
    made = lines(found(dataset(tmp_path, **tables)))
    assert made[0] == (4, 20.0, False)  # the presale is in no history yet
    assert [(day, units) for day, units, _ in made[1:]] == left
    assert all(added for _, _, added in made[1:])


def test_nothing_left_to_ship_is_nothing(tmp_path: Path) -> None:
    gone = HEADER + "gone,a,2024-01-02,2024-01-06,7,7,order,\n"
    assert found(dataset(tmp_path, customer_orders=gone)) is None
    assert found(dataset(tmp_path / "none")) is None


def test_an_order_at_a_place_that_never_sold_makes_a_series(tmp_path: Path) -> None:
    rows = "order_id,sku,location,ordered_on,ship_on,quantity\n1,a,new,2024-01-01,2024-01-09,3\n"
    with pytest.raises(DataError, match="'new' is a location in none of"):
        dataset(tmp_path, customer_orders=rows)
    series = find_series(dataset(tmp_path, customer_orders=rows, locations="location\nnew\n"))
    assert list(series["location"]) == ["main", "new"]
