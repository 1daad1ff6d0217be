"""The files of an event's readiness, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planning.event.page import render_page
from planning.event.run import Readiness
from planning.event.summary import summarize
from planning.report.write import write_csv
from planning.steps import Steps
from planning.whole_files import ResultFolder, write_json

FILES = ("readiness.csv", "effects.csv", "summary.json", "event.html")
EVENT_FOLDER = ResultFolder("readiness", FILES)


def write_readiness(found: Readiness, out: Path, steps: Steps) -> dict[str, Any]:
    """Write the files, all or none of them; gives the summary."""
    summary: dict[str, Any] = {}

    def fill(draft: Path) -> None:
        with steps.step("write"):
            write_csv(found.items, draft / "readiness.csv")
            write_csv(found.effects, draft / "effects.csv")
            summary.update(summarize(found))
            (draft / "event.html").write_text(render_page(found, summary), encoding="utf-8")
        summary.update(steps=steps.taken, files=list(FILES))
        write_json(summary, draft / "summary.json")

    EVENT_FOLDER.write(out, fill)
    return summary
