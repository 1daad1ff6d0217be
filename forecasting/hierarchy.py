"""Aggregates of a panel: its total, categories and locations, each forecast as one series.

Shown to planners as the explanation of a forecast: what is trend, what season, what events.
"""

from __future__ import annotations

import dataclasses
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from domain.settings import Settings
from domain.terms import NEVER, Floats, Integers, Known, Panel, SeriesKey
from forecasting.models.one_series import NotFittedError, Parts, fitted, quietly, series_model
from forecasting.told import told_of

MOST_NODES = 200
"""Nodes of a level, at most: more are not what a planner reads, and take minutes."""
HALF = 0.5
"""Share of a node's series-buckets hidden from which on its bucket is not known."""


@dataclass(frozen=True)
class Level:
    """A way to add series up."""

    name: str  # total, category or location
    label: Integers  # S, node of each series: 0 … N - 1
    nodes: int  # [N]


@dataclass(frozen=True)
class Aggregate:
    """A node's history and forecast, T + H buckets."""

    level: str
    members: Integers  # series numbers
    demand: Floats  # T, units, hidden demand at its usual size; NaN: not known
    parts: Parts | None  # None where the model could not be fitted
    word: str  # why not, "" where it could


def levels_of(panel: Panel) -> tuple[Level, ...]:
    """Total, then categories and locations where there are several, and not too many."""
    found = [Level("total", np.zeros(panel.series, np.int64), 1)]
    places = np.array([key.location for key in panel.keys], dtype=object)
    for name, code in (("category", panel.category), ("location", places)):
        nodes, label = np.unique(code, return_inverse=True)
        if 1 < nodes.size <= MOST_NODES:
            found.append(Level(name, label.astype(np.int64), nodes.size))
    return tuple(found)


def aggregated(panel: Panel, level: Level) -> Panel:
    """A panel whose series are the nodes of a level.

    A bucket in which a series' demand is hidden counts with what the series brought on average
    before, at least with what was sold.
    """
    observed = panel.known == Known.OBSERVED
    hidden = (panel.known == Known.LOWER_BOUND) | (panel.known == Known.UNKNOWN)
    demand = panel.demand.astype(np.float64)
    if hidden.any():
        seen = np.cumsum(observed, axis=1)
        usual = np.cumsum(np.where(observed, demand, 0.0), axis=1) / np.maximum(seen, 1)
        demand = np.where(hidden, np.maximum(demand, usual), demand)
    shape = (level.nodes, panel.buckets)
    total, alive, unseen = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for values, out in ((demand, total), (observed | hidden, alive), (hidden, unseen)):
        np.add.at(out, level.label, values)
    known = np.where(alive > 0, Known.OBSERVED, Known.OUTSIDE).astype(np.uint8)
    known[(unseen > HALF * alive) & (alive > 0)] = Known.UNKNOWN
    lived = (alive > 0).any(axis=1)
    nothing = np.zeros(level.nodes, np.int64)
    return Panel(
        keys=tuple(SeriesKey(f"{level.name} {node}", "") for node in range(level.nodes)),
        calendar=panel.calendar,
        demand=np.where(known == Known.OBSERVED, total, 0.0).astype(np.float32),
        known=known,
        stockout_share=None,
        category=nothing,
        product=np.arange(level.nodes),
        whole_units=np.zeros(level.nodes, np.bool_),
        first=np.where(lived, (alive > 0).argmax(axis=1), panel.buckets).astype(np.int64),
        starts_day=nothing,
        ends_day=np.full(level.nodes, NEVER, np.int64),
    )


def aggregates(panel: Panel, settings: Settings, model: str, ahead: int) -> list[Aggregate]:
    """Every node of every level forecast by a model, `ahead` buckets beyond history.

    Raises NotFoundError for an unknown model, and UnavailableError where its library is missing.
    """
    chosen, made = series_model(model, "setting aggregate_forecasts"), []
    for level in levels_of(panel):
        nodes = aggregated(panel, level)
        told = told_of(nodes, settings, ahead, (panel, level.label))

        def work(node: int, told=told, nodes=nodes) -> tuple[Parts | None, str]:  # type: ignore[no-untyped-def]
            try:
                parts = fitted(chosen, told.history(node, nodes.buckets, ahead))
            except NotFittedError as error:
                return None, str(error)
            return _from_the_first_bucket(parts, int(nodes.first[node])), ""

        with quietly(), ThreadPoolExecutor(settings.solver.threads or os.cpu_count() or 1) as pool:
            found = list(pool.map(work, range(level.nodes)))
        demand = np.where(nodes.known == Known.OBSERVED, nodes.demand.astype(np.float64), np.nan)
        made += [
            Aggregate(level.name, np.flatnonzero(level.label == node), demand[node], parts, word)
            for node, (parts, word) in enumerate(found)
        ]
    return made


def _from_the_first_bucket(parts: Parts, first: int) -> Parts:
    """Parts of the whole calendar: NaN before the node's life."""
    padded = (np.pad(part, (first, 0), constant_values=np.nan) for part in vars(parts).values())
    return dataclasses.replace(parts, **dict(zip(vars(parts), padded, strict=True)))
