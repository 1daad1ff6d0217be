"""The files of a monitor, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments.monitoring.page import not_known, render_page
from experiments.monitoring.run import Monitored, figure_frame
from planning.report.write import write_csv
from planning.steps import Steps
from planning.whole_files import ResultFolder, write_json

PAGE, FIGURES, ALERTS = "monitor.html", "figures.csv", "alerts.csv"
CHANGED, SUMMARY = "changed_orders.csv", "summary.json"
FILES = (PAGE, FIGURES, ALERTS, CHANGED, SUMMARY)
TOLD = 20
MONITOR_FOLDER = ResultFolder("monitor", FILES)


def write_monitor(made: Monitored, out: Path, steps: Steps) -> dict[str, Any]:
    """Write a monitor's files, all or none of them; gives the summary."""
    summary: dict[str, Any] = {}

    def fill(draft: Path) -> None:
        with steps.step("write"):
            write_csv(figure_frame(made), draft / FIGURES)
            moved = made.alerts
            moved.assign(p=[f"{one:.3g}" for one in moved["p"]]).pipe(write_csv, draft / ALERTS)
            if made.changed is not None:
                write_csv(made.changed, draft / CHANGED)
            (draft / PAGE).write_text(render_page(made), encoding="utf-8")
        summary.update(summarize(made, steps))
        write_json(summary, draft / SUMMARY)

    MONITOR_FOLDER.write(out, fill)
    return summary


def summarize(made: Monitored, steps: Steps) -> dict[str, Any]:
    """What `summary.json` and `--json` hold: figures of everything at the last day."""
    seen = made.seen
    return {
        "dataset": seen.name,
        "as_of": str(seen.calendar.as_of),
        "currency": seen.currency,
        "series": seen.panel.series,
        "kept_plans": len(seen.plans),
        "plans_compared": seen.expected.plans,
        "figures": made.now,
        "watched": [
            {**one.setting.model_dump(), "value": one.value, "out": one.out} for one in made.watched
        ],
        "out_of_limits": len(made.out),
        "alerts": len(made.alerts),
        "most_money": made.alerts.head(TOLD).to_dict("records"),
        "override_saving": None
        if made.overrides is None
        else float(made.overrides.by["saving"].sum()),
        "changed_orders": None if made.changed is None else len(made.changed),
        "changed_orders_saving": None
        if made.changed is None
        else float(made.changed["saved"].sum()),
        "not_known": not_known(made),
        "steps": steps.taken,
    }
