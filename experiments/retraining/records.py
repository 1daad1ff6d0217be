"""What the tracking server is told of a retraining: one run, one below it a contender."""

from __future__ import annotations

import io
import json
import platform
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.outbox import Record, Run
from experiments.retraining.backtested import accuracy_frame
from experiments.retraining.contest import Judged, Verdict

if TYPE_CHECKING:
    from experiments.retraining.run import Retrained

LIBRARIES = ("numpy", "pandas", "scipy", "numba", "lightgbm", "pulp", "highspy")


def record_of(made: Retrained) -> Record:
    """Parameters and measures; those by horizon are curves, per-series costs an artifact."""
    known = made.known
    parameters = {
        "dataset": known.name,
        "as_of": str(known.calendar.as_of),
        "bucket": known.calendar.bucket.value,
        "series": str(known.series),
        "series_judged": str(len(made.judged[0].keys)),
        "judged_from": str(known.window.begin),
        "judged_until": str(known.window.until),
        "data": known.data,
        "restock": version("restock"),
        "python": platform.python_version(),
        "outcome": made.outcome,
        "best": made.best,
        "bundle": made.bundle,
        "champion": made.champion,
        **{f"version_{name}": version(name) for name in LIBRARIES},
    }
    measures = {
        "grave_doubts": float(known.health.grave),
        "new_grave_doubts": float(len(made.doubts)),
        **{f"drift_{one.of.replace(' ', '_')}": one.index for one in made.drifts},
        **_measures(next(one for one in made.judged if one.name == made.best)),
        **made.accuracy[made.best].overall(),
    }
    verdicts = {one.challenger: one for one in made.verdicts}
    children = tuple(
        Run(
            name=one.name,
            parameters={
                "contender": one.name,
                "forecast_mode": contender.forecast_mode,
                "calibration": "" if contender.calibration is None else contender.calibration.hash,
            },
            measures={
                **_measures(one),
                **_verdict(verdicts.get(one.name)),
                **made.accuracy[one.name].overall(),
            },
            curves=made.accuracy[one.name].by_horizon(),
        )
        for one, contender in zip(made.judged, made.entrants.contenders, strict=True)
    )
    name = f"{known.name} {known.calendar.as_of}"
    run = Run(name, parameters, measures, made.accuracy[made.best].by_horizon())
    return Record(made.job, f"restock-{experiment_name(known.name)}", run, children, made.bundle)


def experiment_name(dataset: str) -> str:
    """A dataset's name as MLflow takes it for experiments and models.

    >>> experiment_name("my shop/2024: all")
    'my-shop-2024--all'
    """
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in dataset)[:100]


def artifacts_of(made: Retrained) -> dict[str, bytes]:
    """Costs of every series and contender, accuracy by class and horizon, settings, health and
    drift, the page and its plots.
    """
    from experiments.retraining.page import render_page
    from experiments.retraining.plots import plots_of

    frame = made.judged[0].keys.to_frame(index=False)
    for one in made.judged:
        frame[f"cost {one.name}"] = one.by_series
    known = made.known
    return {
        "series.parquet": _parquet(frame),
        "backtest.parquet": _parquet(accuracy_frame(made.accuracy)),
        "settings.json": _json(known.dataset.settings.model_dump(mode="json")),
        "health.json": _json(known.health.to_dict()),
        "drift.json": _json({one.of: asdict(one) for one in made.drifts}),
        "retrain.html": render_page(made).encode(),
        **plots_of(made),
    }


def _parquet(frame: pd.DataFrame) -> bytes:
    parquet = io.BytesIO()
    frame.to_parquet(parquet, index=False)
    return parquet.getvalue()


def _json(values: object) -> bytes:
    return (json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _measures(one: Judged) -> dict[str, float]:
    """Finite measures; a plain ratio to foresight only where foresight costs something."""
    found = {name: float(value) for name, value in one.measures.items() if value is not None}
    found["foresight_cost"] = one.foresight
    if one.foresight > 0:
        found["ratio_to_foresight"] = one.cost / one.foresight
    return {name: value for name, value in found.items() if np.isfinite(value)}


def _verdict(verdict: Verdict | None) -> dict[str, float]:
    if verdict is None:
        return {}
    return {
        "difference": verdict.difference,
        "difference_low": min(verdict.over_series[0], verdict.over_time[0]),
        "difference_high": max(verdict.over_series[1], verdict.over_time[1]),
        "better": float(verdict.better),
    }


def series_frame(made: Retrained) -> pd.DataFrame:
    """Costs by series and contender, the series first that the best one saves most on."""
    frame = made.judged[0].keys.to_frame(index=False)
    for one in made.judged:
        frame[one.name] = one.by_series
    best = next(one for one in made.judged if one.name == made.best)
    frame["saved"] = made.judged[0].by_series - best.by_series
    return frame.sort_values(["saved", "sku", "location"], ascending=[False, True, True])
