"""The files of a replay, written whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

from domain.errors import ConflictError
from experiments.replay.page import render_page
from experiments.replay.run import Replay
from planning.report.write import swap
from planning.steps import Steps

FILES = ("summary.json", "trajectory.parquet", "series.parquet", "replay.html")


def refuse_foreign_folder(out: Path) -> None:
    """Raise where `out` holds anything that an earlier replay did not write."""
    if not out.exists():
        return
    if not out.is_dir():
        raise ConflictError(
            "there is a file where the replay should go", str(out), "Name a folder."
        )
    foreign = sorted({entry.name for entry in out.iterdir()} - set(FILES))
    if foreign:
        raise ConflictError(
            f"the folder holds files that are not a replay's, such as {foreign[0]!r}",
            str(out),
            "Name a new or empty folder, or one that an earlier replay was written to.",
        )


def write_replay(replay: Replay, out: Path, steps: Steps) -> dict[str, object]:
    """Write a replay's files to a folder beside `out`, then swap the folders; the summary."""
    refuse_foreign_folder(out)
    out = out.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    try:
        with steps.step("write"):
            replay.trajectory.to_parquet(draft / "trajectory.parquet", index=False)
            replay.series.to_parquet(draft / "series.parquet", index=False)
            (draft / "replay.html").write_text(render_page(replay), encoding="utf-8")
        summary = summarize(replay, steps)
        text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
        (draft / "summary.json").write_text(text + "\n", encoding="utf-8")
        os.chmod(draft, 0o755)
        swap(draft, out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return summary


def summarize(replay: Replay, steps: Steps) -> dict[str, object]:
    """What `summary.json` holds."""
    ground = replay.ground
    scored = int(ground.calendar.count - ground.scored_from)
    return {
        "dataset": ground.name,
        "from": str(ground.start),
        "until": str(ground.calendar.as_of),
        "bucket": ground.calendar.bucket.value,
        "series": ground.series,
        "scored_buckets": scored,
        "compared_with": replay.first,
        "currency": str(ground.terms.frame["currency"].iloc[0]),
        "demand": float(replay.series["demand"].sum()),
        "policies": {name: asdict(score) for name, score in replay.scores.items()},
        "assumed": list(replay.assumed),
        "steps": steps.taken,
        "files": list(FILES),
    }
