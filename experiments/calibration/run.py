"""`restock calibrate`, top to bottom: windows, trials, factors, proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path

from domain.errors import DataError
from domain.periods import Calendar
from experiments.at_once import at_once
from experiments.calibration.price import Priced, price_factor
from experiments.calibration.promise import Promised, promise_factor
from experiments.calibration.sample import sample_of
from experiments.calibration.trial import FACTORS, Trial, try_factors
from experiments.calibration.windows import CHOOSING, windows
from planning.calibration import FILL_RATE, LEVEL, PRICE, RULES, Calibration
from planning.dataset import Dataset
from planning.forecasts import known_at
from planning.item_terms import resolve_terms
from planning.series import find_series
from planning.steps import Steps


@dataclass(frozen=True)
class Calibrated:
    """A calibration, and what it was chosen by."""

    calibration: Calibration
    priced: Priced | None
    promised: Mapping[str, Promised]  # by what is promised
    trials: tuple[Trial, ...]  # the last one judged
    series: int  # of the dataset, of which those of the trials stand for all

    @property
    def tried(self) -> int:
        """Series of the judging window."""
        return len(self.trials[-1].key)


def calibrate_dataset(
    path: Path,
    as_of: date | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
) -> Calibrated:
    """Calibrate on the dataset at `path`, knowing nothing after `as_of`."""
    dataset, calendar = known_at(path, as_of, settings_file, overrides, steps)
    return calibrate_known(path.resolve().stem, dataset, calendar, steps)


def calibrate_known(name: str, dataset: Dataset, calendar: Calendar, steps: Steps) -> Calibrated:
    """Calibrate on a dataset that was cut at the calendar's `as_of`.

    Raises DataError where history is too short.
    """
    with steps.step("windows"):
        series = find_series(dataset)
        terms = resolve_terms(dataset, series, calendar.as_of).frame
        stocked = terms[terms["planned"] == "stock"]
        if not len(stocked):
            raise DataError(
                "no series is planned for stock", "items: planned", "Plan at least one."
            )
        protection = int((stocked["lead_time_days"] + stocked["review_period_days"]).max())
        laid = windows(calendar, protection)
        some = sample_of(dataset, len(series))
    done = [0.0] * len(laid)
    with steps.step("try factors") as advance:

        def told(number: int, share: float) -> None:
            done[number] = share
            advance(sum(done) / len(done))

        trials = at_once(
            [
                partial(try_factors, name=name, window=window, advance=partial(told, number))
                for number, window in enumerate(laid)
            ],
            some,
        )
    unmet = dataset.settings.unmet_demand
    return chosen(name, str(calendar.as_of), unmet, tuple(trials), len(series))


def chosen(
    name: str, as_of: str, unmet_demand: str, trials: tuple[Trial, ...], series: int
) -> Calibrated:
    """Factors by what is promised, chosen on the earlier trials and judged on the last."""
    choosing, judging = trials[:CHOOSING], trials[-1]
    priced = price_factor(choosing, judging)
    promised = {}
    for kind in (LEVEL, FILL_RATE):
        found = promise_factor(kind, choosing, judging)
        if found is not None:
            promised[kind] = found
    factors: dict[str, Mapping[str, float]] = {k: {"": p.factor} for k, p in promised.items()}
    if priced is not None:
        factors[PRICE] = priced.factors
    calibration = Calibration(
        dataset=name,
        as_of=as_of,
        unmet_demand=unmet_demand,
        split_by="" if priced is None else priced.split_by,
        factors=factors,
        rules=RULES,
        evidence={
            "factors_tried": list(FACTORS),
            "series": series,
            "series_tried": len(judging.key),
            "windows": [
                {
                    "from": str(trial.window.begin),
                    "until": str(trial.window.until),
                    "scored_from": str(trial.scored_from),
                    "scored_buckets": trial.scored,
                    "role": "judges" if trial is judging else "chooses",
                }
                for trial in trials
            ],
            "price": None if priced is None else asdict(priced),
            "promises": {kind: asdict(one) for kind, one in promised.items()},
        },
    )
    return Calibrated(calibration, priced, promised, trials, series)
