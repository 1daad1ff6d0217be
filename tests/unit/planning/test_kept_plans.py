"""What a workspace keeps of a plan: enough to judge it by, whole, and only for later days."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.errors import DataError
from domain.periods import Bucket
from domain.settings_layers import load_settings
from planning.kept_plans import ABOUT, FOLDER, kept_plans
from planning.plan_id import plan_id
from planning.store.read import read_dataset
from tests.e2e.shop import plan, small_shop

LAST = np.datetime64("2024-06-02")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A planned shop: `data`, `plan` and `work`."""
    here = tmp_path_factory.mktemp("kept")
    (here / "work").mkdir()
    plan(small_shop(skus=4).write(here / "data"), here / "plan", "--workspace", here / "work")
    return here


def test_a_kept_plan_says_what_the_plan_said(shop: Path) -> None:
    (kept,) = kept_plans(shop / "work", LAST, Bucket.DAY)
    assert kept.as_of == LAST
    assert kept.stock_known
    inventory = pd.read_csv(shop / "plan" / "inventory.csv")
    lines = kept.lines()
    assert lines["sku"].tolist() == inventory["sku"].tolist()
    np.testing.assert_allclose(lines["quantity"], inventory["quantity"], rtol=1e-6)
    assert (lines["shortage_cost"] > 0).all()
    ahead = kept.forecast().astype({"sku": str, "location": str})
    both = pd.read_parquet(shop / "plan" / "forecast.parquet").merge(
        ahead, on=["sku", "location", "date"], suffixes=("", "_kept")
    )
    assert len(both) == len(ahead)
    np.testing.assert_allclose(both["sum_q0.95_kept"], both["sum_q0.95"], rtol=1e-6)
    reach = ahead.groupby("sku")["horizon"].max()
    assert (reach >= lines.set_index("sku")["protection_days"]).all()


def test_a_plan_of_a_later_day_or_of_other_buckets_is_not_looked_at(shop: Path) -> None:
    assert kept_plans(shop / "work", LAST - np.timedelta64(1, "D"), Bucket.DAY) == ()
    assert kept_plans(shop / "work", LAST, Bucket.WEEK) == ()
    assert kept_plans(None, LAST, Bucket.DAY) == ()


def test_a_damaged_one_is_named(shop: Path, tmp_path: Path) -> None:
    folder = tmp_path / FOLDER / ("0" * 16)
    folder.mkdir(parents=True)
    (folder / ABOUT).write_text("{}")
    with pytest.raises(DataError, match="cannot be read"):
        kept_plans(tmp_path, LAST, Bucket.DAY)


def test_keeping_and_watching_change_no_plan(shop: Path, tmp_path: Path) -> None:
    plan(shop / "data", tmp_path / "plan")
    for name in ("orders.csv", "inventory.csv", "forecast.parquet"):
        assert (tmp_path / "plan" / name).read_bytes() == (shop / "plan" / name).read_bytes()
    dataset = read_dataset(shop / "data", None, {})
    watched = load_settings([("", {"watch": [{"kpi": "turnover", "low": 4.0}]})])
    plain = dataset.settings.model_copy(update={"watch": watched.watch})
    assert plan_id(dataset, LAST) == plan_id(
        type(dataset)(dataset.tables, plain, dataset.notes), LAST
    )
