"""What a retraining knows: the data as of a day, its health, and the stretch to be judged on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from domain.errors import DataError
from domain.periods import Calendar
from domain.terms import Panel
from experiments.calibration.sample import sample_of
from experiments.calibration.windows import Window
from experiments.retraining.recipes import ForecastMode
from experiments.retraining.windows import judging_window
from forecasting.global_model.mode import choose
from planning.dataset import Dataset
from planning.forecasts import demand_panel, known_at
from planning.item_terms import Terms, resolve_terms
from planning.plan_id import plan_id
from planning.quality.check import QualityReport, check_dataset
from planning.series import find_series
from planning.steps import Steps

JUDGED_SERIES = 600
"""Series that stand for all, about: a night's work on two cores, and enough to see 2 % by."""


@dataclass(frozen=True)
class Known:
    """The data of a retraining."""

    name: str
    dataset: Dataset
    sample: Dataset  # series that stand for all
    calendar: Calendar
    terms: Terms  # of all series
    panel: Panel  # demand of all series
    health: QualityReport
    window: Window  # to judge on
    data: str  # hash of tables, settings and versions
    series: int
    forecast_mode: ForecastMode  # what a plan would choose by itself

    @property
    def seed(self) -> int:
        """Of every draw."""
        return self.dataset.settings.solver.seed


def look(
    path: Path,
    as_of: date | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
) -> Known:
    """Read and check the data; raises DataError where history is too short to judge on."""
    dataset, calendar = known_at(path, as_of, settings_file, overrides, steps)
    with steps.step("look at the data"):
        series = find_series(dataset)
        terms = resolve_terms(dataset, series, calendar.as_of)
        stocked = terms.frame[terms.frame["planned"] == "stock"]
        if not len(stocked):
            raise DataError(
                "no series is planned for stock", "items: planned", "Plan at least one."
            )
        protection = int((stocked["lead_time_days"] + stocked["review_period_days"]).max())
        panel, _ = demand_panel(dataset, terms, calendar)
        return Known(
            name=path.resolve().stem,
            dataset=dataset,
            sample=sample_of(dataset, len(series), JUDGED_SERIES),
            calendar=calendar,
            terms=terms,
            panel=panel,
            health=check_dataset(dataset, calendar.as_of),
            window=judging_window(calendar, protection),
            data=plan_id(dataset, calendar.as_of),
            series=len(series),
            forecast_mode="full" if choose(panel, dataset.settings)[0] == "full" else "local",
        )
