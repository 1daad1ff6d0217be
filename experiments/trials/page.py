"""The pages of a trial: what it would take, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from domain.kpis import KPIS
from domain.terms import Floats
from experiments.trials.difference import Difference, relative
from experiments.trials.judge import Judged
from experiments.trials.replayed import Sized
from experiments.trials.size import smallest
from experiments.trials.words import advice, headline, interim, sentences
from planning.report import page_words
from planning.report.templating import environment

TITLES: Mapping[str, tuple[str, str, str]] = {
    "cost": ("Cost a week", "money", "less"),
    "holding": ("of it holding", "money", "less"),
    "shortage": ("of it shortages", "money", "less"),
    "order": ("of it orders", "money", "less"),
    "stock_value": ("Stock at cost", "money", "less"),
}
"""Title, unit and which is better, of what is no KPI."""
SHOWN = ("cost", "holding", "shortage", "order", "fill_rate", "stockout_rate", "turnover",
         "stock_value")  # fmt: skip
NARROWEST = 0.05
"""Share of the control's value that the scale of intervals reaches at least."""


def judged_page(made: Judged) -> str:
    """What came of a trial, as HTML: no request to anywhere, no script, every text escaped."""
    rows = [
        judged_row(name, made.measures[name], made.over) for name in SHOWN if name in made.measures
    ]
    classes = [judged_row(name, one, made.over, COST) for name, one in made.by_class.items()]
    share = relative(made.cost)
    return (
        environment("experiments.trials", "experiments.replay")
        .get_template("trial.html")
        .render(
            made=made,
            seen=made.seen,
            currency=made.seen.currency,
            sentence=headline(made),
            interim=interim(made),
            share=None if share is None else share.value,
            between=None if share is None else share.interval(made.over),
            counts=[int(made.sample.challenged.sum()), int((~made.sample.challenged).sum())],
            rows=_drawn(rows),
            classes=_drawn(classes),
        )
    )


COST = ("", "money", "less")


def judged_row(
    name: str, one: Difference, over: float, words: tuple[str, str, str] | None = None
) -> dict[str, Any]:
    """A measure as the page shows it."""
    if words is None:
        kpi = None if name in TITLES else KPIS.get(name)
        words = TITLES[name] if kpi is None else (kpi.title, kpi.unit, kpi.better)
    low, high = one.interval(over)
    better = ""
    if one.shown(over):
        better = "better" if (one.value > 0) == (words[2] == "more") else "worse"
    title, unit = words[0] or name, words[1]
    if unit not in ("share", "money"):  # said once, not in every cell
        title, unit = f"{title} {unit}", ""
    return {"title": title, "unit": unit, "one": one, "low": low, "high": high, "word": better}


def _drawn(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with their intervals as shares of the control's value, on one scale."""
    spans = [_share(row) for row in rows]
    ends = [max(abs(end) for end in span[1:]) for span in spans if span]
    scale = max(NARROWEST, ends[0], float(np.median(ends))) if ends else 1.0
    return [
        {**row, "scale": scale, "span": None if span is None else [_place(x, scale) for x in span]}
        for row, span in zip(rows, spans, strict=True)
    ]


def _share(row: dict[str, Any]) -> tuple[float, float, float] | None:
    """Difference and interval over the control's value; None where that is 0."""
    base = abs(row["one"].control)
    if base <= 0:
        return None
    return row["one"].value / base, row["low"] / base, row["high"] / base


def _place(share: float, scale: float) -> float:
    """Percent across, 50 where there is no difference; beyond the scale, its end."""
    return round(50.0 + 48.0 * min(1.0, max(-1.0, share / scale)), 2)


def sized_page(made: Sized) -> str:
    """What a trial would take, likewise."""
    shares = sorted({one.share for one in made.sizes})
    weeks = sorted({one.weeks for one in made.sizes})
    by = {(one.weeks, one.share): one for one in made.sizes}
    best = smallest(list(made.sizes), made.detect)
    return (
        environment("experiments.trials", "experiments.replay")
        .get_template("trial_size.html")
        .render(
            made=made,
            ground=made.ground,
            currency=str(made.ground.terms.frame["currency"].iloc[0]) or page_words.UNNAMED,
            sentence=advice(made),
            said=sentences(made),
            best=best,
            shares=shares,
            rows=[(each, [by[each, share] for share in shares]) for each in weeks],
            weekly=_weekly(made.costs.control, made.costs.days),
        )
    )


def _weekly(cost: Floats, days: Floats) -> float:
    """Money a week."""
    return float(cost.sum() / days.sum() * 7.0)
