"""The files of a challenger's bundle."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.metadata import version

from experiments.retraining.card import CARD, card
from experiments.retraining.contest import Contender, Judged, Verdict
from experiments.retraining.drift import profile
from experiments.retraining.known import Known
from forecasting.global_model.mode import FULL
from planning.calibration import FILE
from planning.trees import files_of_trees, trained_on


def files_of(
    contender: Contender, known: Known, judged: tuple[Judged, ...], found: tuple[Verdict, ...]
) -> dict[str, bytes]:
    """Name and content of every file but the manifest."""
    files = {CARD: card(contender, known, judged, found).encode()}
    if contender.forecast_mode == FULL:
        trained = trained_on(
            known.terms, known.panel, contender.recipe.settings(known.dataset.settings)
        )
        if trained is not None:
            files |= files_of_trees(trained, known.terms, known.panel)
    if contender.calibration is not None:
        text = json.dumps(asdict(contender.calibration), indent=2, ensure_ascii=False)
        files[FILE] = (text + "\n").encode()
    return files


def manifest_of(
    contender: Contender, known: Known, judged: tuple[Judged, ...], found: tuple[Verdict, ...]
) -> dict[str, object]:
    """What the manifest says; see `planning.bundle.Manifest`."""
    return {
        "recipe": contender.name,
        "dataset": known.name,
        "as_of": str(known.calendar.as_of),
        "data": known.data,
        "code": version("restock"),
        "forecast_mode": contender.forecast_mode,
        "trees": contender.recipe.trees,
        "evidence": {
            "judged_from": str(known.window.begin),
            "judged_until": str(known.window.until),
            "costs": {one.name: one.cost for one in judged},
            "verdicts": [asdict(one) for one in found],
            "profile": profile(known.panel, known.health),
        },
    }
