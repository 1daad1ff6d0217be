"""A trial from its size to its verdict, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.e2e.shop import plan, restock, summary
from tests.e2e.trial_shop import BEGINS, ENDS, FIRST, trial_shop


@pytest.fixture(scope="module")
def worse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose items on trial had a third less on the shelf than was good for them."""
    return trial_shop(cover=0.75).write(tmp_path_factory.mktemp("worse"))


def judged(data: Path, out: Path, *options: object) -> dict[str, object]:
    assert restock("trial", "judge", data, "--out", out, *options) == 0
    return dict(json.loads((out / "trial.json").read_text(encoding="utf-8")))


def test_a_worse_policy_is_found_out_with_what_it_did_to_service(
    worse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = judged(worse, tmp_path / "trial")
    assert made["verdict"] == "dearer"
    low, high = made["cost_interval"]  # type: ignore[misc]
    assert 0 < low < made["cost_difference"] < high  # type: ignore[operator]
    measures = pd.read_csv(tmp_path / "trial" / "measures.csv").set_index(["class", "measure"])
    whole = measures.loc["all"]
    assert whole.loc["fill_rate", "high"] < 0
    assert whole.loc["turnover", "low"] > 0  # less stock, turned over more often
    assert whole.loc["holding", "high"] < 0 < whole.loc["shortage", "low"]
    parts = whole.loc[["holding", "shortage", "order"], "challenger"].sum()
    assert parts == pytest.approx(whole.loc["cost", "challenger"], rel=0.2)  # but for adjusting
    items = pd.read_csv(tmp_path / "trial" / "items.csv")
    assert items["arm"].value_counts().min() >= 20
    costs = items[["holding_per_day", "shortage_per_day", "order_per_day"]].sum(axis=1)
    np.testing.assert_allclose(costs, items["cost_per_day"], atol=1e-4)
    page = (tmp_path / "trial" / "trial.html").read_text(encoding="utf-8")
    assert made["headline"] in page
    assert "://" not in page
    assert "more." in str(made["headline"])
    assert str(made["headline"]) in capsys.readouterr().out


def test_an_early_look_says_so_and_its_interval_is_wider(worse: Path, tmp_path: Path) -> None:
    early = judged(worse, tmp_path / "early", "--as-of", BEGINS + 27)
    late = judged(worse, tmp_path / "late")
    assert early["interim"]
    assert not late["interim"]
    assert early["over"] < 0.3  # type: ignore[operator]
    wide = [float(np.diff(one["cost_interval"])[0]) for one in (early, late)]  # type: ignore[call-overload]
    assert wide[0] > 2 * wide[1]


def test_equal_arms_are_not_told_apart(tmp_path: Path) -> None:
    data = trial_shop(cover=1.5).write(tmp_path / "data")
    made = judged(data, tmp_path / "trial")
    assert made["verdict"] == "no_difference_shown"
    low, high = made["cost_interval"]  # type: ignore[misc]
    assert low < 0 < high


def test_the_plan_of_a_day_of_the_trial_names_arms_and_that_before_does_not(
    worse: Path, tmp_path: Path
) -> None:
    lines = plan(worse, tmp_path / "plan", "--as-of", BEGINS + 6)
    assert set(lines["arm"]) == {"challenger", "control"}
    assert "base_stock plans" in " ".join(summary(tmp_path / "plan")["headline"])  # type: ignore[arg-type]
    assert "base_stock plans" in (tmp_path / "plan" / "report.html").read_text(encoding="utf-8")
    assert "arm" not in plan(worse, tmp_path / "before", "--as-of", BEGINS - 1)


def test_a_trial_is_sized_on_the_past(
    worse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "size"
    options = ("--set", 'trial.policy="days_of_cover:cover_days=25"', "--json")
    assert restock("trial", "size", worse, "--from", FIRST + 55, "--until", BEGINS - 1,
                   "--detect", 0.3, "--out", out, *options) == 0  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    sizes = pd.read_csv(out / "sizes.csv")
    needed = told["needed"]
    assert needed["detectable"] <= 0.3
    shorter = sizes[(sizes["weeks"] < needed["weeks"]) & (sizes["detectable"] <= 0.3)]
    assert shorter.empty
    assert (sizes["power"].between(0.0249, 1.0)).all()
    assert 0.8 in (sizes["power"] >= 0.8).map({True: 0.8, False: 0.0}).to_numpy()
    page = (out / "trial_size.html").read_text(encoding="utf-8")
    assert told["headline"] in page
    assert "://" not in page


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--as-of", str(BEGINS - 1)), "Judge it when some of its days are over"),
        (("--set", f"trial.ends_on={ENDS + 1}", "--set", "trial.share=0.01"), "items whose stock"),
    ],
)
def test_what_cannot_be_judged_is_refused(
    worse: Path, tmp_path: Path, options: tuple[str, ...], said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert restock("trial", "judge", worse, "--out", tmp_path / "out", *options) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_dataset_without_a_trial_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = trial_shop(1.5, skus=4)
    shop.settings = 'bucket = "day"\n'
    data = shop.write(tmp_path / "data")
    assert restock("trial", "judge", data, "--out", tmp_path / "out") == 2
    assert "no policy is on trial" in capsys.readouterr().err
