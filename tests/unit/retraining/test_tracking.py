"""MLflow in a file of the workspace: runs, aliases, and a model that loads without pickle."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest

from experiments import outbox
from experiments.outbox import Record, Run
from experiments.tracking import address, drain
from planning.bundle import crown, keep_bundle

pytestmark = pytest.mark.filterwarnings("ignore")
MODEL = "restock-shop"
ABOUT = {
    "recipe": "local",
    "dataset": "shop",
    "as_of": "2024-06-02",
    "data": "0" * 16,
    "code": "1",
    "forecast_mode": "local",
    "evidence": {},
}


def record(job: str, bundle: str) -> Record:
    children = (Run("untaught", {"forecast_mode": "local"}, {"cost": 3.0}), Run("local"))
    return Record(job * 16, MODEL, Run("shop", {"series": "2"}, {"cost": 2.5}), children, bundle)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two retrainings, the first promoted, both sent; the second one's sending was repeated."""
    folder = tmp_path_factory.mktemp("tracked")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        for number, job in enumerate("ab"):
            kept = keep_bundle(folder, ABOUT, {"card.md": job.encode()})
            if number == 0:
                crown(folder, kept.name)
            outbox.put(folder, record(job, kept.name), {"page.html": b"<p>"})
            assert drain(folder).sent == 1
        outbox.put(folder, record("b", kept.name), {"page.html": b"<p>"})
        assert drain(folder).sent == 1
        yield folder


@pytest.fixture(scope="module")
def client(workspace: Path) -> Any:
    return mlflow.MlflowClient(address(workspace), address(workspace))


def test_a_job_is_one_run_with_one_below_it_a_contender(client: Any) -> None:
    experiment = client.get_experiment_by_name(MODEL).experiment_id
    runs = client.search_runs([experiment])
    parents = [run for run in runs if "restock.job" in run.data.tags]
    assert sorted(run.data.tags["restock.job"][0] for run in parents) == ["a", "b"]
    assert len(runs) == 2 * 3
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert parents[0].data.metrics == {"cost": 2.5}
    assert [a.path for a in client.list_artifacts(parents[0].info.run_id)] == ["model", "page.html"]


def test_aliases_say_who_stands_and_who_was_made_last(client: Any) -> None:
    aliases = {
        alias: client.get_model_version_by_alias(MODEL, alias).version
        for alias in ("champion", "challenger")
    }
    assert aliases == {"champion": 1, "challenger": 2}


def test_a_bundle_loads_without_pickle_and_forecasts(
    workspace: Path, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address(workspace))
    days = pd.date_range("2024-01-01", periods=60).strftime("%Y-%m-%d")
    sales = pd.DataFrame({"sku": "a", "date": days, "units_sold": [3, 5] * 30})
    loaded = mlflow.pyfunc.load_model(f"models:/{MODEL}@champion")
    made = loaded.predict(sales, params={"horizon": 3, "levels": "0.5"})
    assert list(made["horizon"]) == [1, 2, 3]
    assert made["sum_mean"].iloc[-1] == pytest.approx(12.0, rel=0.1)
    files = [path.suffix for path in (workspace / "mlflow-artifacts").rglob("*") if path.is_file()]
    assert not {".pkl", ".pickle", ".cloudpickle"} & set(files)


def test_what_was_half_sent_is_sent_anew_with_its_version(workspace: Path, client: Any) -> None:
    """A sender that was killed after it registered a bundle leaves a run that is not whole."""
    experiment = client.get_experiment_by_name(MODEL).experiment_id
    found = client.search_runs([experiment], "tags.`restock.job` = '" + "b" * 16 + "'")
    client.delete_tag(found[0].info.run_id, "restock.whole")
    version = client.get_model_version_by_alias(MODEL, "challenger")
    bundle = version.tags["restock.bundle"]
    outbox.put(workspace, record("b", bundle), {"page.html": b"<p>"})
    assert drain(workspace).sent == 1
    again = client.get_model_version_by_alias(MODEL, "challenger")
    assert again.tags["restock.bundle"] == bundle
    assert again.run_id in {run.info.run_id for run in client.search_runs([experiment])}
    assert len(client.search_runs([experiment])) == 2 * 3
