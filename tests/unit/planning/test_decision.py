"""What is decided in portions is what is decided at once, and open orders are judged by cost."""

from pathlib import Path

import numpy as np
import pytest

from planning import decision as deciding
from planning.forecasts import known_at
from planning.pipeline import look
from planning.situation import Situation
from planning.steps import Steps
from tests.e2e.shop import DAYS, FIRST_DAY, Shop, small_shop

LAST_DAY = FIRST_DAY + DAYS - 1


def situation(shop: Shop, folder: Path) -> Situation:
    data = shop.write(folder)
    dataset, calendar = known_at(data, None, None, {}, Steps())
    return look("shop", dataset, calendar, Steps())


def nobody(_: float) -> None:
    """Nobody is told."""


def test_portions_hold_every_series_once_and_split_no_order(tmp_path: Path) -> None:
    shop = small_shop()
    shop.tables["suppliers"]["order_cost"] = [5.0, 0.0]
    whole = situation(shop, tmp_path)
    one = deciding.decide(whole, nobody)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deciding, "MOST_KNOTS", 1)
        parts = deciding.portions(whole)
        many = deciding.decide(whole, nobody)
    assert sorted(np.concatenate(parts).tolist()) == list(range(whole.series))
    suppliers = whole.terms.frame["supplier"].to_numpy()
    shared = [part for part in parts if "near" in suppliers[part]]
    assert len(shared) == 1  # lines that share an order's cost stay together
    assert len(parts) > 2
    np.testing.assert_array_equal(one.solution.quantity, many.solution.quantity)
    assert one.solution.objective == pytest.approx(many.solution.objective)
    np.testing.assert_allclose(one.outlook.cover_after, many.outlook.cover_after)


def test_an_order_nobody_needs_is_to_be_cancelled_and_one_in_need_to_be_hurried(
    tmp_path: Path,
) -> None:
    shop = small_shop()
    shop.tables["stock"]["on_hand"] = [0 if sku == "sku-001" else 5000 for sku in
                                       shop.tables["stock"]["sku"]]  # fmt: skip
    shop.tables["open_orders"] = (
        shop.tables["stock"][["sku"]]
        .iloc[:2]
        .assign(
            order_id=["glut", "rescue"],
            quantity=[400, 60],
            due_on=str(LAST_DAY + 6),
            ordered_on=str(LAST_DAY - 10),
        )
    )
    whole = situation(shop, tmp_path)
    made = deciding.decide(whole, nobody)
    lines = whole.open_orders.frame["order_id"]
    kinds = {lines[action.line]: action.kind for action in made.actions}
    assert kinds == {"glut": "cancel", "rescue": "expedite"}
    assert all(action.saving > 0 for action in made.actions)
