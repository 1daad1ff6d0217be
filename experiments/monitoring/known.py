"""All that a monitor looks at: demand, stock as counted, and what kept plans expected of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from domain.periods import Calendar
from domain.terms import Flags, Floats, Integers, Known, Panel, Singles
from forecasting.classes import demand_class, interval_and_variation
from forecasting.recovered import recovered_demand
from planning.dataset import Dataset
from planning.forecasts import demand_panel, known_at
from planning.item_terms import Terms, resolve_terms
from planning.kept_plans import KeptPlan, kept_plans
from planning.report.page_words import UNNAMED
from planning.series import find_series
from planning.steps import Steps
from planning.supply import row_of


@dataclass(frozen=True)
class Expected:
    """What kept plans said of buckets that are over; NaN where no plan did [S × T]."""

    mean: Floats  # units, by the newest plan made before the bucket
    high: Floats  # units, the 0.95 quantile of the same
    sum_within: Floats  # 1 where a protection period's demand, ending here, kept within its 0.95
    plans: int  # plans of which some demand has come


@dataclass(frozen=True)
class Seen:
    """A dataset at `as_of`, S series × T buckets."""

    name: str
    dataset: Dataset
    calendar: Calendar
    terms: Terms  # of all S series
    panel: Panel
    demand_class: np.ndarray  # S
    demand: Floats  # S × T, units wanted: what was hidden included; NaN outside life or unknown
    hidden: Floats  # S × T, of these units not served
    on_hand: Floats  # S × T, units at the end of the bucket, as last counted; NaN: never yet
    counted: Flags  # S × T, whether stock was counted in the bucket
    expected: Expected
    plans: tuple[KeptPlan, ...]  # all that are kept, oldest first

    @property
    def cost(self) -> Floats:
        """Money per unit [S]."""
        return self.terms.frame["unit_cost"].to_numpy(np.float64)

    @property
    def sold(self) -> Singles:
        """Units recorded [S × T]."""
        return self.panel.demand

    @property
    def stocked(self) -> Flags:
        """Series planned for stock [S]."""
        return (self.terms.frame["planned"] == "stock").to_numpy(np.bool_)

    @property
    def currency(self) -> str:
        """What money is counted in."""
        return str(self.terms.frame["currency"].iloc[0]) or UNNAMED


def see(
    path: Path,
    workspace: Path | None,
    as_of: date | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
) -> Seen:
    """The dataset at `path` as it was known at `as_of`, with the plans kept in the workspace."""
    dataset, calendar = known_at(path, as_of, settings_file, overrides, steps)
    with steps.step("demand"):
        terms = resolve_terms(dataset, find_series(dataset), calendar.as_of)
        panel, _ = demand_panel(dataset, terms, calendar)
        demand, hidden = wanted(panel, dataset.settings.solver.threads)
    with steps.step("kept plans"):
        plans = kept_plans(workspace, calendar.as_of, calendar.bucket)
        counts = stock_counts(dataset, terms.frame, plans, calendar)
        expected = what_was_expected(plans, panel, terms.frame)
    return Seen(
        name=path.resolve().stem,
        dataset=dataset,
        calendar=calendar,
        terms=terms,
        panel=panel,
        demand_class=demand_class(*interval_and_variation(panel)),
        demand=demand,
        hidden=hidden,
        on_hand=carried_on(counts),
        counted=np.isfinite(counts),
        expected=expected,
        plans=plans,
    )


def wanted(panel: Panel, threads: int) -> tuple[Floats, Floats]:
    """Demand with what stock-outs hid, and that part alone [S × T]; NaN where nothing is known."""
    demand = panel.demand.astype(np.float64)
    hidden = np.zeros_like(demand)
    found = recovered_demand(panel, threads)
    hidden[found.series, found.bucket] = np.maximum(found.corrected - found.recorded, 0.0)
    demand += hidden
    demand[panel.known == Known.OUTSIDE] = np.nan
    return demand, hidden


def stock_counts(
    dataset: Dataset, series: pd.DataFrame, plans: tuple[KeptPlan, ...], calendar: Calendar
) -> Floats:
    """Units on hand as counted in each bucket, the last count of it [S × T]; NaN: not counted.

    From the dated rows of `stock`, and from what kept plans knew where those are silent.
    """
    counts = np.full((len(series), calendar.count), np.nan)
    for plan in plans:
        if plan.stock_known:
            lines = plan.lines()
            rows, place = row_of(series, lines), int(calendar.index_of(plan.as_of))
            kept = (rows >= 0) & (place >= 0)
            counts[rows[kept], place] = lines["on_hand"].to_numpy(np.float64)[kept]
    table = dataset.table("stock")
    if table is None or table.empty:
        return counts
    dated = table.assign(date=table["date"].fillna(pd.Timestamp(calendar.as_of)))
    dated = dated.sort_values("date", kind="stable")
    rows = row_of(series, dated)
    places = calendar.index_of(dated["date"].to_numpy().astype("datetime64[D]"))
    kept = (rows >= 0) & (places >= 0) & (places < calendar.count)
    units = (dated["on_hand"] - dated["blocked"]).to_numpy(np.float64)
    counts[rows[kept], places[kept]] = units[kept]
    return counts


def carried_on(counts: Floats) -> Floats:
    """Each count until the next one [S × T]; NaN before the first."""
    place = np.where(np.isfinite(counts), np.arange(counts.shape[1]), 0)
    last = np.maximum.accumulate(place, axis=1)
    return np.take_along_axis(counts, last, axis=1)


def what_was_expected(plans: tuple[KeptPlan, ...], panel: Panel, series: pd.DataFrame) -> Expected:
    """Kept forecasts laid beside the buckets they were of; the newest before a bucket counts."""
    empty = np.full((panel.series, panel.buckets), np.nan)
    made = Expected(empty, empty.copy(), empty.copy(), 0)
    count = 0
    for plan in plans:
        origin = int(panel.calendar.index_of(plan.as_of))
        if not -1 <= origin < panel.buckets - 1:
            continue
        ahead, lines = plan.forecast(), plan.lines()
        rows = row_of(series, ahead)
        bucket = origin + ahead["horizon"].to_numpy(np.int64)
        over = (rows >= 0) & (bucket < panel.buckets)
        if not over.any():
            continue
        count += 1
        made.mean[rows[over], bucket[over]] = ahead["mean"].to_numpy(np.float64)[over]
        made.high[rows[over], bucket[over]] = ahead["q0.95"].to_numpy(np.float64)[over]
        _protection(made.sum_within, ahead, rows, lines, origin, panel, series)
    return replace(made, plans=count)


def _protection(
    within: Floats,
    ahead: pd.DataFrame,
    rows: Integers,
    lines: pd.DataFrame,
    origin: int,
    panel: Panel,
    series: pd.DataFrame,
) -> None:
    """Whether demand of each protection period that is over kept within its 0.95 quantile."""
    then = replace(panel.calendar, count=origin + 1)
    days = np.zeros(panel.series, np.int64)
    known = row_of(series, lines)
    days[known[known >= 0]] = lines["protection_days"].to_numpy(np.int64)[known >= 0]
    spans = {int(one): then.buckets_to_cover(int(one)) for one in np.unique(days)}
    span = np.array([spans[int(one)] for one in days], np.int64)
    last = (rows >= 0) & (ahead["horizon"].to_numpy() == span[np.maximum(rows, 0)])
    chosen, high = rows[last], ahead["sum_q0.95"].to_numpy(np.float64)[last]
    over = origin + span[chosen] < panel.buckets
    chosen, high = chosen[over], high[over]
    seen = np.where(panel.known == Known.OBSERVED, panel.demand, np.nan).astype(np.float64)
    sums = np.cumsum(seen[:, origin + 1 :], axis=1)
    came = sums[chosen, span[chosen] - 1]
    ends = origin + span[chosen]
    sure = np.isfinite(came)
    within[chosen[sure], ends[sure]] = came[sure] <= high[sure]
