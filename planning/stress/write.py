"""The files of a stress, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planning.report.write import write_csv
from planning.steps import Steps
from planning.stress.page import render_page
from planning.stress.run import Stress
from planning.stress.tables import stress_frame, summarize
from planning.whole_files import ResultFolder, write_json

FILES = ("stress.json", "stress.csv", "stress.html")
STRESS_FOLDER = ResultFolder("stress", FILES)


def write_stress(stress: Stress, out: Path, steps: Steps) -> dict[str, Any]:
    """Write the files of a stress, all or none of them; gives the summary."""
    summary: dict[str, Any] = {}

    def fill(draft: Path) -> None:
        with steps.step("write"):
            frame = stress_frame(stress)
            write_csv(frame, draft / "stress.csv")
            summary.update(summarize(stress))
            page = render_page(stress, summary, frame)
            (draft / "stress.html").write_text(page, encoding="utf-8")
        summary.update(steps=steps.taken, files=list(FILES))
        write_json(summary, draft / "stress.json")

    STRESS_FOLDER.write(out, fill)
    return summary
