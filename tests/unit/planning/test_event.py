"""Readiness for an event: which days are meant, last order days, what past events did."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.errors import NotFoundError
from domain.outputs_event import EVENT_EFFECTS, READINESS
from planning.dataset import Dataset
from planning.event.occurrences import Occurrence, times_of
from planning.event.run import Readiness, ready
from planning.forecasts import known_at
from planning.steps import Steps
from tests.unit.planning.frames import dataset

AS_OF = np.datetime64("2024-05-31")  # a Friday
FIRST = np.datetime64("2023-12-01")
FAIRS = (
    "event,location,starts_on,ends_on\n"
    "fair,,2024-02-05,2024-02-09\n"
    "fair,,2024-03-25,2024-03-29\n"
    "fair,,2024-06-15,2024-06-18\n"
    "fair,,2024-08-01,2024-08-02\n"
)


def sales(uplift: dict[str, float], seed: int = 2) -> str:
    """Daily sales of items, ten or so a day, with their uplift at the first two fairs."""
    draw, days = np.random.default_rng(seed), np.arange(FIRST, AS_OF + 1)
    fair = np.zeros(days.size, bool)
    for begin, end in (("2024-02-05", "2024-02-09"), ("2024-03-25", "2024-03-29")):
        fair |= (days >= np.datetime64(begin)) & (days <= np.datetime64(end))
    rows = ["sku,date,units_sold"]
    for sku, factor in uplift.items():
        units = draw.poisson(30 * np.where(fair, factor, 1.0))
        rows += [f"{sku},{day},{sold}" for day, sold in zip(days, units, strict=True)]
    return "\n".join(rows) + "\n"


def found(folder: Path, name: str = "fair", **tables: str) -> Readiness:
    dataset(folder, settings=tables.pop("settings", 'bucket = "day"\n'), **tables)
    steps = Steps(lambda _name, _share: None)
    known, calendar = known_at(folder, AS_OF.astype(object), None, {}, steps)
    return ready("shop", known, calendar, times_of(known, name, calendar.as_of), steps)


ITEMS = "sku,category,supplier,unit_price,unit_cost\n" + "".join(
    f"{sku},tea,acme,4,2\n" for sku in "abcd"
)
SUPPLIERS = "supplier,lead_time_days,order_weekdays\nacme,5,15\n"  # Mondays and Fridays


def tables(**more: str) -> dict[str, str]:
    steady = dict.fromkeys("abc", 2.0) | {"d": 0.5}
    made = {"sales": sales(steady), "items": ITEMS, "suppliers": SUPPLIERS, "events": FAIRS}
    return made | more


def known(folder: Path, **tables: str) -> Dataset:
    return dataset(folder, **tables)


def test_the_next_occurrence_is_meant_or_the_one_that_is_named(tmp_path: Path) -> None:
    data = known(tmp_path, events=FAIRS)
    times = times_of(data, "fair", AS_OF)
    assert [each.starts for each in times.past] == [dt.date(2024, 2, 5), dt.date(2024, 3, 25)]
    assert times.coming == (Occurrence(dt.date(2024, 6, 15), dt.date(2024, 6, 18)),)
    later = times_of(data, "fair", AS_OF, starts=dt.date(2024, 8, 1))
    assert later.starts == dt.date(2024, 8, 1)
    with pytest.raises(NotFoundError) as caught:
        times_of(data, "fair", AS_OF, year=2031)
    assert "2024-06-15, 2024-08-01" in caught.value.mend


def test_a_shopping_event_is_known_by_name_and_an_unknown_name_is_told_the_known_ones(
    tmp_path: Path,
) -> None:
    data = known(tmp_path, events=FAIRS)
    assert times_of(data, "double_11", AS_OF).starts == dt.date(2024, 10, 28)
    assert times_of(data, "double_11", AS_OF, year=2025).ends == dt.date(2025, 11, 16)
    with pytest.raises(NotFoundError, match="no event is called 'fairr'") as caught:
        times_of(data, "fairr", AS_OF)
    assert "'fair'" in caught.value.mend
    assert "lunar_new_year" in caught.value.mend


def test_the_uplift_that_was_planted_lies_in_its_interval_and_lifts_the_coming_one(
    tmp_path: Path,
) -> None:
    made = found(tmp_path, **tables())
    assert made.measured == 2
    during = made.effects[(made.effects["phase"] == "during")].set_index("sku")
    for sku in "abc":
        row = during.loc[sku]
        assert row["uplift_low"] < 2.0 < row["uplift_high"]
        assert row["uplift"] == pytest.approx(2.0, abs=0.15)
        assert row["lost_units"] == 0
    # What the others of its category gained, this one lost: half of 300 units or so.
    assert during.loc["d", "uplift_high"] < 1
    assert during.loc["d", "lost_units"] == pytest.approx(150, rel=0.2)
    for phase in ("before", "after"):
        quiet = made.effects[made.effects["phase"] == phase]
        assert (quiet["uplift"] - 1).abs().max() < 0.1
    items = made.items.set_index("sku")
    # Four days of thirty, twice or half.
    assert items.loc["a", "demand_mean"] == pytest.approx(240, rel=0.1)
    assert items.loc["d", "demand_mean"] == pytest.approx(60, rel=0.2)
    assert (made.items.columns == list(READINESS.names)).all()
    assert (made.effects.columns == list(EVENT_EFFECTS.names)).all()


def test_the_last_order_day_keeps_lead_time_weekdays_and_closures(tmp_path: Path) -> None:
    # On the shelf on Saturday 15 June: five days between, so ordered on Sunday 9 June or before;
    # orders are taken on Mondays and Fridays: Friday 7 June.
    open_days = found(tmp_path / "open", **tables())
    assert set(open_days.items["last_order_on"]) == {pd.Timestamp("2024-06-07")}
    # The supplier takes no orders from 5 to 7 June: Monday 3 June.
    closed = "supplier,starts_on,ends_on,stops\nacme,2024-06-05,2024-06-07,orders\n"
    made = found(tmp_path / "closed", **tables(closures=closed))
    assert set(made.items["last_order_on"]) == {pd.Timestamp("2024-06-03")}
    # A lead time of a month: too late for what is missing.
    slow = SUPPLIERS.replace("acme,5", "acme,30")
    late = found(tmp_path / "late", **tables(suppliers=slow))
    assert late.items["too_late"].all()
    assert late.items["last_order_on"].isna().all()


def test_what_is_there_is_stock_and_orders_due_before_less_demand_until_then(
    tmp_path: Path,
) -> None:
    stock = "sku,date,on_hand,backordered\na,2024-05-31,1000,10\nb,2024-05-31,2000,0\n"
    orders = (
        "order_id,sku,quantity,due_on\n1,a,100,2024-06-15\n2,a,900,2024-06-16\n3,b,7,2024-06-14\n"
    )
    made = found(tmp_path, **tables(stock=stock, open_orders=orders))
    items = made.items.set_index("sku")
    assert items.loc["a", ["on_hand", "due_before"]].tolist() == [990, 100]
    assert items.loc["b", "due_before"] == 7
    until = items.loc["a", "demand_before"]
    assert until == pytest.approx(14 * 30, rel=0.1)
    assert items.loc["a", "available"] == pytest.approx(1090 - until)
    assert items.loc["a", "probability_covered"] > 0.99
    assert items.loc["a", "missing_units"] == 0
    # The rest has nothing: the 0.95 quantile is missing, at its price, the most first.
    assert made.items["sku"].iloc[0] == "c"
    assert items.loc["c", "missing_value"] == pytest.approx(4 * items.loc["c", "demand_q95"])
    assert (made.items["missing_value"].diff().dropna() <= 0).all()


def test_what_comes_while_it_lasts_serves_the_days_that_are_left(tmp_path: Path) -> None:
    def with_order_due(day: str) -> pd.Series:
        # Some 420 are sold until Saturday 15 June, then 60 a day for four days.
        stock = "sku,date,on_hand\na,2024-05-31,550\n"
        orders = f"order_id,sku,quantity,due_on\n1,a,300,{day}\n"
        made = found(tmp_path / day, **tables(stock=stock, open_orders=orders))
        return made.items.set_index("sku").loc["a"]

    ready, late, never = (with_order_due(f"2024-06-{day}") for day in (17, 18, 19))
    assert [each["due_before"] for each in (ready, late, never)] == [0, 0, 0]
    assert [each["due_during"] for each in (ready, late, never)] == [300, 300, 0]
    # In time for the third day; a day late; after the last day: a day's demand more each time.
    assert ready["missing_units"] < 30
    assert late["missing_units"] - ready["missing_units"] == pytest.approx(60, abs=15)
    assert never["missing_units"] - late["missing_units"] == pytest.approx(60, abs=15)
    assert ready["probability_covered"] > 0.5 > late["probability_covered"]
    assert late["probability_covered"] >= never["probability_covered"]
    for each in (late, never):
        assert each["needed_on"] == pd.Timestamp("2024-06-17")
        # On the shelf on Monday 17 June after five days between: Monday 10 June, not Friday 7.
        assert each["last_order_on"] == pd.Timestamp("2024-06-10")
        assert not each["too_late"]


def test_what_an_open_transfer_takes_away_is_not_there(tmp_path: Path) -> None:
    head, *rows = sales(dict.fromkeys("ab", 2.0)).splitlines()
    there = "\n".join([f"location,{head}", *(f"x,{row}" for row in rows), "y,a,2024-05-31,3"])
    stock = "sku,location,date,on_hand\na,x,2024-05-31,1000\n"
    leaves = (
        "order_id,sku,location,quantity,due_on,ordered_on,kind,from_location\n"
        "1,a,y,400,2024-06-04,2024-05-31,transfer,x\n"
    )
    made = found(tmp_path, **tables(sales=f"{there}\n", stock=stock, open_orders=leaves))
    items = made.items.set_index(["sku", "location"])
    assert items.loc[("a", "x"), "on_hand"] == 600
    assert items.loc[("a", "y"), "due_before"] == 400


def test_presales_are_counted_by_their_conversion_and_are_a_floor(tmp_path: Path) -> None:
    orders = (
        "order_id,sku,ordered_on,ship_on,quantity,kind,conversion\n"
        "1,a,2024-05-20,2024-06-16,5000,presale,0.8\n"
        "2,a,2024-05-20,2024-06-20,900,presale,1\n"
        "3,b,2024-06-01,2024-06-16,900,presale,1\n"
    )
    made = found(tmp_path, **tables(customer_orders=orders)).items.set_index("sku")
    assert made.loc["a", "presale_units"] == 4000
    assert made.loc["a", "demand_q50"] >= 4000
    assert made.loc["a", "demand_mean"] >= 4000
    assert made.loc["b", "presale_units"] == 0  # nobody knew of it at as_of


def test_an_event_without_a_past_expects_usual_demand(tmp_path: Path) -> None:
    once = "event,starts_on,ends_on\nlaunch,2024-06-15,2024-06-18\n"
    made = found(tmp_path, "launch", **tables(events=once))
    assert made.measured == 0
    assert made.effects.empty
    assert made.items.set_index("sku").loc["c", "demand_mean"] == pytest.approx(120, rel=0.3)


def test_an_event_at_the_beginning_of_history_is_not_measured(tmp_path: Path) -> None:
    early = FAIRS.replace("2024-02-05,2024-02-09", "2023-12-20,2023-12-22")
    assert found(tmp_path, **tables(events=early)).measured == 1
