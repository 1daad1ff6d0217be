"""The page of a monitor: one HTML file in the look of the plan's report, nothing to fetch."""

from __future__ import annotations

from typing import Any

import numpy as np

from experiments.monitoring.detectors import DETECTORS
from experiments.monitoring.figures import SHOWN, Figures, kpi_of
from experiments.monitoring.run import ALL, Monitored
from experiments.replay.charts import Line, over_time
from planning.report import page_words
from planning.report.templating import environment

CHARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("forecast", "error and bias of the forecast, % of demand", ("wape", "bias")),
    ("coverage", "demand within its 0.95 quantile, %", ("coverage_0.95", "sum_coverage_0.95")),
    ("service", "units served, and days without stock, %", ("fill_rate", "stockout_rate")),
    ("money", "stock and 28 days of sales, at cost", ("stock_value", "sales_value")),
    ("turnover", "turnover and GMROI, per year", ("turnover", "gmroi")),
    ("slow", "money in slow stock, and skus that move, %", ("slow_moving_rate", "moving_rate")),
)
COLUMNS = ("wape", "bias", "sum_coverage_0.95", "fill_rate", "stockout_rate", "stock_value",
           "turnover", "slow_moving_rate", "gmroi")  # fmt: skip
"""Figures of the tables by class and by location."""
PLACES, ALERTS = 40, 25
EARLIER = 4
"""Moments back that today's figures are compared with."""


def render_page(made: Monitored) -> str:
    """The page as HTML: no request to anywhere, no script, every text escaped."""
    return (
        environment("experiments.monitoring", "experiments.replay")
        .get_template("monitor.html")
        .render(
            made=made,
            seen=made.seen,
            currency=made.seen.currency,
            sentence=headline(made),
            charts=_charts(made),
            rows=_rows(made),
            alerts=made.alerts.head(ALERTS).to_dict("records"),
            kinds=dict(DETECTORS.items()),
            counts=made.alerts["detector"].value_counts().sort_index().to_dict(),
            before=made.seen.calendar.end_of(made.moments)[max(0, len(made.moments) - 1 - EARLIER)],
            columns=[(name, kpi_of(name)) for name in COLUMNS if _known(made, name)],
            classes=_groups(made, "demand_class"),
            places=_groups(made, "location"),
            planners=[] if made.overrides is None else made.overrides.by.to_dict("records"),
            changed=[] if made.changed is None else made.changed.head(ALERTS).to_dict("records"),
            changed_in_all=None if made.changed is None else float(made.changed["saved"].sum()),
            not_known=not_known(made),
        )
    )


def headline(made: Monitored) -> str:
    """What a reader should know first."""
    if made.out:
        first = made.out[0]
        more = f" and {page_words.counted(len(made.out) - 1, 'more')}" if made.out[1:] else ""
        return f"{first.title} is out of its limits{more}.".replace("1 more", "1 more figure")
    if len(made.alerts):
        return f"{page_words.counted(len(made.alerts), 'item')} moved abnormally."
    if made.watched:
        return "Every watched figure is within its limits."
    return "Nothing moved abnormally."


def not_known(made: Monitored) -> list[str]:
    """What could not be judged, and what would mend it."""
    seen, said = made.seen, []
    if not seen.plans:
        said.append(
            "No plan is kept in the workspace: sales and stock are monitored alone. restock plan"
            " --workspace keeps every plan from now on."
        )
    elif not seen.expected.plans:
        said.append("Of the plans that are kept no demand has come yet.")
    if not seen.counted.any():
        said.append("No stock was ever counted: nothing is said of stock, turnover or GMROI.")
    elif int(seen.counted.any(axis=0).sum()) == 1:
        said.append("Stock was counted once: turnover and GMROI are at that day's stock.")
    if made.now["fill_rate"] is None:
        said.append("No stock-outs are recorded in sales: the fill rate is not known.")
    if made.now["gmroi"] is None and made.now["stock_value"] is not None:
        said.append("Prices or costs are missing: GMROI is not known.")
    days = seen.dataset.settings.slow_moving_days
    said.append(f"Slow-moving stock is told by demand of the last {days} days.")
    return said


def _rows(made: Monitored) -> list[dict[str, Any]]:
    """Every figure that is known now or was, beside its value some moments earlier."""
    values = made.figures[ALL]
    earlier = values[max(0, len(values) - 1 - EARLIER)]
    return [
        {"kpi": kpi_of(name), "now": values[-1][name], "before": earlier[name],
         "word": _word(kpi_of(name).better, values[-1][name], earlier[name])}
        for name in SHOWN
        if values[-1][name] is not None or earlier[name] is not None
    ]  # fmt: skip


def _word(better: str, now: float | None, before: float | None) -> str:
    """Whether a figure got better or worse."""
    if not better or now is None or before is None or np.isclose(now, before, rtol=0.01):
        return ""
    return "better" if (now > before) == (better == "more") else "worse"


def _known(made: Monitored, name: str) -> bool:
    """Whether a figure is known of any group now."""
    return any(values[-1][name] is not None for values in made.figures.values())


def _groups(made: Monitored, kind: str) -> list[tuple[str, int, Figures]]:
    """Groups of a kind with their figures now, those with most stock or sales first."""
    found = [
        (name, made.groups[each, name].size, values[-1])
        for (each, name), values in made.figures.items()
        if each == kind
    ]
    worth = [(-(now["stock_value"] or now["sales_value"] or 0.0), name) for name, _, now in found]
    return [found[place] for place in sorted(range(len(found)), key=worth.__getitem__)][:PLACES]


def _charts(made: Monitored) -> list[dict[str, Any]]:
    """Charts of the figures that are known at two moments at least."""
    from markupsafe import Markup

    days = made.seen.calendar.start_of(made.moments + 1)
    drawn = []
    for name, title, figures in CHARTS:
        scale = 100.0 if kpi_of(figures[0]).unit == "share" else 1.0
        lines = []
        for place, figure in zip((4, 1), figures, strict=True):
            values = [each[figure] for each in made.figures[ALL]]
            known = np.array([value is not None for value in values])
            if known.sum() < 2:
                continue
            worth = scale * np.array([value for value in values if value is not None])
            lines.append(Line(kpi_of(figure).title, place, days[known], worth))
        if lines:
            drawn.append(
                {"title": title, "lines": lines, "svg": Markup(_drawn(name, title, lines))}
            )
    return drawn


def _drawn(name: str, title: str, lines: list[Line]) -> str:
    """A chart whose first line reaches as far as any."""
    longest = max(lines, key=lambda each: each.days.size)
    return over_time(name, title, [longest, *(one for one in lines if one is not longest)])
