"""Plans ask the trees that the champion's bundle holds, or say why not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasting.global_model import cross_fit
from planning.bundle import crown, keep_bundle
from planning.forecasts import demand_panel, known_at
from planning.item_terms import resolve_terms
from planning.series import find_series
from planning.steps import Steps
from planning.trees import FILE, files_of_trees, trained_on
from tests.e2e.shop import plan, small_shop, summary

pytestmark = pytest.mark.thorough

AS_OF = "2024-06-02"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_shop(skus=60).write(tmp_path_factory.mktemp("shop") / "data")


@pytest.fixture(scope="module")
def workspace(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its champion has trees, learned on all of the shop's days."""
    folder = tmp_path_factory.mktemp("workspace")
    dataset, calendar = known_at(shop, None, None, {}, Steps())
    terms = resolve_terms(dataset, find_series(dataset), calendar.as_of)
    panel, _ = demand_panel(dataset, terms, calendar)
    trained = trained_on(terms, panel, dataset.settings)
    assert trained is not None
    about = {
        "recipe": "full", "dataset": "data", "as_of": AS_OF, "data": "0" * 16, "code": "1",
        "forecast_mode": "full", "evidence": {},
    }  # fmt: skip
    crown(folder, keep_bundle(folder, about, files_of_trees(trained, terms, panel)).name)
    return folder


def test_a_plan_asks_them_and_trains_none(
    shop: Path, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anew = plan(shop, tmp_path / "anew", "--set", "forecast_mode=full")
    monkeypatch.setattr(cross_fit, "train", None)
    kept = plan(shop, tmp_path / "kept", "--workspace", workspace)
    assert "Its trees are asked." in (tmp_path / "kept" / "report.html").read_text()
    assert summary(tmp_path / "kept")["plan_id"] != summary(tmp_path / "anew")["plan_id"]
    pd.testing.assert_frame_equal(kept.drop(columns="plan_id"), anew.drop(columns="plan_id"))


def test_trees_of_other_categories_are_left_aside_and_why_is_said(
    workspace: Path, tmp_path: Path
) -> None:
    other = small_shop(skus=60)
    other.tables["items"]["category"] = np.roll(["new", "tea", "cups"] * 20, 1)
    made = other.write(tmp_path / "data")
    plan(made, tmp_path / "out", "--workspace", workspace)
    assert "the categories are others" in (tmp_path / "out" / "report.html").read_text()


def test_no_file_of_trees_needs_pickle(workspace: Path) -> None:
    (folder,) = (workspace / "models").iterdir()
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert json.loads(texts[FILE])["models"][-1]["until"] == AS_OF
    assert texts["trees-2.txt"].startswith("tree\n")
