"""Whatever the shop: limits of places that supply each other hold, and every unit is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.errors import InfeasibleError
from planning.pipeline import plan_dataset
from planning.plan import Plan
from planning.steps import Steps
from tests.unit.planning.two_places import two_places

pytestmark = pytest.mark.thorough

# A failing example is not made smaller: each try is two whole plans.
FEW = settings(
    max_examples=2, deadline=None, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
UNMET = st.sampled_from(["lost", "backordered"])
PLENTY = {"central": 1e6, "north": 1e6}


def planned(folder: Path) -> Plan:
    return plan_dataset(folder, None, None, {}, Steps())


def tight(folder: Path, seed: int, days: int, share: float, settings: str) -> Plan | None:
    """A plan with a share of the room that it would take without limits; None: it cannot be."""
    free = planned(two_places(folder / "free", seed, days, PLENTY, settings)).limits
    most = free.groupby("limit")["used"].max()
    room = {place: float(most[f"space at {place}"] * share) for place in PLENTY}
    try:
        return planned(two_places(folder / "tight", seed, days, room, settings))
    except InfeasibleError:
        return None


@FEW
@given(UNMET, st.integers(0, 10_000), st.integers(0, 2), st.floats(0.5, 0.95))
def test_space_holds_and_every_unit_moved_leaves_its_source(
    tmp_path: Path, unmet: str, seed: int, days: int, share: float
) -> None:
    plan = tight(tmp_path, seed, days, share, f'unmet_demand = "{unmet}"\n')
    if plan is None:
        return
    assert (plan.limits["used"] <= plan.limits["bound"] * (1 + 1e-6)).all()
    moved = plan.orders[plan.orders["kind"] == "transfer"].groupby("sku")["quantity"].sum()
    there = plan.inventory[plan.inventory["location"] == "central"].set_index("sku")["on_hand"]
    assert (moved <= there[moved.index] + 1e-6).all()
    packs = plan.orders.merge(plan.situation.terms.frame[["sku", "location", "order_multiple"]])
    off = packs["quantity"] / packs["order_multiple"]
    np.testing.assert_allclose(off, off.round(), atol=1e-9)


def test_a_place_that_is_full_before_anything_arrives_is_no_broken_rule(tmp_path: Path) -> None:
    """Goods moved overnight are judged where they come, not where they are taken from."""
    folder = two_places(tmp_path / "data", 0, 0, {"north": 1e6})
    full = planned(folder).inventory
    volume = planned(folder).situation.terms.frame["volume_m3"].to_numpy()
    here = (full["location"] == "central").to_numpy()
    there = float((full["on_hand"].to_numpy() * volume)[here].sum())
    plan = planned(two_places(tmp_path / "tight", 0, 0, {"central": there * 0.9, "north": 1e6}))
    days = set(plan.limits.loc[plan.limits["limit"] == "space at central", "period"])
    assert days
    assert str(plan.situation.date(1)) not in days
    assert str(plan.situation.date(1)) in set(plan.limits["period"])


def test_space_that_is_to_suffice_more_surely_holds_less(tmp_path: Path) -> None:
    free = planned(two_places(tmp_path / "free", 2, 1, PLENTY)).limits
    room = {"north": float(free.loc[free["limit"] == "space at north", "used"].max()) * 0.9}
    usual = planned(two_places(tmp_path / "usual", 2, 1, room))
    surely = planned(two_places(tmp_path / "surely", 2, 1, room, "storage_percentile = 0.8\n"))
    even = planned(two_places(tmp_path / "even", 2, 1, room, "storage_percentile = 0.5\n"))
    assert (surely.limits["used"] <= surely.limits["bound"] * (1 + 1e-6)).all()
    cost = [plan.decision.solution.objective for plan in (surely, usual, even)]
    assert cost[0] > cost[1] == cost[2]


def accepted(plan: Plan) -> str:
    """The plan's order lines as the open orders that they become."""
    lines = plan.orders
    frame = pd.DataFrame(
        {
            "order_id": "A", "line_id": lines["line_id"], "sku": lines["sku"],
            "location": lines["location"], "quantity": lines["quantity"], "due_on": lines["due_on"],
            "ordered_on": str(plan.situation.as_of), "kind": lines["kind"],
            "from_location": lines.get("from_location", ""),
        }
    )  # fmt: skip
    return frame.to_csv(index=False)


def units(plan: Plan) -> pd.Series:
    """Units of each product there is and that come, all places together."""
    situation = plan.situation
    there = situation.stock.usable + situation.open_orders.per_series(situation.series)
    return pd.Series(there).groupby(situation.terms.frame["sku"].to_numpy()).sum()


@FEW
@given(st.integers(0, 10_000), st.integers(0, 3))
def test_what_is_moved_is_neither_made_nor_lost(tmp_path: Path, seed: int, days: int) -> None:
    plan = planned(two_places(tmp_path / "data", seed, days, {}))
    after = planned(two_places(tmp_path / "after", seed, days, {}, accepted=accepted(plan)))
    bought = plan.orders[plan.orders["kind"] == "purchase"].groupby("sku")["quantity"].sum()
    before = units(plan)
    np.testing.assert_allclose(
        units(after), before + bought.reindex(before.index, fill_value=0.0), atol=1e-6
    )


@FEW
@given(st.integers(0, 10_000), st.integers(1, 10), UNMET)
def test_a_longer_lead_time_never_lowers_an_order_up_to_level(
    tmp_path: Path, seed: int, longer: int, unmet: str
) -> None:
    levels = []
    for days in (4, 4 + longer):
        folder = two_places(tmp_path / str(days), seed, 1, {}, f'unmet_demand = "{unmet}"\n')
        (folder / "locations.csv").unlink()  # all is bought
        (folder / "suppliers.csv").write_text(
            f"supplier,lead_time_days,review_period_days\nmaker,{days},7\n", encoding="utf-8"
        )
        levels.append(planned(folder).decision.solution.order_up_to_level)
    assert (levels[1] >= levels[0] - 1e-6).all()
