"""The page and the summary of a retraining."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.retraining.page import render_page
from planning.whole_files import write_json, write_whole, writing

if TYPE_CHECKING:
    from experiments.retraining.run import Retrained

PAGE, SUMMARY = "retrain.html", "summary.json"


def summarize(made: Retrained) -> dict[str, object]:
    """What `summary.json` and `--json` hold."""
    known = made.known
    return {
        "job": made.job,
        "outcome": made.outcome,
        "dry_run": made.dry,
        "dataset": known.name,
        "as_of": str(known.calendar.as_of),
        "series": known.series,
        "series_judged": len(made.judged[0].keys),
        "judged_from": str(known.window.begin),
        "judged_until": str(known.window.until),
        "champion": made.champion,
        "best": made.best,
        "bundle": made.bundle,
        "costs": {one.name: one.cost for one in made.judged},
        "accuracy": {name: one.overall() for name, one in made.accuracy.items()},
        "foresight": made.judged[0].foresight,
        "verdicts": [asdict(one) for one in made.verdicts],
        "drift": [{**asdict(one), "gravity": one.gravity} for one in made.drifts],
        "new_grave_doubts": list(made.doubts),
        "not_calibrated": made.entrants.uncalibrated,
        "search": made.entrants.sought,
        "tracking": asdict(made.tracked),
    }


def write_pages(made: Retrained, folder: Path) -> None:
    """Page and summary into the job's folder."""
    page = render_page(made)
    with writing(folder):
        write_whole(folder / PAGE, lambda draft: draft.write_text(page, encoding="utf-8"))
        write_whole(folder / SUMMARY, lambda draft: write_json(summarize(made), draft))
