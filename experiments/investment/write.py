"""The files of a return on investment, written whole or not at all."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from experiments.investment.cash import curve, monthly, payback, table
from experiments.investment.page import render_page
from experiments.investment.run import Return
from planning.steps import Steps
from planning.whole_files import ResultFolder, write_json

PAGE, SUMMARY = "roi.html", "summary.json"
ROI_FOLDER = ResultFolder("return on investment", (PAGE, SUMMARY))


def write_return(made: Return, out: Path, steps: Steps) -> dict[str, Any]:
    """Write page and summary, both or none; gives the summary."""
    summary = summarize(made, steps)

    def fill(draft: Path) -> None:
        (draft / PAGE).write_text(render_page(made), encoding="utf-8")
        write_json(summary, draft / SUMMARY)

    ROI_FOLDER.write(out, fill)
    return summary


def summarize(made: Return, steps: Steps) -> dict[str, Any]:
    """What `summary.json` and `--json` hold: money in `currency`, a month unless said."""
    ground = made.replay.ground
    return {
        "dataset": ground.name,
        "from": str(ground.start),
        "until": str(ground.calendar.as_of),
        "currency": str(ground.terms.frame["currency"].iloc[0]),
        "months_scored": made.months,
        "todays_rule": made.rule.policy,
        "todays_rule_because": made.rule.why,
        "rule": asdict(made.rule_score),
        "plan": made.plan,
        "planned": asdict(made.plan_score),
        "saved": asdict(made.saved),
        "saved_a_month": made.saved.a_month,
        "saved_a_month_interval": made.interval,
        "a_month": dict(table(made.saved, made.costs)),
        "cash_a_month": monthly(made.saved, made.costs),
        "cash": curve(made.saved, made.costs).tolist(),
        "payback_months": made.payback,
        "payback_months_with_stock": payback(made.saved, made.costs, with_stock=True),
        "costs": made.costs.model_dump(),
        "sensitivity": [asdict(one) for one in made.moved],
        "assumed": list(made.replay.assumed),
        "steps": steps.taken,
    }
