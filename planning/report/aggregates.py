"""`aggregates.parquet`: total, categories and locations, each told apart into its parts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.outputs_forecast import AGGREGATES
from domain.periods import as_days
from forecasting.hierarchy import Aggregate, aggregates
from planning.report.page_data import AggregateLine, AggregateSection, SeriesChart
from planning.situation import Situation

NONE = "none"
PARTS = ("trend", "season", "events")
SHOWN = 12
"""Nodes of a level on the page, the largest first."""


def aggregate_frame(situation: Situation) -> pd.DataFrame:
    """A row a node and bucket of history and of the plan's horizon; none unless it is asked for.

    Raises NotFoundError for an unknown model, and UnavailableError where its library is missing.
    """
    asked = situation.dataset.settings.aggregate_forecasts
    blank = pd.DataFrame({name: [] for name in AGGREGATES.names})
    if asked == NONE:
        return blank
    ahead = situation.calendar.buckets_to_cover(situation.horizon_days)
    made = aggregates(situation.panel, situation.dataset.settings, asked, ahead)
    return pd.concat([_frame_of(situation, one, ahead) for one in made], ignore_index=True)


def _frame_of(situation: Situation, one: Aggregate, ahead: int) -> pd.DataFrame:
    """The rows of a node, from its first bucket of life."""
    panel, parts, width = situation.panel, one.parts, situation.panel.buckets + ahead
    first = min(int(panel.first[one.members].min()), panel.buckets)
    nothing = np.full(width, np.nan)
    frame = pd.DataFrame(
        {
            "level": one.level,
            "category": _name(situation, one, "category"),
            "location": _name(situation, one, "location"),
            "date": panel.calendar.starts(0, width).astype("datetime64[s]"),
            "horizon": np.maximum(np.arange(width) - panel.buckets + 1, 0),
            "demand": np.append(one.demand, np.full(ahead, np.nan)),
            "mean": nothing if parts is None else parts.mean,
            **{name: nothing if parts is None else getattr(parts, name) for name in PARTS},
            "bottom_up": np.append(
                np.full(panel.buckets, np.nan),
                situation.forecast.mean[one.members, :ahead].sum(axis=0),
            ),
            "why_not": one.word,
        }
    )
    return frame[first:][list(AGGREGATES.names)]


def _name(situation: Situation, one: Aggregate, level: str) -> str:
    """What a node is called at its own level; blank at another's, and for "no category"."""
    if one.level != level:
        return ""
    value = situation.terms.frame[level].iloc[int(one.members[0])]
    return "" if pd.isna(value) else str(value)


def aggregate_section(frame: pd.DataFrame, model: str) -> AggregateSection | None:
    """What the page shows of it; None where there is nothing."""
    if not len(frame):
        return None
    ahead = int(frame["horizon"].max())
    lines: list[AggregateLine] = []
    for level in pd.unique(frame["level"]):
        of_level = frame[frame["level"] == level]
        nodes = [_line(part, ahead) for _, part in of_level.groupby(["category", "location"])]
        lines += sorted(nodes, key=lambda line: (-line.bottom_up, line.name))[:SHOWN]
    return AggregateSection(model, ahead, tuple(lines), _chart(frame))


def _line(part: pd.DataFrame, ahead: int) -> AggregateLine:
    """A node in sums over the horizon, and over as many buckets before it."""
    coming, past = part[part["horizon"] > 0], part[part["horizon"] == 0].tail(ahead)
    level = str(part["level"].iloc[0])
    name = str(part[level].iloc[0]) or f"no {level}" if level in part else "everything"
    fitted = bool(coming["mean"].notna().all())
    sums = {column: round(float(coming[column].sum())) for column in ("mean", *PARTS)}
    return AggregateLine(
        name=name,
        level=level,
        sold=float(past["demand"].sum()),
        bottom_up=float(coming["bottom_up"].sum()),
        mean=sums["mean"] if fitted else None,
        trend=sums["trend"] if fitted else None,
        season=sums["season"] if fitted else None,
        events=sums["events"] if fitted else None,
    )


def _chart(frame: pd.DataFrame) -> SeriesChart:
    """History and forecast of the total."""
    total = frame[frame["level"] == "total"]
    past, coming = total[total["horizon"] == 0], total[total["horizon"] > 0]
    mean = coming["mean"] if coming["mean"].notna().all() else coming["bottom_up"]

    none = np.zeros(0)
    return SeriesChart(
        sku="everything", location="", description="", reason="", unit="", quantity=0.0,
        arrives_on=None,
        history_dates=as_days(past["date"].to_numpy()),
        history_units=past["demand"].fillna(0.0).to_numpy(np.float64),
        history_censored=past["demand"].isna().to_numpy(np.bool_),
        forecast_dates=as_days(coming["date"].to_numpy()),
        forecast_mean=mean.to_numpy(np.float64),
        forecast_quantiles={},
        stock_dates=none.astype("datetime64[D]"), stock_with_order=none, stock_without_order=none,
    )  # fmt: skip
