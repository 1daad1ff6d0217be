"""What a killed process leaves behind in the workspace: half an upload, half a plan's folder.

Both are written under a name that begins with a dot and get their own name when they are whole, so
that what bears such a name for a day is nobody's.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from planning.store.service.part import PLANS_FOLDER, UPLOADS_FOLDER

OLD_SECONDS = 86400.0


def left_over(workspace: Path) -> Iterator[Path]:
    """Files and folders that were begun more than a day ago and never finished."""
    before = time.time() - OLD_SECONDS
    for name in (UPLOADS_FOLDER, PLANS_FOLDER):
        for place in sorted((workspace / name).glob(".*")):
            try:
                if place.stat().st_mtime < before:
                    yield place
            except FileNotFoundError:
                continue  # another process has finished or swept it


def sweep(workspace: Path) -> int:
    """Take away what was left over; gives how many."""
    found = list(left_over(workspace))
    for place in found:
        if place.is_dir():
            shutil.rmtree(place, ignore_errors=True)
        else:
            place.unlink(missing_ok=True)
    return len(found)
