"""`restock adjustments`: what planners' adjustments of the past were worth, once demand came.

Each is judged at one moment: at the close of the last bucket before its first day, or of the
bucket in which it was made, if that is later. The forecast of that moment with all adjustments
that were known then is compared with the same forecast without this one, over the buckets of its
days. Money is what one stock for all those days would have cost: the quantile at the item's own
level [S], with each unit too many held through them and each unit short at its shortage cost
(a newsvendor; Snyder & Shen, 2nd ed., §4.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from domain.errors import DataError
from domain.periods import Calendar, as_days
from domain.terms import NEVER, Floats, Integers, Known, Panel
from forecasting.past import forecasts_of_the_past
from forecasting.result import Forecast
from forecasting.succession import Succession, joined, shared_out
from planning.adjustments import adjusted, series_named
from planning.as_of import settle
from planning.forecasts import demand_panel, known_at
from planning.item_terms import Terms, resolve_terms
from planning.lineage import successions
from planning.series import find_series
from planning.steps import Steps

SAID = ("sku", "category", "location", "starts_on", "ends_on", "how", "value", "reason")
BY = ["made_by", "reason"]
MEASURES = ("error_with", "error_without", "cost_with", "cost_without")


@dataclass(frozen=True)
class Review:
    """Adjustments of the past with what came of them."""

    name: str
    begin: np.datetime64
    calendar: Calendar  # to the last day that counts
    currency: str
    each: pd.DataFrame  # a row per adjustment, and `MEASURES`
    by: pd.DataFrame  # the same summed by who made them and why
    left_out: int  # adjustments of other days, or of which no demand is known


def review_dataset(
    path: Path,
    begin: date,
    until: date | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
) -> Review:
    """Judge the adjustments of the dataset at `path` whose moment lies between two days.

    Raises DataError where there are none.
    """
    dataset, calendar = known_at(path, until, settings_file, overrides, steps)
    _, first = settle(dataset, begin, "--from")
    table = dataset.table("adjustments")
    series = find_series(dataset)
    with steps.step("demand"):
        terms = resolve_terms(dataset, series, calendar.as_of)
        panel, _ = demand_panel(dataset, terms, calendar)
    moments = _moments(table, panel, terms, first)
    if table is None or moments.empty:
        raise DataError(
            f"no adjustment of days between {first} and {calendar.as_of} can be judged",
            "adjustments, --from, --until",
            "Choose days whose demand is known, and on which adjustments hold.",
        )
    with steps.step("forecast"):
        chains = successions(terms.frame, panel)
        origins = np.unique(moments["origin"].to_numpy(np.int64))
        reach = int(moments["reach"].max())
        made = forecasts_of_the_past(joined(panel, chains), dataset.settings, origins, reach)
        found = []
        for origin, plain in zip(origins, made, strict=True):
            then = _moved(chains, calendar.as_of, plain.calendar.as_of)
            known = table[~(table["made_on"] > pd.Timestamp(plain.calendar.as_of))]
            here = moments[moments["origin"] == origin]
            found += _judged(here, known, shared_out(plain, then), panel, terms)
    each = pd.DataFrame(found)
    measured = each[each["units"].notna()].reset_index(drop=True)
    return Review(
        name=path.resolve().stem,
        begin=first,
        calendar=calendar,
        currency=str(terms.frame["currency"].iloc[0]),
        each=measured,
        by=_summed(measured),
        left_out=len(table) - len(measured),
    )


def _moments(
    table: pd.DataFrame | None, panel: Panel, terms: Terms, begin: np.datetime64
) -> pd.DataFrame:
    """Adjustments that can be judged: the bucket `origin` to stand at, and those to look at.

    `first`, `last`: buckets; `reach`: days from the origin to the end of the last; `rows`: series.
    """
    if table is None or table.empty:
        return pd.DataFrame()
    calendar, kept = panel.calendar, []
    days_of = {
        name: as_days(table[name].to_numpy()) for name in ("starts_on", "ends_on", "made_on")
    }
    for place, (row, each) in enumerate(table.iterrows()):
        starts, ends, made = (days[place] for days in days_of.values())
        origin = int(calendar.index_of(np.array([starts]))[0]) - 1
        if not np.isnat(made) and made > calendar.end_of(np.array([origin]))[0]:
            origin = int(calendar.index_of(np.array([made]))[0])
        last = min(int(calendar.index_of(np.array([ends]))[0]), calendar.count - 1)
        if origin < 0 or last <= origin or calendar.end_of(np.array([origin]))[0] < begin:
            continue
        days = calendar.end_of(np.array([origin, last]))
        rows = series_named(each, terms.frame)
        if rows.size:
            kept.append(
                {"row": row, "origin": origin, "first": origin + 1, "last": last, "rows": rows,
                 "reach": int((days[1] - days[0]).astype(np.int64))}
            )  # fmt: skip
    return pd.DataFrame(kept)


def _moved(chains: list[Succession], as_of: np.datetime64, then: np.datetime64) -> list[Succession]:
    """Successions with their days counted from an earlier day."""
    later = int((as_of - then).astype(np.int64))
    return [
        replace(
            one,
            begins=one.begins + later,
            ends=np.where(one.ends == NEVER, NEVER, one.ends + later),
        )
        for one in chains
    ]


def _judged(
    moments: pd.DataFrame, known: pd.DataFrame, plain: Forecast, panel: Panel, terms: Terms
) -> list[dict[str, object]]:
    """Each adjustment of one moment with what came of it; units are NaN where nothing is known."""
    frame, found = terms.frame, []
    every, _ = adjusted(known, frame, plain)
    for one in moments.to_dict("records"):
        said = known.loc[one["row"]]
        without, _ = adjusted(known.drop(index=one["row"]), frame, plain)
        rows, first, last = one["rows"], int(one["first"]), int(one["last"])
        seen = panel.known[rows, first : last + 1] == Known.OBSERVED
        came = panel.demand[rows, first : last + 1].astype(np.float64)
        if not seen.any():
            continue
        result: dict[str, object] = {
            **{name: said[name] for name in SAID},
            "made_by": said["made_by"],
            "made_on": said["made_on"],
            "judged_at": pd.Timestamp(plain.calendar.as_of),
            "series": rows.size,
            "buckets": int(seen.sum()),
            "units": float(came[seen].sum()),
        }
        ahead = slice(0, last - first + 1)
        for name, forecast in (("with", every), ("without", without)):
            mean = forecast.mean[rows][:, ahead]
            result[f"expected_{name}"] = float(mean[seen].sum())
            result[f"error_{name}"] = float(np.abs(mean - came)[seen].sum())
        whole = seen.all(axis=1)
        for name, forecast in (("with", every), ("without", without)):
            cost = _cost(forecast, rows[whole], int(one["reach"]), came[whole].sum(axis=1), frame)
            result[f"cost_{name}"] = cost
        found.append(result)
    return found


def _cost(
    forecast: Forecast, rows: Integers, days: int, came: Floats, frame: pd.DataFrame
) -> float:
    """Money that one stock for the next `days` days would have cost, as demand came."""
    if not rows.size:
        return 0.0
    holding = frame["holding_cost_per_day"].to_numpy(np.float64)[rows] * days
    level = frame["target_level"].to_numpy(np.float64)[rows]
    given = pd.to_numeric(frame["shortage_cost"]).to_numpy(np.float64)[rows]
    shortage = np.where(np.isnan(given), holding * level / (1.0 - level), given)
    both = np.maximum(shortage + holding, 1e-300)
    level = np.clip(np.where(np.isnan(given), level, shortage / both), 1e-4, 1.0 - 1e-4)
    end = np.full((rows.size, 1), days)
    _, stock = forecast.windows(np.zeros_like(end), end, level[:, None], rows)
    over = stock[:, 0, 0] - came
    return float((holding * np.maximum(over, 0.0) + shortage * np.maximum(-over, 0.0)).sum())


def _summed(each: pd.DataFrame) -> pd.DataFrame:
    """Adjustments summed by who made them and why, what was worth most first."""
    sums = ["series", "buckets", "units", "expected_with", "expected_without", *MEASURES]
    by = each[BY].fillna("")
    grouped = each[sums].groupby([by[name] for name in BY])
    out = grouped.sum().assign(adjustments=grouped.size()).reset_index()
    out["saving"] = out["cost_without"] - out["cost_with"]
    columns = [*BY, "adjustments", *sums, "saving"]
    return out.sort_values("saving", ascending=False, kind="stable", ignore_index=True)[columns]
