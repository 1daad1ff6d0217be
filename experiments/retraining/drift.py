"""How far the data has moved since the champion was trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.terms import Floats, Known, Panel
from forecasting.classes import demand_class, interval_and_variation
from planning.quality.check import QualityReport

RECENT_SHARE = 0.25
"""Share of history that counts as recent."""
EDGES = np.array([0.25, 0.5, 0.75, 0.9])
"""Levels of the champion's data that part its series into bins."""
FLOOR = 1e-4
SLIGHT, GRAVE = 0.1, 0.25
"""Usual limits of the population stability index: below .1 nothing moved, above .25 much did."""


@dataclass(frozen=True)
class Drift:
    """One property of the data, then and now."""

    of: str
    index: float  # population stability index, 0: as it was
    sentence: str

    @property
    def gravity(self) -> str:
        """none, slight or grave."""
        if self.index < SLIGHT:
            return "none"
        return "slight" if self.index < GRAVE else "grave"


def profile(panel: Panel, health: QualityReport) -> dict[str, object]:
    """What is kept of the data with a bundle, to see later how far it has moved."""
    classes = demand_class(*interval_and_variation(panel))
    names, counts = np.unique(classes, return_counts=True)
    mean = _recent_mean(panel)
    edges = np.quantile(mean, EDGES) if mean.size else np.zeros(EDGES.size)
    return {
        "series": panel.series,
        "buckets": panel.buckets,
        "classes": {
            str(name): int(count) / panel.series for name, count in zip(names, counts, strict=True)
        },
        "mean_edges": [float(edge) for edge in edges],
        "mean_shares": _shares(mean, edges),
        "mean": float(mean.mean()) if mean.size else 0.0,
        "hidden": float((panel.known == Known.LOWER_BOUND).sum() / panel.known.size),
        "grave_doubts": sorted({d.kind for d in health.doubts if d.gravity.word == "grave"}),
    }


def drifts(before: Mapping[str, object], panel: Panel, health: QualityReport) -> list[Drift]:
    """What moved between a profile and the data of today, the most moved first.

    Population stability index: Σ (now − then)·ln(now / then) over bins (Siddiqi, *Credit Risk
    Scorecards*, 2006).
    """
    now = profile(panel, health)
    edges = np.asarray(before["mean_edges"], np.float64)
    shares = _shares(_recent_mean(panel), edges)
    then_classes, now_classes = pd.Series(before["classes"]), pd.Series(now["classes"])
    names = sorted({*then_classes.index, *now_classes.index})
    classes = _index(
        then_classes.reindex(names, fill_value=0.0).to_numpy(np.float64),
        now_classes.reindex(names, fill_value=0.0).to_numpy(np.float64),
    )
    size = _index(np.asarray(before["mean_shares"], np.float64), np.asarray(shares, np.float64))
    hidden = _index(_two(float(str(before["hidden"]))), _two(float(str(now["hidden"]))))
    found = [
        Drift("demand classes", classes, "share of smooth, erratic, intermittent, lumpy series"),
        Drift(
            "size of demand", size,
            f"mean demand of a series was {float(str(before['mean'])):,.3g},"
            f" now {float(str(now['mean'])):,.3g} a bucket",
        ),
        Drift(
            "hidden demand", hidden,
            f"{float(str(before['hidden'])):.1%} of buckets were sold out,"
            f" now {float(str(now['hidden'])):.1%}",
        ),
    ]  # fmt: skip
    return sorted(found, key=lambda drift: -drift.index)


def new_grave_doubts(before: Mapping[str, object], health: QualityReport) -> list[str]:
    """Grave doubts of today that the champion's data did not give."""
    known = before.get("grave_doubts", [])
    assert isinstance(known, list)
    return sorted(
        {d.sentence for d in health.doubts if d.gravity.word == "grave" and d.kind not in known}
    )


def _two(share: float) -> Floats:
    return np.array([share, 1.0 - share])


def _recent_mean(panel: Panel) -> Floats:
    """Mean demand of each living series' recent buckets."""
    begin = int(panel.buckets * (1.0 - RECENT_SHARE))
    known = panel.known[:, begin:] != Known.OUTSIDE
    count = known.sum(axis=1)
    total = np.where(known, panel.demand[:, begin:], 0.0).sum(axis=1, dtype=np.float64)
    return np.asarray(total[count > 0] / count[count > 0])


def _shares(mean: Floats, edges: Floats) -> list[float]:
    counts = np.bincount(np.searchsorted(edges, mean, side="left"), minlength=edges.size + 1)
    return [float(share) for share in counts / max(mean.size, 1)]


def _index(then: Floats, now: Floats) -> float:
    then, now = np.maximum(then, FLOOR), np.maximum(now, FLOOR)
    return float(((now - then) * np.log(now / then)).sum())
