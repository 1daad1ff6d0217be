"""By when to order what a closure holds up."""

from pathlib import Path

import pytest

from planning.pipeline import plan_dataset
from planning.steps import Steps
from tests.unit.planning.frames import dataset


def sentences(folder: Path, closures: str) -> list[str]:
    """What is said of closures, as of 2024-01-28 with a lead time of ten days."""
    days = [f"a,2024-01-{day:02},5" for day in range(1, 29)]
    dataset(
        folder,
        settings="horizon_buckets = 60\n",
        sales="sku,date,units_sold\n" + "\n".join(days) + "\n",
        stock="sku,date,on_hand\na,2024-01-28,100\n",
        items="sku,supplier,unit_cost\na,far,2\n",
        suppliers="supplier,lead_time_days\nfar,10\n",
        closures=closures,
    )
    found = plan_dataset(folder, None, None, {}, Steps()).exceptions
    found = found[found["kind"] == "closure"]
    assert (found["units"] > 0).all()
    return found["sentence"].tolist()


@pytest.mark.parametrize(
    ("closure", "word", "by"),
    [
        # The last day before it begins.
        ("far,,2024-02-10,2024-02-29,orders", "far takes no orders for 20 days", "2024-02-09"),
        # On its way for ten days, all of them before it begins: there on 2024-02-10.
        ("far,,2024-02-10,2024-02-29,shipping", "far ships nothing for 20 days", "2024-01-30"),
        # There on 2024-02-09, the last day goods are taken in.
        (
            ",main,2024-02-10,2024-02-19,receiving",
            "main takes nothing in for 10 days",
            "2024-01-29",
        ),
    ],
)
def test_the_last_day_that_is_not_held_up_is_named(
    tmp_path: Path, closure: str, word: str, by: str
) -> None:
    (said,) = sentences(tmp_path, f"supplier,location,starts_on,ends_on,stops\n{closure}\n")
    assert word in said
    assert f"order by {by} " in said


def test_a_closure_too_near_to_order_ahead_of_says_so(tmp_path: Path) -> None:
    header = "supplier,location,starts_on,ends_on,stops\n"
    (said,) = sentences(tmp_path, header + "far,,2024-02-01,2024-02-20,shipping\n")
    assert "too late already" in said


def test_closures_past_under_way_or_far_off_are_no_exception(tmp_path: Path) -> None:
    header = "supplier,location,starts_on,ends_on,stops\n"
    told = sentences(
        tmp_path,
        header
        + "far,,2024-01-02,2024-01-05,orders\nfar,,2024-01-25,2024-01-30,shipping\n"
        + "far,,2025-06-01,2025-06-05,orders\n",
    )
    assert told == []
