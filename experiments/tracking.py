"""MLflow, and the only place that knows it: what waits in the outbox is sent from here.

The server may be slow or down: it is asked whether it answers before the library is loaded, every
call has a short timeout and one retry, and what could not be sent stays in the outbox. Sending
twice leaves one run: runs carry the name of their job, bundles that of their content.
"""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pandas as pd

from domain.errors import UnavailableError
from experiments import outbox
from experiments.outbox import Record, Run
from planning.bundle import Bundle, read_bundle, standing

if TYPE_CHECKING:
    from mlflow import MlflowClient

URI = "MLFLOW_TRACKING_URI"
DATABASE, ARTIFACTS = "mlflow.db", "mlflow-artifacts"
ANSWER_SECONDS = 2.0
AT_ONCE = 800
"""Measures in one call; a server takes a thousand things."""
QUIET = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
}
"""Short timeouts and few retries (by default it blocks for minutes), no pickle, no noise."""
JOB, JOB_OF = "restock.job", "restock.job_of"
CONTENT, WHOLE = "restock.bundle", "restock.whole"
CHAMPION, CHALLENGER = "champion", "challenger"
SERVED = """from mlflow.models import set_model

from experiments.tracking import served_model

set_model(served_model())
"""
"""The model as code: what MLflow runs to load a bundle, in the place of a pickle."""


@dataclass(frozen=True)
class Sent:
    """What became of the outbox."""

    sent: int
    waiting: int
    reason: str  # why some wait; "" where none does


def address(workspace: Path) -> str:
    """Where to track: what the environment names, else a file of the workspace."""
    return os.environ.get(URI) or f"sqlite:///{(workspace / DATABASE).resolve()}"


def drain(workspace: Path) -> Sent:
    """Send what waits, and set the aliases to what stands in the workspace; never raises for a
    server that does not answer.
    """
    folders = outbox.waiting(workspace)
    if not folders:
        return Sent(0, 0, "")
    there = address(workspace)
    reason = _unreachable(there)
    sent = 0
    if not reason:
        try:
            client = _client(there)
            for folder in folders:
                _send(client, workspace, folder)
                outbox.remove(folder)
                sent += 1
        except Exception as error:  # whatever a server or its client does, work goes on
            said = str(error).strip().splitlines() or [type(error).__name__]
            reason = f"the tracking server took no more: {said[0][:200]}"
    return Sent(sent, len(folders) - sent, reason)


def _unreachable(there: str) -> str:
    """Why a server cannot be asked; "": it answers, or is a file."""
    parts = urlsplit(there)
    if parts.scheme not in ("http", "https"):
        return ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), ANSWER_SECONDS).close()
    except OSError as error:
        return f"the tracking server at {parts.hostname}:{port} does not answer ({error})"
    return ""


def _client(there: str) -> MlflowClient:
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import mlflow
    except ImportError as error:
        raise UnavailableError(
            "tracking needs MLflow", "restock[learning]", "Install restock[learning]."
        ) from error
    return mlflow.MlflowClient(tracking_uri=there, registry_uri=there)


def _send(client: MlflowClient, workspace: Path, folder: Path) -> None:
    """One record: its runs, its files, its bundle with alias."""
    record = outbox.read(folder)
    experiment = _experiment(client, workspace, record.experiment)
    if _whole(client, experiment, record.job) is None:
        parent = _run(client, experiment, record.run, {JOB: record.job})
        for child in record.children:
            below = {"mlflow.parentRunId": parent, JOB_OF: record.job}
            client.set_terminated(_run(client, experiment, child, below))
        client.log_artifacts(parent, str(folder / outbox.ARTIFACTS))
        if record.bundle:
            _register(client, read_bundle(workspace, record.bundle), record, parent)
        client.set_terminated(parent)
        client.set_tag(parent, WHOLE, "true")
    _alias(client, workspace, record)


def _experiment(client: MlflowClient, workspace: Path, name: str) -> str:
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    own = not os.environ.get(URI)
    place = (workspace / ARTIFACTS).resolve().as_uri() if own else None
    return str(client.create_experiment(name, artifact_location=place))


def _whole(client: MlflowClient, experiment: str, job: str) -> str | None:
    """The run of a job that was sent before; halves of one that was cut short are removed."""
    for run in client.search_runs([experiment], f"tags.`{JOB}` = '{job}'"):
        if run.data.tags.get(WHOLE) == "true":
            return str(run.info.run_id)
    for tag in (JOB, JOB_OF):
        for run in client.search_runs([experiment], f"tags.`{tag}` = '{job}'"):
            for version in client.search_model_versions(f"run_id = '{run.info.run_id}'"):
                client.delete_model_version(version.name, str(version.version))
            client.delete_run(run.info.run_id)
    return None


