"""The command `restock retrain`: what it leaves behind, whatever happens to it."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from experiments.retraining.recipes import RECIPES, Recipe
from optimization.policies import Policy
from optimization.policies.optimizer import Optimizer
from tests.e2e.shop import plan, restock, small_shop, summary

AS_OF = "2024-05-26"
TORTURE = pytest.mark.torture


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = small_shop(skus=20)
    del made.tables["stock"]
    made.tables["items"] = made.tables["items"].assign(unit_cost=2.0, shortage_cost=2.0)
    made.settings = 'forecast_mode = "local"\n'
    return made.write(tmp_path_factory.mktemp("shop") / "data")


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    """No server answers, so that what is to be tracked waits; one recipe."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
        patch.setattr(RECIPES, "_known", {"local": RECIPES.get("local")})
        yield


def retrain(shop: Path, workspace: Path, *more: object) -> int:
    return restock("retrain", shop, "--workspace", workspace, "--as-of", AS_OF, *more)


def left(workspace: Path) -> dict[str, bytes]:
    """Every file of a workspace but the lock and the page's folder, by name."""
    return {
        path.relative_to(workspace).as_posix(): path.read_bytes()
        for path in sorted(workspace.rglob("*"))
        if path.is_file() and path.name not in ("retrain.lock", "summary.json")
    }


@pytest.fixture(scope="module")
def undisturbed(quick: None, shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = tmp_path_factory.mktemp("undisturbed") / "workspace"
    assert retrain(shop, workspace) == 0
    return workspace


def test_the_first_one_leaves_a_champion_that_plans_use(
    shop: Path, undisturbed: Path, tmp_path: Path
) -> None:
    stands = json.loads((undisturbed / "champion.json").read_text())
    assert stands["before"] == []
    assert (undisturbed / "models" / stands["champion"] / "card.md").exists()
    workspace = shutil.copytree(undisturbed, tmp_path / "workspace")
    plan(shop, tmp_path / "taught", "--workspace", workspace)
    plan(shop, tmp_path / "untaught")
    assert summary(tmp_path / "taught")["plan_id"] != summary(tmp_path / "untaught")["plan_id"]


def test_the_same_data_is_judged_once(
    shop: Path, undisturbed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = left(undisturbed)
    assert retrain(shop, undisturbed, "--json", "--exit-code") == 10
    assert json.loads(capsys.readouterr().out) == {"outcome": "nothing new"}
    assert left(undisturbed) == before


def test_a_dry_run_changes_nothing(shop: Path, tmp_path: Path) -> None:
    assert retrain(shop, tmp_path / "workspace", "--dry-run") == 0
    assert not (tmp_path / "workspace").exists()


class _Planted(Recipe):
    """Orders as if a shortage cost a multiple of what it does."""

    factor = 1.0

    def policy(self) -> Policy:
        return Optimizer(self.factor)


def test_a_planted_worse_challenger_is_not_promoted(
    shop: Path, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Path(shutil.copytree(undisturbed, tmp_path / "workspace"))
    before = (workspace / "champion.json").read_bytes()
    worse = type("Worse", (_Planted,), {"factor": 0.02})("local", "planted")
    monkeypatch.setattr(RECIPES, "_known", {"planted": worse})
    assert retrain(shop, workspace, "--exit-code") == 11
    assert (workspace / "champion.json").read_bytes() == before


def test_a_planted_better_one_is_and_a_rollback_undoes_it(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = type("Bad", (_Planted,), {"factor": 0.02})
    monkeypatch.setattr("experiments.retraining.entrants.Recipe", bad)
    assert retrain(shop, tmp_path, "--exit-code") == 0
    first = json.loads((tmp_path / "champion.json").read_text())["champion"]
    monkeypatch.setattr(RECIPES, "_known", {"better": Recipe("local", "planted")})
    assert retrain(shop, tmp_path, "--exit-code") == 0
    stands = json.loads((tmp_path / "champion.json").read_text())
    assert stands["before"] == [first]
    assert restock("rollback", "--workspace", tmp_path) == 0
    assert json.loads((tmp_path / "champion.json").read_text())["champion"] == first


def test_two_at_once_are_refused(shop: Path, tmp_path: Path) -> None:
    from experiments.retraining.job import alone

    with alone(tmp_path):
        assert retrain(shop, tmp_path) == 2


@pytest.mark.parametrize("seed", [1, 2, 3, *(pytest.param(s, marks=TORTURE) for s in range(4, 21))])
def test_killed_at_any_moment_and_run_again_it_ends_the_same(
    shop: Path, undisturbed: Path, tmp_path: Path, seed: int
) -> None:
    command = (
        "from experiments.retraining.recipes import RECIPES; import sys;"
        "RECIPES._known = {'local': RECIPES.get('local')};"
        "from api.cli.main import main; main(sys.argv[1:])"
    )
    arguments = ["retrain", str(shop), "--workspace", str(tmp_path), "--as-of", AS_OF]
    child = subprocess.Popen(
        [sys.executable, "-c", command, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _wait_for_some(tmp_path, random.Random(seed).randint(0, 3), child)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert retrain(shop, tmp_path) == 0
    assert left(tmp_path) == left(undisturbed)


def _wait_for_some(workspace: Path, files: int, child: subprocess.Popen[bytes]) -> None:
    """Until a retraining has left that many results, and a moment more."""
    while child.poll() is None and len(list(workspace.glob("retraining/*/*.json"))) < files:
        time.sleep(0.01)
    time.sleep(0.02 * files)
