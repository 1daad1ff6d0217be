"""Demand for a bundle is demand for its parts, unless it is stocked itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.as_of import settle
from planning.bundles import taken_apart
from planning.dataset import Dataset
from planning.forecasts import demand_panel, known_on
from planning.item_terms import resolve_terms
from planning.series import find_series
from tests.unit.planning.frames import dataset

SALES = (
    "sku,date,units_sold,unit_price,units_returned\n"
    "a,2024-01-01,10,2,0\na,2024-01-02,4,2,0\nb,2024-01-01,0,,0\n"
    "set,2024-01-01,3,9,1\nset,2024-01-02,2,9,0\n"
)
PARTS = "sku,component,units\nset,a,2\nset,b,1\n"


def demand(known: Dataset, column: str = "units_sold") -> dict[str, float]:
    sales = known.tables["sales"].astype({"sku": "str"})
    return {str(sku): float(units) for sku, units in sales.groupby("sku")[column].sum().items()}


def skus(known: Dataset) -> list[str]:
    return find_series(known)["sku"].tolist()


def test_a_bundle_raises_its_parts_by_what_it_holds(tmp_path: Path) -> None:
    known = taken_apart(dataset(tmp_path, sales=SALES, bundles=PARTS))
    assert demand(known) == {"a": 10 + 4 + 2 * 5, "b": 5}
    assert demand(known, "units_returned") == {"a": 2, "b": 1}
    assert skus(known) == ["a", "b"]
    by_day = known.tables["sales"].groupby(["sku", "date"], observed=True)["units_sold"].sum()
    assert by_day.tolist() == [16, 8, 3, 2]


def test_its_price_is_not_theirs(tmp_path: Path) -> None:
    sales = taken_apart(dataset(tmp_path, sales=SALES, bundles=PARTS)).tables["sales"]
    assert sales["unit_price"].dropna().unique().tolist() == [2.0]
    assert list(sales["sku"].cat.categories) == ["a", "b"]
    assert "all in set" in set(sales["channel"])
    assert sales.duplicated(["sku", "location", "date", "channel"]).sum() == 0


def test_a_bundle_in_a_bundle_is_taken_apart_too(tmp_path: Path) -> None:
    parts = PARTS + "box,set,4\nbox,a,1\n"
    sales = SALES + "box,2024-01-02,1,50,0\n"
    known = taken_apart(dataset(tmp_path, sales=sales, bundles=parts))
    assert demand(known) == {"a": 24 + 9, "b": 5 + 4}


@pytest.mark.parametrize(
    "tables",
    [
        {"stock": "sku,date,on_hand\nset,2024-01-02,1\n"},
        {"open_orders": "order_id,sku,quantity,due_on\no,set,5,2024-01-09\n"},
        {"items": "sku,planned\nset,stock\n"},
        {"items": "sku,location,planned\nset,main,on_order\n"},
    ],
)
def test_a_bundle_that_is_stocked_itself_keeps_its_demand(
    tmp_path: Path, tables: dict[str, str]
) -> None:
    known = taken_apart(dataset(tmp_path, sales=SALES, bundles=PARTS, **tables))
    assert demand(known) == {"a": 14, "b": 0, "set": 5}
    assert "set" in skus(known)


@pytest.mark.parametrize(
    "tables",
    [
        {"stock": "sku,date,on_hand\nset,2024-01-02,0\n"},
        {"items": "sku,planned,category\nset,,gifts\na,,\n"},
        {"items": "sku,planned\nset,no\n"},
    ],
)
def test_a_bundle_that_is_only_named_is_no_series(tmp_path: Path, tables: dict[str, str]) -> None:
    known = taken_apart(dataset(tmp_path, sales=SALES, bundles=PARTS, **tables))
    assert skus(known) == ["a", "b"]


def test_it_may_be_stocked_at_one_place_alone(tmp_path: Path) -> None:
    sales = "sku,location,date,units_sold\nset,x,2024-01-01,3\nset,y,2024-01-01,7\n"
    stock = "sku,location,date,on_hand\nset,x,2024-01-01,2\n"
    items = "sku,unit_cost\na,1\nb,1\nset,3\n"
    known = taken_apart(dataset(tmp_path, sales=sales, bundles=PARTS, stock=stock, items=items))
    pairs = find_series(known).to_numpy().tolist()
    assert pairs == [["a", "y"], ["b", "y"], ["set", "x"]]


def test_what_customers_ordered_of_it_is_ordered_of_its_parts(tmp_path: Path) -> None:
    orders = (
        "order_id,sku,ordered_on,ship_on,quantity,quantity_shipped\n"
        "o1,set,2024-01-02,2024-01-05,6,1\no1,a,2024-01-02,2024-01-05,1,0\n"
    )
    known = taken_apart(dataset(tmp_path, sales=SALES, bundles=PARTS, customer_orders=orders))
    lines = known.tables["customer_orders"]
    left = (lines["quantity"] - lines["quantity_shipped"]).groupby(lines["sku"]).sum()
    assert left.to_dict() == {"a": 11, "b": 5}
    assert lines.duplicated(["order_id", "sku", "location"]).sum() == 0


def test_a_dataset_without_bundles_is_left_as_it_is(tmp_path: Path) -> None:
    known = dataset(tmp_path, sales=SALES)
    assert taken_apart(known) is known


def test_no_unit_is_lost_whatever_the_bundles(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    for number in range(5):
        names = [f"s{i}" for i in range(8)]
        rows = [(n, f"{d:02}", int(rng.integers(1, 9))) for n in names for d in range(1, 5)]
        sales = "sku,date,units_sold\n" + "".join(f"{n},2024-01-{d},{u}\n" for n, d, u in rows)
        # Parts have higher numbers than what they are part of: no rings.
        links = {
            (f"s{i}", f"s{j}"): int(rng.integers(1, 4))
            for i, j in rng.integers(0, 8, (6, 2))
            if i < j
        }
        parts = "sku,component,units\n" + "".join(f"{a},{b},{u}\n" for (a, b), u in links.items())
        known = taken_apart(dataset(tmp_path / str(number), sales=sales, bundles=parts))
        own = pd.Series({n: float(sum(u for m, _, u in rows if m == n)) for n in names})
        wanted = own.copy()
        for name in names:
            for (whole, part), units in links.items():
                if whole == name:
                    wanted[part] += units * wanted[name]
        leaves = [name for name in names if name not in {whole for whole, _ in links}]
        assert demand(known) == {name: wanted[name] for name in leaves}


def test_a_plan_knows_of_no_bundle(tmp_path: Path) -> None:
    whole = dataset(tmp_path, sales=SALES, bundles=PARTS)
    known, calendar = known_on(whole, *settle(whole))
    terms = resolve_terms(known, find_series(known), calendar.as_of)
    panel, _ = demand_panel(known, terms, calendar)
    assert [key.sku for key in panel.keys] == ["a", "b"]
    assert panel.demand.tolist() == [[16, 8], [3, 2]]


def test_units_added_to_a_bundle_are_added_to_its_parts(tmp_path: Path) -> None:
    words = (
        "sku,starts_on,ends_on,how,value,made_by\n"
        "set,2024-01-03,2024-01-09,add,5,Ann\n"
        "a,2024-01-03,2024-01-09,add,1,Ann\n"
        "set,2024-01-03,2024-01-09,multiply,2,Bo\n"
    )
    known = taken_apart(dataset(tmp_path, sales=SALES, bundles=PARTS, adjustments=words))
    added = known.tables["adjustments"]
    added = added[added["how"] == "add"]
    assert added.groupby("sku")["value"].sum().to_dict() == {"a": 11, "b": 5}
    said = {
        note.table: note.count for note in known.notes if "write them of the parts" in note.sentence
    }
    assert said == {"adjustments": 1}


NAMES = [f"s{i}" for i in range(6)]
SOLD = st.tuples(
    st.sampled_from(NAMES), st.sampled_from("xy"), st.integers(1, 4), st.integers(0, 9)
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sold=st.lists(SOLD, min_size=1, max_size=20, unique_by=lambda row: row[:3]),
    # Parts have higher numbers than what they are part of: no rings.
    links=st.dictionaries(
        st.tuples(st.integers(0, 4), st.integers(1, 5)).filter(lambda pair: pair[0] < pair[1]),
        st.sampled_from([0.5, 1, 2, 3]),
        min_size=1,
    ),
    stocked=st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from("xy"))),
    returned=st.integers(0, 3),
)
def test_no_unit_is_lost_or_made_at_any_place(
    tmp_path: Path,
    sold: list[tuple[str, str, int, int]],
    links: dict[tuple[int, int], float],
    stocked: set[tuple[str, str]],
    returned: int,
) -> None:
    """What is left at a place is worth, part by part, what was sold there; none is a bundle."""
    parts = {(f"s{i}", f"s{j}"): units for (i, j), units in links.items()}
    rows = "".join(f"{s},{p},2024-01-0{d},{u},{returned}\n" for s, p, d, u in sold)
    tables = {
        "sales": "sku,location,date,units_sold,units_returned\n" + rows,
        "items": "sku\n" + "".join(f"{name}\n" for name in NAMES),
        "bundles": "sku,component,units\n"
        + "".join(f"{a},{b},{u}\n" for (a, b), u in parts.items()),
        "stock": "sku,location,date,on_hand\n"
        + "".join(f"{s},{p},2024-01-01,1\n" for s, p in sorted(stocked)),
    }
    whole = dataset(tmp_path, **tables)
    sales = taken_apart(whole).tables["sales"].astype({"sku": "str", "location": "str"})
    bundles = {name for name, _ in parts}

    def worth(frame: pd.DataFrame, column: str, place: str) -> dict[str, float]:
        """Units of what is sold as it is at a place: bundles are opened, the first ones first."""
        units = dict.fromkeys(NAMES, 0.0)
        units |= frame[frame["location"] == place].groupby("sku")[column].sum().to_dict()
        for name in NAMES:
            if name in bundles and (name, place) not in stocked:
                for (outer, inner), each in parts.items():
                    units[inner] += each * units[name] if outer == name else 0.0
                units[name] = 0.0
        return units

    for place in "xy":
        left = set(sales.loc[sales["location"] == place, "sku"])
        assert not {name for name in left & bundles if (name, place) not in stocked}
        for column in ("units_sold", "units_returned"):
            wanted = worth(whole.tables["sales"].astype({"sku": "str"}), column, place)
            found = sales[sales["location"] == place].groupby("sku")[column].sum().to_dict()
            assert {**dict.fromkeys(NAMES, 0.0), **found} == pytest.approx(wanted)
