"""`restock backtest`: every way to forecast, from some days of the past, against what came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.backtest.contenders import CONTENDERS, Answer
from experiments.backtest.contenders.blend import BLEND
from experiments.backtest.contenders.global_model import GLOBAL_MODEL
from experiments.backtest.contenders.seasonal_naive import SEASONAL_NAIVE
from experiments.backtest.ground import Asks, Ground, Moment, lay, left_out, moments
from experiments.backtest.tally import Tally, differences, stacked
from planning.dataset import Dataset
from planning.steps import Advance, Steps
from planning.store.read import read_dataset

FIRST, LAST = (GLOBAL_MODEL, BLEND), (SEASONAL_NAIVE,)
"""How models are listed: what a plan uses, its parts by name, the reference."""


@dataclass(frozen=True)
class Backtest:
    """What a backtest found."""

    ground: Ground
    models: tuple[str, ...]  # in the order they are shown
    ours: str  # the one a plan uses: what others are compared with
    unanswered: Mapping[str, str]  # models left out, and why
    table: pd.DataFrame  # a row a model, class and horizon: see `tally.Tally.frame`
    differences: pd.DataFrame  # see `tally.differences`
    sold_out: tuple[int, int]  # buckets left out, of all after an origin
    last: Moment  # the last origin
    answer: Answer  # what `ours` said there


def backtest_dataset(
    path: Path,
    asks: Asks,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
) -> Backtest:
    """The backtest of the dataset at `path`; raises RestockError where there can be none."""
    with steps.step("read"):
        whole = read_dataset(path, settings_file, overrides)
    return backtest(path.resolve().stem, whole, asks, steps)


def backtest(name: str, whole: Dataset, asks: Asks, steps: Steps) -> Backtest:
    """The backtest of a whole dataset."""
    with steps.step("ground"):
        ground = lay(name, whole, asks)
    with steps.step("forecast the past") as advance:
        found = _walk(ground, advance)
    with steps.step("compare"):
        answered = [n for n in found.tallies if n not in found.unanswered]
        models = in_order(answered)
        tallies = {model: found.tallies[model] for model in models}
        ours = GLOBAL_MODEL if GLOBAL_MODEL in models else BLEND
        return Backtest(
            ground=ground,
            models=models,
            ours=ours,
            unanswered=found.unanswered,
            table=stacked(tallies, models),
            differences=differences(tallies, ours),
            sold_out=left_out(ground),
            last=found.last,
            answer=found.answers[ours],
        )


@dataclass
class _Found:
    """What the walk over all origins collects."""

    tallies: dict[str, Tally]
    unanswered: dict[str, str]
    answers: dict[str, Answer]  # of the last origin
    last: Moment


def _walk(ground: Ground, advance: Advance) -> _Found:
    """Every contender at every origin; one that says nothing at any is left out."""
    names = CONTENDERS.names()
    tallies = {name: Tally(ground) for name in names}
    unanswered: dict[str, str] = {}
    answers: dict[str, Answer] = {}
    done, total = 0, len(names) * ground.origins.size
    for moment in moments(ground):
        last, answers = moment, {}
        for name in names:
            answer = CONTENDERS.get(name)(moment.past)
            if isinstance(answer, str):
                unanswered.setdefault(name, f"{answer} (at {ground.day(moment.origin)})")
            else:
                tallies[name].add(answer, moment)
                answers[name] = answer
            done += 1
            advance(done / total)
    return _Found(tallies, unanswered, answers, last)


def in_order(names: list[str]) -> tuple[str, ...]:
    """Models as they are listed."""
    between = sorted(name for name in names if name not in (*FIRST, *LAST))
    return tuple(name for name in (*FIRST, *between, *LAST) if name in names)


def overall(table: pd.DataFrame, kind: str, horizon: str) -> pd.DataFrame:
    """The rows of one class and one horizon, by model."""
    rows = table[(table["demand_class"] == kind) & (table["horizon"] == horizon)]
    return rows.set_index("model")


def finite(value: float) -> float | None:
    """A number for JSON: None where it is not known."""
    return float(value) if np.isfinite(value) else None
