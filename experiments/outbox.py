"""What is to be sent to the tracking server: folders that wait until it could be.

A record is written whole, under a name that its content decides, before anybody tries to send
it; it is removed when all of it was taken. Nothing here knows who takes it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from planning.whole_files import write_once

FOLDER, RECORD, ARTIFACTS = "outbox", "record.json", "artifacts"
NAME = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Run:
    """A run as the tracking server will show it."""

    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)  # finite
    curves: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    """Measures at whole steps, such as buckets ahead; finite."""


@dataclass(frozen=True)
class Record:
    """A retraining: its run, a run below it for every contender, and the bundle it made."""

    job: str  # sixteen hexadecimal digits
    experiment: str
    run: Run
    children: tuple[Run, ...] = ()
    bundle: str = ""  # name of a bundle of the workspace; "": none


def put(workspace: Path, record: Record, artifacts: Mapping[str, bytes]) -> Path:
    """Leave a record, with files by name (at most one folder deep), to be sent; one of that job
    that waits stays.
    """
    folder = workspace / FOLDER / record.job

    def fill(draft: Path) -> None:
        (draft / ARTIFACTS).mkdir()
        for name, content in artifacts.items():
            file = draft / ARTIFACTS / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
        text = json.dumps(asdict(record), indent=2, sort_keys=True, allow_nan=False)
        (draft / RECORD).write_text(text + "\n", encoding="utf-8")

    write_once(folder, fill)
    return folder


def waiting(workspace: Path) -> list[Path]:
    """Folders that wait, in the order of their names; drafts of a killed run are no records."""
    folder = workspace / FOLDER
    if not folder.is_dir():
        return []
    return sorted(one for one in folder.iterdir() if NAME.fullmatch(one.name))


def read(folder: Path) -> Record:
    """The record of a folder."""
    kept = json.loads((folder / RECORD).read_bytes())
    return Record(
        job=kept["job"],
        experiment=kept["experiment"],
        run=_run(kept["run"]),
        children=tuple(_run(child) for child in kept["children"]),
        bundle=kept["bundle"],
    )


def _run(kept: dict[str, Any]) -> Run:
    """From JSON, whose keys are text."""
    curves = {
        name: {int(step): value for step, value in curve.items()}
        for name, curve in kept.get("curves", {}).items()
    }
    return Run(kept["name"], kept["parameters"], kept["measures"], curves)


def remove(folder: Path) -> None:
    """Forget a record that was taken: its name vanishes first, in one move."""
    gone = folder.with_name(f".{folder.name}.sent")
    shutil.rmtree(gone, ignore_errors=True)
    os.replace(folder, gone)
    shutil.rmtree(gone, ignore_errors=True)
