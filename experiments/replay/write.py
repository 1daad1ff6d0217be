"""The files of a replay, written whole or not at all."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from experiments.replay.page import render_page
from experiments.replay.run import Replay
from planning.steps import Steps
from planning.whole_files import ResultFolder, write_json

FILES = ("summary.json", "trajectory.parquet", "series.parquet", "replay.html")
REPLAY_FOLDER = ResultFolder("replay", FILES)


def write_replay(replay: Replay, out: Path, steps: Steps) -> dict[str, object]:
    """Write a replay's files, all or none of them; gives the summary."""
    summary: dict[str, object] = {}

    def fill(draft: Path) -> None:
        with steps.step("write"):
            replay.trajectory.to_parquet(draft / "trajectory.parquet", index=False)
            replay.series.to_parquet(draft / "series.parquet", index=False)
            (draft / "replay.html").write_text(render_page(replay), encoding="utf-8")
        summary.update(summarize(replay, steps))
        write_json(summary, draft / "summary.json")

    REPLAY_FOLDER.write(out, fill)
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
