"""What items really cost, against sums made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.monitoring.known import Seen, see
from experiments.trials.realised import Prices, Rates, rates, windows_of
from planning.steps import Steps
from tests.unit.planning.frames import dataset

FIRST, DAYS, BEGIN = np.datetime64("2024-01-01"), 40, 20
HOLDING, SHORT, LINE, ORDER, COST = 0.1, 3.0, 0.5, 4.0, 2.0


def shop(folder: Path) -> Seen:
    """Items a and b of one supplier sell 2 a day; a is bare on two days of the trial."""
    days = FIRST + np.arange(DAYS)
    sales, stock = [], []
    for sku in ("a", "b"):
        for place, day in enumerate(days):
            bare = sku == "a" and place in (30, 31)
            sales.append(f"{sku},{day},{0 if bare else 2},{1 if bare else 0}")
            stock.append(f"{sku},{day},{0 if bare else 10}")
    dataset(
        folder,
        sales="sku,date,units_sold,stockout_share\n" + "\n".join(sales) + "\n",
        stock="sku,date,on_hand\n" + "\n".join(stock) + "\n",
        items="sku,unit_cost,supplier\na,2,maker\nb,2,maker\n",
        suppliers="supplier,lead_time_days,line_cost,order_cost\nmaker,3,0.5,4\n",
        receipts="order_id,sku,ordered_on,received_on,quantity\n"
        f"1,a,{days[26]},{days[29]},6\n2,b,{days[26]},{days[29]},6\n3,b,{days[33]},{days[36]},6\n",
        settings='bucket = "day"\n',
    )
    return see(folder, None, None, None, {}, Steps())


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return shop(tmp_path_factory.mktemp("shop"))


def realised(seen: Seen, before: bool) -> Rates:
    same = [np.full(2, value) for value in (HOLDING, SHORT, LINE, ORDER, COST)]
    begin = FIRST + BEGIN
    windows = windows_of(seen, np.full(2, 3.0), begin, FIRST + DAYS - 1)
    inside = windows.before if before else windows.now
    return rates(seen, Prices(*same), inside, windows.days, np.array([0, 1]))


def test_days_count_from_the_first_order_that_could_be_there_and_as_many_before(
    seen: Seen,
) -> None:
    windows = windows_of(seen, np.array([3.0, 7.5]), FIRST + BEGIN, FIRST + DAYS - 1)
    assert windows.now.sum(axis=1).tolist() == [DAYS - BEGIN - 4, DAYS - BEGIN - 9]
    assert windows.before.sum(axis=1).tolist() == [BEGIN, BEGIN]
    short = windows_of(seen, np.zeros(2), FIRST + BEGIN, FIRST + BEGIN + 4)
    assert short.before.sum(axis=1).tolist() == [5, 5]
    assert not (short.now & short.before).any()


def test_what_is_held_short_and_ordered_is_what_a_hand_adds_up(seen: Seen) -> None:
    made, days = realised(seen, before=False), DAYS - BEGIN - 4
    np.testing.assert_allclose(made.holding, HOLDING * 10 * np.array([days - 2, days]) / days)
    np.testing.assert_allclose(made.hidden, np.array([4.0, 0.0]) / days, rtol=0.1)
    np.testing.assert_allclose(made.shortage, SHORT * made.hidden)
    # Of the first order both lines share the cost; the second is b's alone.
    a, b = LINE + ORDER / 2, 2 * LINE + ORDER / 2 + ORDER
    np.testing.assert_allclose(made.order, np.array([a, b]) / days)
    np.testing.assert_allclose(made.cost, made.holding + made.shortage + made.order)
    np.testing.assert_allclose(made.days_without, np.array([2.0, 0.0]) / days)
    np.testing.assert_allclose(made.goods, COST * 2 * np.array([days - 2, days]) / days)


def test_before_the_trial_nothing_was_ordered_or_short(seen: Seen) -> None:
    made = realised(seen, before=True)
    np.testing.assert_allclose(made.cost, HOLDING * 10)
    assert (made.order == 0).all()


def test_an_item_whose_stock_nobody_counted_is_not_known(seen: Seen) -> None:
    windows = windows_of(seen, np.full(2, 3.0), FIRST + BEGIN, FIRST + DAYS - 1)
    same = [np.full(2, value) for value in (HOLDING, SHORT, LINE, ORDER, COST)]
    uncounted = windows.now.copy()
    uncounted[0] = False
    made = rates(seen, Prices(*same), uncounted, windows.days, np.array([0, 1]))
    assert np.isnan(made.cost[0])
    assert np.isfinite(made.cost[1])
