"""What the data files of history were when they were written, so that no other is believed.

A flipped bit in a Parquet file is read as another number more often than it is noticed. Beside
the files of a table in a folder, `_sums` keeps the SHA-256 of each; an object store keeps sums of
its own.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from deltalake import DeltaTable

from domain.errors import UnavailableError
from planning.whole_files import write_whole

FOLDER = "_sums"


class Sums:
    """Sums of data files; one that was found right is believed until it is written again."""

    def __init__(self) -> None:
        self._right: dict[Path, tuple[int, int]] = {}

    def keep(self, table: DeltaTable) -> None:
        """Write the sums of the files that have none yet."""
        for file in _files(table):
            kept = _kept(file)
            if not kept.exists():
                text = _sum(file)
                write_whole(kept, lambda place, text=text: place.write_text(text))  # type: ignore[misc]

    def check(self, table: DeltaTable) -> None:
        """Raise UnavailableError for a file that is gone or not what it was.

        One that was written before sums were kept is taken as it is.
        """
        for file in _files(table):
            try:
                found = file.stat()
                mark = (found.st_size, found.st_mtime_ns)
                if self._right.get(file) == mark:
                    continue
                kept = _kept(file)
                if kept.exists() and kept.read_text() != _sum(file):
                    raise _refusal("is not as it was written", file)
            except FileNotFoundError as error:
                raise _refusal("is not there", file) from error
            self._right[file] = mark


def _files(table: DeltaTable) -> list[Path]:
    """The data files of a version of a table, where they are files."""
    return [Path(uri) for uri in table.file_uris() if "://" not in uri]


def _kept(file: Path) -> Path:
    return file.parent / FOLDER / f"{file.name}.sha256"


def _sum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _refusal(what: str, file: Path) -> UnavailableError:
    return UnavailableError(
        f"a file of the history {what}: {file.name}",
        str(file),
        "Put the file back from a backup; nothing is read from the table or written to it until"
        " then.",
    )
