"""Who takes part: the champion, or the untaught plan in its place, and a challenger a recipe."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, cast

import numpy as np
import pandas as pd

from domain.errors import DataError
from domain.settings import Settings
from domain.settings_trees import TreesSetting
from experiments.at_once import at_once
from experiments.calibration.run import calibrate_known
from experiments.retraining.backtested import Accuracy, backtested
from experiments.retraining.contest import Contender, Judged, judge_alike
from experiments.retraining.job import Job
from experiments.retraining.known import Known
from experiments.retraining.recipes import RECIPES, Recipe
from experiments.retraining.search import Limits, loss_of, search
from planning.bundle import Bundle
from planning.calibration import FILE, Calibration, parsed, read_calibration
from planning.cut import cut
from planning.dataset import Dataset
from planning.steps import Steps

CHAMPION, UNTAUGHT, SEARCHED = "champion", "untaught", "searched"
BACKTESTED = "backtested.json"


@dataclass(frozen=True)
class Entrants:
    """The one to beat, first, and its challengers."""

    contenders: tuple[Contender, ...]
    uncalibrated: str  # why challengers are not calibrated; "": they are
    seen: bool  # the champion has seen days that are judged, which favours it
    sought: str = ""  # what a search for settings came to; "": none was asked for


def entrants(
    known: Known, job: Job, champion: Bundle | None, limits: Limits, steps: Steps
) -> Entrants:
    """All who take part; challengers are calibrated, and searched for, on the days before the
    window alone.
    """
    kept = job.step("calibrated.json", lambda: _calibrated(known, steps))
    said = str(kept["said"])
    calibration = None if said else parsed(json.dumps(kept["calibration"]).encode())
    challengers = [Contender(name, recipe, calibration) for name, recipe in RECIPES.items()]
    sought = ""
    if limits.trials:
        held = job.step("searched.json", lambda: _searched(known, limits, steps))
        sought = str(held["said"])
        if held["trees"] is not None:
            recipe = Recipe("full", "a global model with settings found by a search",
                            TreesSetting.model_validate(held["trees"]))  # fmt: skip
            challengers.append(Contender(SEARCHED, recipe, calibration))
    if champion is None:
        untaught = Recipe(known.forecast_mode, "what a plan does untaught")
        return Entrants((Contender(UNTAUGHT, untaught, None), *challengers), said, False, sought)
    mode = champion.manifest.forecast_mode
    stands = Contender(
        CHAMPION,
        Recipe(mode, f"{champion.manifest.recipe}, {champion.name}", champion.manifest.trees),
        read_calibration(champion.folder) if FILE in champion.manifest.files else None,
    )
    seen = np.datetime64(champion.manifest.as_of, "D") > known.window.begin
    return Entrants((stands, *challengers), said, bool(seen), sought)


def _searched(known: Known, limits: Limits, steps: Steps) -> dict[str, object]:
    """Settings of trees that forecast earlier days better; or why there are none."""
    if known.forecast_mode != "full":
        return {"said": "Nothing was searched: no global model pays here.", "trees": None}
    with steps.step("search"):
        loss = loss_of(known)
        if loss is None:
            return {"said": "Nothing was searched: history is too short.", "trees": None}
        found = search(loss, known.dataset.settings.trees, limits, known.seed)
    trees = found.trees.model_dump() if found.better else None
    return {"said": found.sentence(limits), "trees": trees}


def _calibrated(known: Known, steps: Steps) -> dict[str, object]:
    """A calibration that knows nothing of the window; or why there can be none.

    With local forecasts: the factor is about costs, and hardly moves with the model.
    """
    settings = known.sample.settings.model_copy(update={"forecast_mode": "local"})
    begin = known.window.begin
    count = int(known.calendar.index_of(np.array([begin]))[0]) + 1
    calendar = replace(known.calendar, count=count)
    try:
        then = replace(cut(known.sample, begin), settings=settings)
        made: Calibration = calibrate_known(known.name, then, calendar, steps).calibration
    except DataError as refused:
        return {"said": str(refused), "calibration": None}
    return {"said": "", "calibration": asdict(made)}


def weighed_all(
    entered: Entrants, known: Known, job: Job, steps: Steps
) -> tuple[tuple[Judged, ...], dict[str, Accuracy]]:
    """Everybody's costs on the window, on the series that all of them were judged on; and how
    well everybody forecasts, by name.

    Contenders that forecast alike are replayed together, and are as good; the rest goes on side
    by side, what takes longest first.
    """
    alike = _alike(entered.contenders, known)

    def judge(some: Sequence[Contender], sample: Dataset) -> None:
        if any(job.find(_file(one)) is None for one in some):
            for made in judge_alike(some, sample, known.name, known.window, Steps()):
                job.keep(_file(made), _kept(made))

    def measure(sample: Dataset) -> None:
        told = [some[0].recipe.settings(sample.settings) for some in alike]
        of_sample = replace(known, sample=sample)
        job.step(BACKTESTED, lambda: {"rows": [list(a.rows) for a in backtested(of_sample, told)]})

    slow, fast = (
        [partial(judge, some) for some in alike if (some[0].forecast_mode != "local") is trees]
        for trees in (True, False)
    )
    jobs: list[Callable[[Dataset], None]] = [*slow, measure, *fast]
    with steps.step("judge and backtest"):
        at_once(jobs, known.sample)
    rows = cast(list[list[dict[str, object]]], (job.find(BACKTESTED) or {})["rows"])
    found = {
        one.name: Accuracy(tuple(each))
        for some, each in zip(alike, rows, strict=True)
        for one in some
    }
    judged = tuple(_judged(job.find(_file(one)) or {}) for one in entered.contenders)
    return judged, {one.name: found[one.name] for one in entered.contenders}


def _alike(contenders: Sequence[Contender], known: Known) -> list[list[Contender]]:
    """Contenders by what they forecast with, in the order in which they come."""
    found: list[tuple[Settings, list[Contender]]] = []
    for one in contenders:
        told = one.recipe.settings(known.dataset.settings)
        group = next((those for settings, those in found if settings == told), None)
        if group is None:
            found.append((told, [one]))
        else:
            group.append(one)
    return [those for _, those in found]


def _file(one: Contender | Judged) -> str:
    """Where the job keeps what one came to."""
    return f"judged-{one.name}.json"


def _kept(judged: Judged) -> dict[str, object]:
    """As JSON."""
    return {
        "name": judged.name,
        "foresight": judged.foresight,
        "measures": judged.measures,
        "keys": [list(key) for key in judged.keys],
        "by_series": judged.by_series.tolist(),
        "by_bucket": judged.by_bucket.tolist(),
    }


def _judged(kept: dict[str, Any]) -> Judged:
    """From JSON."""
    arrays = {name: np.asarray(kept[name], np.float64) for name in ("by_series", "by_bucket")}
    keys = [tuple(key) for key in kept["keys"]]
    index = pd.MultiIndex.from_tuples(keys, names=["sku", "location"])
    return Judged(**{**kept, **arrays, "keys": index})
