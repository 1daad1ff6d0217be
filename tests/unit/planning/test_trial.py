"""A policy on trial plans its share of the items, and nothing else changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.errors import ConflictError, NotFoundError, PlanError, SettingsError
from domain.settings_trial import TrialSetting
from optimization.given_orders import ON_TRIAL
from planning.pipeline import plan_dataset
from planning.plan import Plan
from planning.policy_review import review_of
from planning.steps import Steps
from planning.trial import CHALLENGER, CONTROL, on_trial, policy_named
from tests.e2e.shop import DAYS, FIRST_DAY, Shop, small_shop

LAST = FIRST_DAY + DAYS - 1
SKUS = pd.Series([f"sku-{number:05}" for number in range(20_000)])
COVER = "days_of_cover:cover_days=21"


def setting(**values: object) -> TrialSetting:
    return TrialSetting.model_validate({"policy": "base_stock", **values})


def planned(shop: Shop, folder: Path, policy: str = "", **values: object) -> Plan:
    told = {"policy": policy, "share": 0.4, **values} if policy else None
    overrides = {} if told is None else {"trial": told}
    return plan_dataset(shop.write(folder), None, None, overrides, Steps())


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The plan of the shop without a trial."""
    return planned(small_shop(), tmp_path_factory.mktemp("plain"))


def test_each_class_has_its_share_on_trial_within_chance() -> None:
    share, classes = 0.2, np.random.default_rng(3).integers(0, 12, len(SKUS))
    drawn = on_trial(SKUS, setting(share=share))
    for one in range(12):
        mine = drawn[classes == one]
        assert abs(mine.mean() - share) < 4 * np.sqrt(share * (1 - share) / mine.size)


def test_no_item_changes_sides_with_the_order_others_places_or_a_larger_share() -> None:
    drawn = pd.Series(on_trial(SKUS, setting()), index=SKUS)
    mixed = SKUS.sample(frac=1.0, random_state=4).head(5000)
    pd.testing.assert_series_equal(
        pd.Series(on_trial(mixed, setting()), index=mixed), drawn[mixed], check_names=False
    )
    twice = pd.concat([SKUS, pd.Series(["new-1", "new-2"]), SKUS], ignore_index=True)
    found = on_trial(twice, setting())
    assert (found[: len(SKUS)] == drawn.to_numpy()).all()  # new items move nobody,
    assert (found[-len(SKUS) :] == drawn.to_numpy()).all()  # nor does another place of an item
    assert (on_trial(SKUS, setting(share=0.5)) >= drawn.to_numpy()).all()


@pytest.mark.parametrize("other", [{"seed": 1}, {"name": "second"}])
def test_another_seed_or_name_draws_independently(other: dict[str, object]) -> None:
    one, two = on_trial(SKUS, setting(share=0.5)), on_trial(SKUS, setting(share=0.5, **other))
    assert abs((one & two).mean() - 0.25) < 0.02


@pytest.mark.parametrize("policy", [COVER, "min_max", "base_stock", "optimizer:shortage_factor=3"])
def test_items_on_trial_are_ordered_as_the_policy_orders_alone_and_others_as_ever(
    tmp_path: Path, policy: str, plain: Plan
) -> None:
    made = planned(small_shop(), tmp_path / "trial", policy)
    trial = made.situation.trial
    assert trial is not None
    assert 3 < trial.assigned.sum() < 21
    alone = policy_named(policy).order(review_of(plain.situation))
    today = made.situation.cycles.orders_today
    quantity = made.inventory["quantity"].to_numpy()
    np.testing.assert_allclose(quantity[trial.assigned], (alone * today)[trial.assigned])
    usual = ~trial.assigned
    np.testing.assert_array_equal(quantity[usual], plain.inventory["quantity"].to_numpy()[usual])
    assert (quantity != plain.inventory["quantity"].to_numpy()).any()
    arm = np.where(trial.assigned, CHALLENGER, CONTROL)
    assert (made.inventory["arm"] == arm).all()
    lines = made.orders.merge(made.inventory[["sku", "arm"]], on="sku")
    assert (lines["arm_x"] == lines["arm_y"]).all()
    parts = made.waterfall.drop(columns=["line_id", "quantity_then", "more_stock_for_none",
                                         "less_stock_for_more"])  # fmt: skip
    total = parts.select_dtypes("number").drop(columns="quantity").sum(axis=1)
    np.testing.assert_allclose(total, made.waterfall["quantity"], atol=1e-6)


def test_a_line_says_what_the_plan_itself_would_want(tmp_path: Path) -> None:
    made = planned(small_shop(), tmp_path, COVER)
    bound = made.orders[made.orders["binding"] == ON_TRIAL]
    assert len(bound)
    assert bound["reason"].str.contains("the policy on trial orders").any()
    idle = made.inventory[(made.inventory["arm"] == CHALLENGER) & (made.inventory["quantity"] == 0)]
    assert idle["reason_not_ordered"].str.contains("policy on trial|takes no orders").all()


@pytest.mark.parametrize(
    "days",
    [
        {"begins_on": str(LAST + 1)},
        {"ends_on": str(LAST - 1), "begins_on": str(LAST - 30)},
    ],
)
def test_before_it_begins_and_after_it_ends_the_plan_is_as_ever(
    tmp_path: Path, days: dict[str, str], plain: Plan
) -> None:
    made = planned(small_shop(), tmp_path / "trial", COVER, **days)
    assert made.situation.trial is None
    pd.testing.assert_frame_equal(
        made.orders.drop(columns="plan_id"), plain.orders.drop(columns="plan_id")
    )
    pd.testing.assert_frame_equal(made.inventory, plain.inventory)


def test_an_optimizer_on_trial_shares_limits_and_a_rule_is_refused(tmp_path: Path) -> None:
    shop = small_shop()
    shop.settings += "[[budget]]\namount = 900\nperiod_days = 7\n"
    made = planned(shop, tmp_path / "weighed", "optimizer:shortage_factor=3")
    today = made.limits[made.limits["period"].str.startswith(str(LAST))]
    assert (today["used"] <= 900 * (1 + 1e-6)).all()
    assert set(made.orders["arm"]) == {CHALLENGER, CONTROL}
    with pytest.raises(ConflictError, match="shortage_factor"):
        planned(shop, tmp_path / "rule", COVER)


@pytest.mark.parametrize(
    ("policy", "error"),
    [
        ("no_such_policy", SettingsError),
        ("unadjusted_optimizer", SettingsError),
        ("orders_made", SettingsError),
        ("perfect_foresight", PlanError),
        ("calibrated_optimizer", NotFoundError),
    ],
)
def test_a_policy_that_cannot_plan_is_refused(
    tmp_path: Path, policy: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        planned(small_shop(), tmp_path, policy)


def test_a_trial_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="after it begins"):
        setting(begins_on=date(2024, 5, 1), ends_on=date(2024, 5, 1))
