"""The sets that are replayed: what they cost, between which days, against which rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from experiments.benchmarks.options import data_set
from planning.sample import dataset_path

RULES = ("min_max", "base_stock", "optimizer")


@dataclass(frozen=True)
class Trial:
    """A data set, the days between which it is replayed, and the covers that are tried."""

    name: str
    windows: tuple[tuple[str, str], ...]  # from the close of, until
    covers_days: tuple[float, ...] = ()
    mean_days: float = 91.0  # of days_of_cover
    typed: Mapping[str, float] = field(default_factory=dict)  # columns of the items table
    settings: Mapping[str, object] = field(default_factory=dict)
    against: str = "cover"  # what the optimizer is held against
    folder: str = ""  # of the data, where not the name
    calibrate: bool = True  # on the days before the first window

    @property
    def policies(self) -> list[str]:
        """Everything that is replayed."""
        plain = [f"days_of_cover:cover_days={d:g},mean_days={self.mean_days:g}"
                 for d in self.covers_days]  # fmt: skip
        seasonal = [f"seasonal_average_cover:cover_weeks={d / 7:g}" for d in self.covers_days]
        return [*RULES, *plain, *seasonal]


PER_WEEK = {"holding_cost_per_day": 0.2 / 7, "shortage_cost": 1.0}
TRIALS = (
    Trial(
        "favorita-weekly",
        (("2015-09-27", "2016-04-17"),),
        tuple(7 * weeks for weeks in (2.5, 2.75, 3.0, 3.25, 3.5, 3.75, 4.0)),
        typed=PER_WEEK,
        settings={"lead_time_days": 14, "review_period_days": 7, "unmet_demand": "lost"},
    ),
    Trial(
        "spare-parts-weekly",
        (("2013-07-14", "2014-11-09"),),
        (30.0, 60.0, 90.0, 120.0, 180.0),
        mean_days=364.0,
        against="base_stock",
    ),
    Trial(
        "walmart-daily",
        (("2014-10-13", "2015-04-25"), ("2015-04-13", "2015-10-24"), ("2015-10-13", "2016-04-24")),
        (11.0, 12.0, 13.0, 14.0, 15.0, 16.0),
        mean_days=28.0,
        typed=PER_WEEK,
        settings={"lead_time_days": 5, "review_period_days": 7, "unmet_demand": "lost"},
    ),
    Trial("sample", (("2011-06-30", "2011-12-08"),), (28.0, 56.0, 84.0, 112.0, 140.0)),
    Trial(
        "favorita: 52 weeks × 6 policies",
        (("2015-04-19", "2016-04-17"),),
        (24.5,),
        typed=PER_WEEK,
        settings={
            "lead_time_days": 14,
            "review_period_days": 7,
            "unmet_demand": "lost",
            "forecast_mode": "local",
        },
        folder="favorita-weekly",
        calibrate=False,
    ),
)


def dataset_of(trial: Trial, data: Path, scratch: Path) -> Path:
    """The data set with its typed costs, in a folder made for the run."""
    if trial.name == "sample":
        return dataset_path()
    source = data_set(data, trial.folder or trial.name)
    if not trial.typed:
        return source
    folder = scratch / source.name
    folder.mkdir(exist_ok=True)
    for file in source.iterdir():
        if file.name != "items.csv":
            (folder / file.name).symlink_to(file.resolve())
    table = source / "items.csv"
    if table.exists():
        items = pd.read_csv(table, dtype=str)
    else:
        items = pd.DataFrame({"sku": pd.read_parquet(source / "sales.parquet")["sku"].unique()})
    items.assign(**trial.typed).to_csv(folder / "items.csv", index=False)
    return folder