def _run(client: MlflowClient, experiment: str, run: Run, tags: dict[str, str]) -> str:
    """A run with all its parameters and measures, in as few calls as the server takes."""
    from mlflow.entities import Metric, Param

    made = client.create_run(experiment, tags=tags, run_name=run.name)
    when = int(made.info.start_time)
    metrics = [Metric(key, float(value), when, 0) for key, value in run.measures.items()]
    metrics += [
        Metric(key, float(value), when, step)
        for key, curve in run.curves.items()
        for step, value in curve.items()
    ]
    params = [Param(key, value[:6000]) for key, value in run.parameters.items()]
    client.log_batch(made.info.run_id, metrics[:AT_ONCE], params)
    for begin in range(AT_ONCE, len(metrics), AT_ONCE):
        client.log_batch(made.info.run_id, metrics[begin : begin + AT_ONCE])
    return str(made.info.run_id)


def _register(client: MlflowClient, bundle: Bundle, record: Record, run: str) -> None:
    """A version of the registered model for a bundle; one that is registered stays."""
    name = record.experiment
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    if _version(client, name, bundle.name) is not None:
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "model"
        save_served(bundle, folder)
        client.log_artifacts(run, str(folder), "model")
    client.create_model_version(
        name, source=f"runs:/{run}/model", run_id=run, tags={CONTENT: bundle.name}
    )


def _version(client: MlflowClient, name: str, bundle: str) -> str | None:
    for version in client.search_model_versions(f"name = '{name}'"):
        if version.tags.get(CONTENT) == bundle:
            return str(version.version)
    return None


def _alias(client: MlflowClient, workspace: Path, record: Record) -> None:
    """`challenger` on what was made last, `champion` on what stands."""
    stands = standing(workspace)
    named = {CHALLENGER: record.bundle, CHAMPION: "" if stands is None else stands.champion}
    for alias, bundle in named.items():
        version = _version(client, record.experiment, bundle) if bundle else None
        if version is not None:
            client.set_registered_model_alias(record.experiment, alias, version)


def save_served(bundle: Bundle, folder: Path) -> None:
    """Write a bundle as an MLflow model: code and plain files, no pickle."""
    import warnings

    import mlflow
    from mlflow.models import ModelSignature
    from mlflow.types.schema import ParamSchema, ParamSpec

    params = [ParamSpec("horizon", "long", 4), ParamSpec("levels", "string", "0.5,0.95")]
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = Path(scratch) / "served.py"
        code.write_text(SERVED, encoding="utf-8")
        mlflow.pyfunc.save_model(
            str(folder),
            python_model=str(code),
            artifacts={"bundle": str(bundle.folder)},
            pip_requirements=["restock"],
            signature=ModelSignature(params=ParamSchema(params)),
        )


def served_model() -> Any:
    """What MLflow loads: sales in (a table like `sales`), a forecast out."""
    from mlflow.pyfunc.model import PythonModel

    class ServedForecast(PythonModel):
        """The forecast of a bundle."""

        def load_context(self, context: Any) -> None:
            """Look at the bundle's folder."""
            self.forecast = forecaster(Path(context.artifacts["bundle"]))

        def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> Any:
            """Rows as `restock forecast` writes them; `horizon` buckets, quantile `levels`."""
            return self.forecast(model_input, params or {})

    return ServedForecast()


def forecaster(folder: Path) -> Callable[[Any, dict[str, Any]], Any]:
    """A function from a table of sales to its forecast, as a bundle's folder says."""
    from planning.bundle import MANIFEST, Manifest
    from planning.forecasts import forecast_dataset, parse_levels
    from planning.steps import Steps

    manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())

    def run(sales: Any, params: dict[str, Any]) -> Any:
        with tempfile.TemporaryDirectory() as scratch:
            sales.to_parquet(Path(scratch) / "sales.parquet", index=False)
            made, _ = forecast_dataset(
                Path(scratch),
                int(params.get("horizon", 4)),
                parse_levels(str(params.get("levels", "0.5,0.95"))),
                None,
                None,
                {"forecast_mode": manifest.forecast_mode},
                Steps(),
            )
            return made

    return run
