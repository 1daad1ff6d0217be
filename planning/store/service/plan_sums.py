"""SHA-256 of the files of a plan, kept beside them, so that no other file is believed.

As for history (`sums`): a flipped bit in a Parquet file is mostly read as another number.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from domain.errors import UnavailableError

SUMS_FILE = "sums.json"
MEND = "Put it back from a backup, or ask for a new plan."


class PlanSums:
    """Checks files of plans; one that was found right is believed until it is written again."""

    def __init__(self) -> None:
        self._right: dict[Path, tuple[int, int]] = {}

    def check(self, file: Path) -> None:
        """Raise UnavailableError for a file of a plan that is gone or not what was written.

        Of a plan from before sums were kept every file is taken as it is.
        """
        try:
            found = file.stat()
            mark = (found.st_size, found.st_mtime_ns)
            if self._right.get(file) == mark:
                return
            kept = kept_sums(file.parent)
            if file.name in kept and kept[file.name] != _sum(file):
                raise refusal("is not as it was written", file)
        except FileNotFoundError as error:
            raise refusal("is not there", file) from error
        self._right[file] = mark

    def check_all(self, folder: Path) -> int:
        """Check every file of a plan; gives how many."""
        names = kept_sums(folder)
        for name in names:
            self.check(folder / name)
        return len(names)


def keep_sums(folder: Path) -> None:
    """Write the sums of all files in the folder of a plan."""
    sums = {file.name: _sum(file) for file in sorted(folder.iterdir()) if file.name != SUMS_FILE}
    (folder / SUMS_FILE).write_text(json.dumps(sums), encoding="utf-8")


def kept_sums(folder: Path) -> dict[str, str]:
    """Sums by name; none where none were kept."""
    file = folder / SUMS_FILE
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise refusal("is not as it was written", file) from error


def refusal(what: str, file: Path) -> UnavailableError:
    """The refusal of a file of a plan."""
    return UnavailableError(f"a file of the plan {what}: {file.name}", str(file), MEND)


def _sum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
