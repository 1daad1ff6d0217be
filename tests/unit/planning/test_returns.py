"""What customers bring back is supply on its day, and demand stays what it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planning.pipeline import plan_dataset
from planning.plan import Plan
from planning.returns import return_rates
from planning.steps import Steps
from planning.supply import RETURN

SETTINGS = 'forecast_mode = "local"\nlead_time_days = 20\nreview_period_days = 7\nbucket = "day"\n'
DAYS = 120


def planned(folder: Path, share: float | None, days: int = 14) -> Plan:
    """Ten units a day of `a`, two of them brought back; as many of `b`, which is not asked for."""
    folder.mkdir()
    dates = np.datetime64("2024-01-01") + np.arange(DAYS)
    rows = {"date": np.tile(dates.astype(str), 2), "units_sold": 10.0, "units_returned": 2.0}
    sales = pd.DataFrame({"sku": np.repeat(["a", "b"], DAYS), **rows})
    sales.to_csv(folder / "sales.csv", index=False)
    items = pd.DataFrame({"sku": ["a", "b"], "unit_cost": 1.0, "order_multiple": 0})
    if share is not None:
        items["resalable_return_share"], items["return_days"] = [share, 0.0], days
    items.to_csv(folder / "items.csv", index=False)
    stock = pd.DataFrame({"sku": ["a", "b"], "date": str(dates[-1]), "on_hand": 230})
    stock.to_csv(folder / "stock.csv", index=False)
    (folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    return plan_dataset(folder, None, None, {}, Steps())


def test_of_twenty_in_a_hundred_half_can_be_sold_again_after_a_fortnight(tmp_path: Path) -> None:
    plan = planned(tmp_path / "half", 0.5)
    lines = plan.situation.open_orders.frame
    assert set(lines["sku"]) == {"a"}
    assert set(lines["kind"]) == {RETURN}
    # What was sold on day -14 is there as day 1 opens: a unit a day, known or expected.
    by_day = lines.groupby("usable_from")["remaining"].sum()
    assert by_day.index[0] == 1
    assert by_day.loc[1:15].to_numpy() == pytest.approx(1.0)
    assert by_day.loc[16:25].to_numpy() == pytest.approx(1.0, rel=0.1)


def test_less_is_ordered_by_what_comes_back_and_demand_and_position_stay(tmp_path: Path) -> None:
    none, plain = planned(tmp_path / "none", None), planned(tmp_path / "plain", 0.0)
    assert none.plan_id == plain.plan_id
    half = planned(tmp_path / "half", 0.5)
    pd.testing.assert_frame_equal(none.forecast, half.forecast, check_exact=True)
    pd.testing.assert_series_equal(none.inventory["on_order"], half.inventory["on_order"])
    before, after = (p.orders.set_index("sku")["quantity"] for p in (none, half))
    # The order answers for the days to 27, on each of which a unit comes by itself.
    assert before["a"] - after["a"] == pytest.approx(27, rel=0.05)
    assert before["b"] == after["b"]
    assert half.exceptions["kind"].isin(["postpone", "cancel", "expedite"]).sum() == 0


def test_rates_lie_between_nothing_and_all_and_few_sales_say_little() -> None:
    sold, returned = np.array([0.0, 10.0, 1e6, 5.0]), np.array([0.0, 10.0, 1e5, 50.0])
    rates = return_rates(sold, returned, np.array([True, True, True, False]))
    assert rates[0] == pytest.approx(0.1, rel=0.01)
    assert 0.1 < rates[1] < 0.3
    assert rates[2] == pytest.approx(0.1, rel=0.01)
    assert rates[3] == 0.0
    assert return_rates(np.ones(1), np.full(1, 9.0), np.ones(1, np.bool_))[0] <= 1.0
