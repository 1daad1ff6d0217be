"""One retraining at a time, each step's result kept, so that a rerun ends as the first would."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from domain.errors import ConflictError
from experiments.outbox import FOLDER as OUTBOX
from planning.bundle import CHAMPION, MODELS
from planning.whole_files import write_json, write_whole, writing

FOLDER, LOCK = "retraining", "retrain.lock"
BEGUN, VERDICT, DONE = "begun.json", "verdict.json", "done.json"


@contextmanager
def alone(workspace: Path) -> Iterator[None]:
    """Keep others from retraining in the workspace; a killed holder lets go by dying."""
    path = workspace / LOCK
    with writing(path):
        workspace.mkdir(parents=True, exist_ok=True)
        handle = path.open("a")
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConflictError(
                "another retraining is at work in this workspace",
                str(workspace),
                "Wait until it is over.",
            ) from error
        yield
    finally:
        handle.close()


def sweep(workspace: Path) -> None:
    """Remove what killed retrainings had begun to write; only who holds the lock may.

    Drafts lie beside their place under a name with a point in front (`planning.whole_files`).
    """
    places = [workspace / name for name in (MODELS, OUTBOX, FOLDER)]
    places += [folder for folder in (workspace / FOLDER).glob("*") if folder.is_dir()]
    drafts = [*workspace.glob(f".{CHAMPION}.*"), *(d for p in places for d in p.glob(".*"))]
    with writing(workspace):
        for draft in drafts:
            if draft.is_dir():
                shutil.rmtree(draft)
            else:
                draft.unlink()


def job_name(*deciding: object) -> str:
    """Sixteen hexadecimal digits of what decides a retraining's outcome."""
    text = json.dumps(deciding, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Job:
    """The folder of a retraining's results so far."""

    name: str
    folder: Path

    def find(self, file: str) -> dict[str, object] | None:
        """What a step left; None where it did not end."""
        path = self.folder / file
        if not path.exists():
            return None
        try:
            found = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None  # made anew
        return found if isinstance(found, dict) else None

    def keep(self, file: str, values: Mapping[str, object]) -> None:
        """Leave what a step found, whole or not at all."""
        path = self.folder / file
        with writing(path):
            write_whole(path, lambda draft: write_json(values, draft))

    def step(self, file: str, make: Callable[[], Mapping[str, object]]) -> dict[str, object]:
        """What a step left, or makes now."""
        found = self.find(file)
        if found is None:
            self.keep(file, make())
            found = self.find(file)
        assert found is not None
        return found

    def clear(self) -> None:
        """Forget every step, so that the job begins anew."""
        with writing(self.folder):
            shutil.rmtree(self.folder, ignore_errors=True)
