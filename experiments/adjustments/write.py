"""The files of a review of adjustments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments.adjustments.review import Review
from planning.report.write import write_csv
from planning.steps import Steps
from planning.whole_files import ResultFolder, write_json

FILES = ("adjustments.csv", "by_planner.csv", "summary.json")
REVIEW_FOLDER = ResultFolder("review of adjustments", FILES)


def write_review(review: Review, out: Path, steps: Steps) -> dict[str, Any]:
    """Write a review's files, all or none of them; gives the summary."""
    summary: dict[str, Any] = {}

    def fill(draft: Path) -> None:
        with steps.step("write"):
            write_csv(review.each, draft / FILES[0])
            write_csv(review.by, draft / FILES[1])
        summary.update(summarize(review, steps))
        write_json(summary, draft / FILES[2])

    REVIEW_FOLDER.write(out, fill)
    return summary


def summarize(review: Review, steps: Steps) -> dict[str, Any]:
    """What `summary.json` holds: money in `currency`, units and errors in units."""
    totals = review.by.drop(columns=["made_by", "reason"]).sum()
    return {
        "dataset": review.name,
        "from": str(review.begin),
        "until": str(review.calendar.as_of),
        "currency": review.currency,
        **{str(name): round(float(value), 4) for name, value in totals.items()},
        "left_out": review.left_out,
        "by": [
            {str(name): value for name, value in row.items()}
            for row in review.by.to_dict("records")
        ],
        "steps": steps.taken,
    }
