"""A search is seeded, begins with what is typed, and knows nothing of the days that judge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from domain.settings_trees import TreesSetting
from domain.terms import Singles
from experiments.retraining import entrants as module
from experiments.retraining.entrants import SEARCHED, entrants
from experiments.retraining.job import Job
from experiments.retraining.known import Known, look
from experiments.retraining.recipes import Recipe
from experiments.retraining.search import Limits, Loss, loss_of, search
from forecasting.models.boosted_trees import fit_trees
from planning.steps import Steps
from tests.e2e.shop import Shop, small_shop

TYPED = TreesSetting()


def bowl(trees: TreesSetting) -> float:
    """Least at sixty leaves, all led by trees."""
    return 1.0 + abs(trees.leaves - 60) / 60 + (1.0 - trees.lead)


def known_of(shop: Shop, folder: Path) -> Known:
    return look(shop.write(folder), None, None, {}, Steps())


def test_the_same_seed_tries_the_same_and_begins_with_what_is_typed() -> None:
    tried: list[list[TreesSetting]] = [[], [], []]

    def noted(place: int) -> Loss:
        def loss(trees: TreesSetting) -> float:
            tried[place].append(trees)
            return bowl(trees)

        return loss

    one, again = (search(noted(place), TYPED, Limits(25), 7) for place in (0, 1))
    search(noted(2), TYPED, Limits(25), 8)
    assert tried[0] == tried[1] != tried[2]
    assert tried[0][0] == TYPED
    assert one == again
    assert one.as_typed == bowl(TYPED)
    assert one.loss == min(bowl(trees) for trees in tried[0]) == bowl(one.trees)
    assert one.better


def test_seconds_end_it_earlier_and_are_told() -> None:
    found = search(bowl, TYPED, Limits(50, 0.0), 7)
    assert found.trials == 1
    assert found.trees == TYPED
    assert not found.better
    assert "1 settings of the trees were tried of 50" in found.sentence(Limits(50, 0.0))


def test_where_nothing_is_better_nothing_is_found() -> None:
    assert not search(lambda trees: float(trees != TYPED), TYPED, Limits(5), 7).better


def test_what_is_found_takes_part_and_is_searched_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = replace(known_of(small_shop(skus=3), tmp_path / "shop"), forecast_mode="full")
    asked: list[TreesSetting] = []

    def counted(trees: TreesSetting) -> float:
        asked.append(trees)
        return bowl(trees)

    monkeypatch.setattr(module, "loss_of", lambda known: counted)
    monkeypatch.setattr(module, "_calibrated", lambda *_: {"said": "not here", "calibration": None})
    job = Job("job", tmp_path / "job")
    made, again = (entrants(known, job, None, Limits(10), Steps()) for _ in range(2))
    assert made == again
    assert len(asked) == 10
    last = made.contenders[-1]
    assert last.name == SEARCHED
    assert last.recipe.trees is not None
    assert bowl(last.recipe.trees) == min(map(bowl, asked))
    assert last.recipe.settings(known.dataset.settings).trees == last.recipe.trees
    local = replace(known, forecast_mode="local")
    unsought = entrants(local, Job("other", tmp_path / "other"), None, Limits(10), Steps())
    assert SEARCHED not in [one.name for one in unsought.contenders]
    assert unsought.sought


def test_the_loss_knows_nothing_of_the_days_that_judge(tmp_path: Path) -> None:
    shop = small_shop(skus=3)
    del shop.tables["suppliers"], shop.tables["items"]
    known = known_of(shop, tmp_path / "shop")
    loss = loss_of(known)
    assert loss is not None
    sales = shop.tables["sales"]
    later = sales["date"].astype("datetime64[s]") > np.datetime64(known.window.begin)
    sales["units_sold"] = np.where(later, 9 * sales["units_sold"] + 3, sales["units_sold"])
    other = loss_of(known_of(shop, tmp_path / "other"))
    assert other is not None
    assert 0 < loss(TYPED) == other(TYPED)


def test_a_recipe_without_trees_keeps_those_that_are_typed(tmp_path: Path) -> None:
    shop = small_shop(skus=2)
    shop.settings += "[trees]\nleaves = 9\n"
    typed = known_of(shop, tmp_path / "shop").dataset.settings
    assert Recipe("full", "").settings(typed).trees.leaves == 9
    assert Recipe("full", "", TYPED).settings(typed).trees == TYPED


def test_trees_are_as_they_are_told() -> None:
    draw = np.random.default_rng(1)
    features: Singles = draw.normal(size=(500, 3)).astype(np.float32)
    target, weight = np.exp(features[:, 0].astype(np.float64)), np.ones(500)
    told = TreesSetting(count=12, leaves=2, least_rows=5, feature_share=1)
    made = fit_trees(features, target, weight, [], 1, told)
    assert made.booster.num_trees() == 12
    assert made.text().count("num_leaves=2\n") == 12
