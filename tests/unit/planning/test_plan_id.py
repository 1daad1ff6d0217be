"""A plan's name tells two inputs apart, and nothing that says nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planning.plan_id import plan_id
from planning.store.read import read_dataset

AS_OF = np.datetime64("2024-01-14")
SALES = "sku,date,units_sold{more}\na,2024-01-01,3{rest}\na,2024-01-08,4{rest}\n"
ITEMS = "sku,unit_cost{more}\na,2{rest}\n"


def named(
    folder: Path, sales: tuple[str, str] = ("", ""), items: tuple[str, str] = ("", "")
) -> str:
    folder.mkdir()
    (folder / "sales.csv").write_text(SALES.format(more=sales[0], rest=sales[1]))
    (folder / "items.csv").write_text(ITEMS.format(more=items[0], rest=items[1]))
    return plan_id(read_dataset(folder), AS_OF)


@pytest.mark.parametrize(
    ("sales", "items"),
    [
        ((",channel", ",all"), ("", "")),
        ((",stockout_share", ",0"), ("", "")),
        (("", ""), (",description", ",")),
    ],
)
def test_a_column_that_says_nothing_changes_no_name(
    tmp_path: Path, sales: tuple[str, str], items: tuple[str, str]
) -> None:
    assert named(tmp_path / "with", sales, items) == named(tmp_path / "without")


@pytest.mark.parametrize(
    ("sales", "items"),
    [
        ((",channel", ",web"), ("", "")),
        ((",stockout_share", ",0.5"), ("", "")),
        (("", ""), (",description", ",tea")),
        (("", ""), (",category", ",tea")),
    ],
)
def test_a_column_that_says_something_does(
    tmp_path: Path, sales: tuple[str, str], items: tuple[str, str]
) -> None:
    assert named(tmp_path / "with", sales, items) != named(tmp_path / "without")
