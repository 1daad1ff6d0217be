"""What a workspace has learned, as far as a plan of a day may use it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from domain.periods import Day
from domain.settings_trees import TreesSetting
from planning.bundle import Bundle, champion_of
from planning.calibration import FILE, NOT_CALIBRATED, Used, calibration_for
from planning.dataset import Dataset

AUTO = "auto"


@dataclass(frozen=True)
class Learned:
    """The dataset with the settings that were learned, and the calibration."""

    dataset: Dataset
    used: Used


def learned(workspace: Path | None, dataset: Dataset, as_of: Day) -> Learned:
    """What the workspace's champion says; without a champion, its calibration alone.

    A champion that knows of days after `as_of` is left aside, and why is said. What is typed
    wins: a `forecast_mode` other than auto stays, and so does [trees].
    """
    unmet = dataset.settings.unmet_demand
    bundle = None if workspace is None or not workspace.is_dir() else champion_of(workspace)
    if bundle is None or workspace is None:
        return Learned(dataset, calibration_for(workspace, as_of, unmet))
    if np.datetime64(bundle.manifest.as_of, "D") > as_of:
        said = f"The champion is not used: it knows of days up to {bundle.manifest.as_of}."
        return Learned(dataset, replace(NOT_CALIBRATED, sentence=said))
    used = NOT_CALIBRATED
    if FILE in bundle.manifest.files:
        used = calibration_for(bundle.folder, as_of, unmet)
    said = f"{_sentence(bundle)} {used.sentence}".rstrip()
    settings = dataset.settings
    if settings.forecast_mode == AUTO:
        settings = settings.model_copy(update={"forecast_mode": bundle.manifest.forecast_mode})
    trees = bundle.manifest.trees
    if trees is not None and settings.trees == TreesSetting():
        settings = settings.model_copy(update={"trees": trees})
    return Learned(
        replace(dataset, settings=settings), replace(used, sentence=said, champion=bundle)
    )


def _sentence(bundle: Bundle) -> str:
    return f"Champion {bundle.name}, learned on days up to {bundle.manifest.as_of}."
