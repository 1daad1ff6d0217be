"""The page of a backtest: one HTML file in the look of the plan's report, nothing to fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.backtest.charts import Curve, calibration_chart, fan_chart, horizon_chart
from experiments.backtest.contenders.seasonal_naive import SEASONAL_NAIVE
from experiments.backtest.examples import Example, examples
from experiments.backtest.measures import LOSS
from experiments.backtest.run import Backtest, overall
from experiments.backtest.tally import ALL, CLASSES
from planning.report import page_words
from planning.report.templating import environment

if TYPE_CHECKING:
    from markupsafe import Markup

OWN, NAIVE = 4, 0
"""Colours of the page's own model, and of the reference; see `charts.css` of the replay."""
MOST_LINES = 5
TAILS = (0.9, 0.95, 0.99)


def render_page(made: Backtest, notes: tuple[str, ...]) -> str:
    """The page as HTML: no request to anywhere, no script, every text escaped."""
    from markupsafe import Markup

    table = overall(made.table, ALL, ALL)
    usual, worst = examples(made)
    drawn = drawn_models(made, table)
    ground = made.ground
    return (
        environment("experiments.backtest", ratio=ratio, is_known=page_words.is_known)
        .get_template("backtest.html")
        .render(
            made=made,
            ground=ground,
            bucket=ground.calendar.bucket.value,
            own=table.loc[made.ours],
            naive=table.loc[SEASONAL_NAIVE],
            rows=table.to_dict("index"),
            tails=[level for level in ground.reported if round(float(level), 9) in TAILS],
            against={name: _against(made, name, ALL) for name in made.models},
            classes=_classes(made),
            drawn=drawn,
            calibration=Markup(calibration_chart("calibration", _coverages(made, table))),
            by_horizon=Markup(
                horizon_chart("by-horizon", "Scaled quantile loss", _by_horizon(made, drawn))
            ),
            examples=[
                ("Typical: met as well as half of the series are", _charts(made, usual, "usual")),
                ("Missed most", _charts(made, worst, "worst")),
            ],
            notes=notes,
            name_of=plain_name,
        )
    )


def ratio(value: float) -> str:
    """A measure that is compared in its third digit.

    >>> ratio(0.5), ratio(float("nan"))
    ('0.500', 'n/a')
    """
    return f"{value:.3f}" if np.isfinite(value) else page_words.UNKNOWN


def plain_name(model: str) -> str:
    """A model's name for people.

    >>> plain_name("seasonal_naive"), plain_name("sba")
    ('last season again', 'SBA')
    """
    if model == SEASONAL_NAIVE:
        return "last season again"
    return model.upper() if model in ("sba", "tsb") else model.replace("_", " ")


def drawn_models(made: Backtest, table: pd.DataFrame) -> dict[str, int]:
    """Models whose lines are drawn, with their colours: the own, the reference, the best others."""
    others = [name for name in table[LOSS].sort_values(kind="stable").index if name != made.ours]
    others = [str(name) for name in others if name != SEASONAL_NAIVE][: MOST_LINES - 2]
    free = iter(place for place in range(MOST_LINES) if place not in (OWN, NAIVE))
    return {made.ours: OWN, **{name: next(free) for name in others}, SEASONAL_NAIVE: NAIVE}


def _coverages(made: Backtest, table: pd.DataFrame) -> list[Curve]:
    """Coverage of single buckets and of sums by the own model, and of sums by the reference."""
    levels = made.ground.reported

    def curve(title: str, model: str, prefix: str, place: int) -> Curve:
        reached = [float(table.loc[model, f"{prefix}_{level:g}"]) for level in levels]
        return Curve(title, place, levels, np.array(reached))

    return [
        curve("last season again, sums", SEASONAL_NAIVE, "sum_coverage", NAIVE),
        curve("single buckets", made.ours, "coverage", 1),
        curve("sums", made.ours, "sum_coverage", OWN),
    ]


def _by_horizon(made: Backtest, drawn: dict[str, int]) -> list[Curve]:
    """Loss by buckets ahead of each model drawn."""
    rows = made.table[(made.table["demand_class"] == ALL) & (made.table["horizon"] != ALL)]
    return [
        Curve(
            plain_name(name),
            place,
            part["horizon"].astype(int).to_numpy(np.float64),
            part[LOSS].to_numpy(),
        )
        for name, place in drawn.items()
        if len(part := rows[rows["model"] == name])
    ]


def _against(made: Backtest, model: str, kind: str) -> tuple[float, float, float] | None:
    """How much less the own model loses than another, with its interval; None: not known."""
    rows = made.differences
    rows = rows[
        (rows["model"] == model) & (rows["demand_class"] == kind) & (rows["measure"] == LOSS)
    ]
    if rows.empty or not np.isfinite(rows.iloc[0]["difference"]):
        return None
    return tuple(float(rows.iloc[0][name]) for name in ("difference", "low", "high"))  # type: ignore[return-value]


def _classes(made: Backtest) -> list[dict[str, object]]:
    """A row a demand class: how many buckets, the loss of each model, which is least."""
    found: list[dict[str, object]] = []
    for kind in CLASSES[1:]:
        table = overall(made.table, kind, ALL)
        if not len(table):
            continue
        found.append(
            {
                "kind": kind,
                "buckets": int(table["buckets_scored"].iloc[0]),
                "loss": table[LOSS].to_dict(),
                "least": table[LOSS].idxmin() if table[LOSS].notna().any() else "",
            }
        )
    return found


def _charts(made: Backtest, chosen: list[Example], name: str) -> list[tuple[Example, Markup]]:
    """Each example with its chart; `charts.py` has escaped what is in it."""
    from markupsafe import Markup

    day = made.last.past.panel.calendar.as_of
    return [
        (each, Markup(fan_chart(each.fan, day, f"{name}-{place}", f"Demand of {each.sku}")))
        for place, each in enumerate(chosen)
    ]
