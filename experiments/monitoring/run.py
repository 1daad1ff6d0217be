"""`restock monitor`, top to bottom: what is known, figures over time, alerts, the watch list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from domain.periods import Bucket
from domain.terms import Integers
from experiments.adjustments.review import Review
from experiments.monitoring.changed_orders import changed_orders
from experiments.monitoring.figures import SHOWN, Figures, measure
from experiments.monitoring.known import Seen, see
from experiments.monitoring.moved import alert_frame
from experiments.monitoring.overrides import override_value
from experiments.monitoring.watch import Watched, watched
from forecasting.classes import NAMES
from planning.steps import Steps

POINTS = 26
"""Moments that figures are measured at, a week apart or a bucket where that is longer."""
DAYS_APART = 7
ALL = ("all", "all")


@dataclass(frozen=True)
class Monitored:
    """What a monitor found."""

    seen: Seen
    moments: Integers  # buckets at whose close figures were measured, ascending
    groups: dict[tuple[str, str], Integers]  # rows, by kind of group and its name
    figures: dict[tuple[str, str], list[Figures]]  # of each group, a dict a moment
    watched: tuple[Watched, ...]
    alerts: pd.DataFrame  # abnormal moves, a row each: `moved.COLUMNS`
    overrides: Review | None  # what planners' words on the forecast were worth; None: no such
    changed: pd.DataFrame | None  # orders that were others than planned; None: none is recorded

    @property
    def now(self) -> Figures:
        """Figures of everything at the last day."""
        return self.figures[ALL][-1]

    @property
    def out(self) -> tuple[Watched, ...]:
        """Watched figures that are out of their limits."""
        return tuple(one for one in self.watched if one.out)


def monitor_dataset(
    path: Path,
    workspace: Path | None,
    as_of: date | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
) -> Monitored:
    """Hold the dataset at `path` against the plans kept in the workspace."""
    seen = see(path, workspace, as_of, settings_file, overrides, steps)
    with steps.step("figures") as advance:
        moments, groups = moments_of(seen), groups_of(seen)
        figures: dict[tuple[str, str], list[Figures]] = {}
        for place, (name, rows) in enumerate(groups.items()):
            figures[name] = [measure(seen, rows, int(one)) for one in moments]
            advance((place + 1) / len(groups))
    with steps.step("alerts"):
        moves = alert_frame(seen)
    now = {name: each[-1] for name, each in figures.items()}
    return Monitored(
        seen=seen,
        moments=moments,
        groups=groups,
        figures=figures,
        watched=watched(seen.dataset.settings.watch, now),
        alerts=moves,
        overrides=override_value(path, seen, settings_file, overrides, steps),
        changed=changed_orders(seen),
    )


def moments_of(seen: Seen) -> Integers:
    """The last buckets to look from, the newest last."""
    apart = DAYS_APART if seen.calendar.bucket is Bucket.DAY else 1
    return np.arange(seen.calendar.count - 1, -1, -apart)[:POINTS][::-1]


def groups_of(seen: Seen) -> dict[tuple[str, str], Integers]:
    """Everything, each demand class that there is, and each location."""
    groups = {ALL: np.arange(seen.panel.series)}
    for name in NAMES:
        rows = np.flatnonzero(seen.demand_class == name)
        if rows.size:
            groups["demand_class", str(name)] = rows
    location = seen.terms.frame["location"].astype(str).to_numpy()
    for name in np.unique(location):
        groups["location", str(name)] = np.flatnonzero(location == name)
    return groups


def figure_frame(made: Monitored) -> pd.DataFrame:
    """A row per group, day and figure that is known: `kind`, `group`, `date`, `kpi`, `value`."""
    days = made.seen.calendar.end_of(made.moments).astype("datetime64[s]")
    rows = [
        (kind, group, day, name, each[name])
        for (kind, group), values in made.figures.items()
        for day, each in zip(days, values, strict=True)
        for name in SHOWN
        if each[name] is not None
    ]
    return pd.DataFrame(rows, columns=["kind", "group", "date", "kpi", "value"])
