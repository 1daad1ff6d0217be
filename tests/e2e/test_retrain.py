"""The command `restock retrain`: what it leaves behind, whatever happens to it."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from experiments.retraining.recipes import RECIPES, Recipe
from optimization.policies import Policy
from optimization.policies.optimizer import Optimizer
from tests.e2e.few_factors import few_factors
from tests.e2e.shop import plan, restock, small_shop, summary

pytestmark = pytest.mark.thorough

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
    """No server answers, so that what is to be tracked waits; one recipe, few factors."""
    with pytest.MonkeyPatch.context() as patch:
        few_factors(patch)
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


COUNTED = """
import os, signal, sys

place, last, told = sys.argv[1], int(sys.argv[2]), sys.argv[3]
count = 0
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "sqlite3.connect"}

def watch(event, details):
    global count
    writes = event == "open" and isinstance(details[2], int) and details[2] & os.O_ACCMODE
    if (writes or event in CHANGES) and place in str(details[0]):
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
import pytest
from experiments.retraining.recipes import RECIPES
from tests.e2e.few_factors import few_factors

few_factors(pytest.MonkeyPatch())
RECIPES._known = {"local": RECIPES.get("local")}
from api.cli.main import main

try:
    main(sys.argv[4:])
finally:
    here, place = place, chr(0)
    with open(told, "w") as file:
        file.write(str(count))
"""
"""The command, killed at its change number `last` in a place; else it tells how many it made."""


def counted(shop: Path, workspace: Path, last: int = 0) -> int:
    """Retrain in a process of its own; changes it made, 0 where it was killed at the last."""
    told = workspace.with_name("changes")
    told.unlink(missing_ok=True)
    arguments = ["retrain", shop, "--workspace", workspace, "--as-of", AS_OF]
    subprocess.run(
        [sys.executable, "-c", COUNTED, *map(str, [workspace, last, told, *arguments])],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return int(told.read_text()) if told.exists() else 0


@pytest.fixture(scope="module")
def run(quick: None, shop: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A workspace after one retraining, and how many changes that made in it."""
    workspace = tmp_path_factory.mktemp("undisturbed") / "workspace"
    changes = counted(shop, workspace)
    assert changes > 20
    return workspace, changes


@pytest.fixture(scope="module")
def undisturbed(run: tuple[Path, int]) -> Path:
    return run[0]


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


@pytest.mark.filterwarnings("ignore")
def test_what_waited_for_a_server_is_whole_when_it_returns(
    shop: Path, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Path(shutil.copytree(undisturbed, tmp_path / "workspace"))
    (waits,) = (workspace / "outbox").iterdir()
    told = json.loads((waits / "record.json").read_text())
    sent = sorted(p.relative_to(waits / "artifacts") for p in (waits / "artifacts").rglob("*.*"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'server.db'}")
    monkeypatch.chdir(tmp_path)  # where a server without a place for artifacts puts them
    assert restock("track", "--workspace", workspace) == 0
    assert not list((workspace / "outbox").iterdir())
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{tmp_path / 'server.db'}")
    experiment = client.get_experiment_by_name(told["experiment"])
    runs = client.search_runs([experiment.experiment_id])
    children = {run.info.run_name: run for run in runs if "restock.job_of" in run.data.tags}
    (parent,) = [run for run in runs if "restock.job" in run.data.tags]
    assert {run.data.tags["mlflow.parentRunId"] for run in children.values()} == {
        parent.info.run_id
    }
    for run, one in [(parent, told["run"]), *((children[c["name"]], c) for c in told["children"])]:
        assert run.info.status == "FINISHED"
        assert run.data.params == one["parameters"]
        for name, value in one["measures"].items():
            assert run.data.metrics[name] == pytest.approx(value)
        for name, curve in one["curves"].items():
            points = client.get_metric_history(run.info.run_id, name)
            assert {str(p.step): p.value for p in points} == pytest.approx(curve)
    local = children["local"].data.metrics
    assert {"wape/all", "wape by horizon/all", "scaled_quantile_loss/smooth"} <= set(local)
    assert Path("plots/cost-so-far.svg") in sent
    for path in sent:
        there = client.list_artifacts(parent.info.run_id, str(path.parent.as_posix()))
        assert path.as_posix() in {one.path for one in there}
    bundle = json.loads((workspace / "champion.json").read_text())["champion"]
    version = client.get_model_version_by_alias(told["experiment"], "champion")
    assert version.tags["restock.bundle"] == bundle


PLANNED = """
import sys

asked = []
REACHING = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
sys.addaudithook(lambda event, _: asked.append(event) if event in REACHING else None)
from api.cli.main import main

try:
    main(sys.argv[1:])
finally:
    assert not asked, asked
    assert "mlflow" not in sys.modules
    print("alone")
"""
"""The command, which must reach for nobody and load no tracking library."""


def test_a_plan_asks_no_server_and_loads_no_tracking_library(
    shop: Path, undisturbed: Path, tmp_path: Path
) -> None:
    """Taught by a champion, and with records that wait for a server that is down."""
    workspace = shutil.copytree(undisturbed, tmp_path / "workspace")
    waiting = list((workspace / "outbox").iterdir())
    assert waiting
    arguments = ["plan", shop, "--out", tmp_path / "plan", "--workspace", workspace]
    done = subprocess.run(
        [sys.executable, "-c", PLANNED, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "alone" in done.stdout, done.stderr
    assert (tmp_path / "plan" / "orders.csv").exists()
    assert list((workspace / "outbox").iterdir()) == waiting


@pytest.mark.parametrize("seed", [1, 2, 3, *(pytest.param(s, marks=TORTURE) for s in range(4, 21))])
def test_killed_at_any_moment_and_run_again_it_ends_the_same(
    shop: Path, run: tuple[Path, int], tmp_path: Path, seed: int
) -> None:
    undisturbed, changes = run
    workspace = tmp_path / "workspace"
    assert counted(shop, workspace, random.Random(seed).randint(1, changes)) == 0
    assert retrain(shop, workspace) == 0
    assert left(workspace) == left(undisturbed)


@TORTURE
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(1, 6))
def test_killed_while_it_tells_the_registry_that_is_whole_too(
    shop: Path, run: tuple[Path, int], tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last changes are those of the tracking server's file; killed among them."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    changes = counted(shop, tmp_path / "whole")
    moment = random.Random(seed).randint(run[1] + 1, changes)
    workspace = tmp_path / "workspace"
    assert counted(shop, workspace, moment) == 0
    assert retrain(shop, workspace) == 0
    assert restock("track", "--workspace", workspace) == 0
    found = [_registered(place) for place in (tmp_path / "whole", workspace)]
    assert found[0] == found[1]
    assert not list((workspace / "outbox").iterdir())


def _registered(workspace: Path) -> object:
    """Runs with their state, versions with their tags and whether their run is there, aliases."""
    from mlflow import MlflowClient

    from experiments.tracking import address

    client = MlflowClient(address(workspace), address(workspace))
    (experiment,) = [e for e in client.search_experiments() if e.name.startswith("restock-")]
    runs = client.search_runs([experiment.experiment_id])
    versions = client.search_model_versions(f"name = '{experiment.name}'")
    alive = {run.info.run_id for run in runs}
    return (
        sorted((run.info.run_name, run.info.status) for run in runs),
        [(version.tags, version.run_id in alive) for version in versions],
        sorted(client.get_registered_model(experiment.name).aliases),
    )
