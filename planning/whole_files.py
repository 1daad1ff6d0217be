"""Files and folders written whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from domain.errors import ConflictError, DiskFullError, UnavailableError

NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
"""What the system says where a disk, a quota or the largest file allowed is full."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Refuse, naming `path`, what the file system does not let us do there."""
    try:
        yield
    except OSError as error:
        said = (error.strerror or str(error)).splitlines()[0].rstrip(".")
        kind = DiskFullError if error.errno in NO_ROOM else UnavailableError
        raise kind(
            f"nothing can be written there: {said}",
            str(path),
            "Name a place that may be written to and has room; what was there is untouched.",
        ) from error


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place, then put it there in one move."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        write(Path(name))
        os.chmod(name, 0o644)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def write_json(values: Mapping[str, object], path: Path) -> None:
    """An object as JSON for machines and people; numbers are finite."""
    text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


@dataclass(frozen=True)
class ResultFolder:
    """A folder of results of one kind: what it is called, and the only files it may hold."""

    what: str  # plan, replay
    files: tuple[str, ...]

    def refuse_foreign(self, out: Path) -> None:
        """Raise where `out` holds anything that an earlier result did not write."""
        with writing(out):
            if not out.exists():
                return
            if not out.is_dir():
                raise ConflictError(
                    f"there is a file where the {self.what} should go", str(out), "Name a folder."
                )
            foreign = sorted({entry.name for entry in out.iterdir()} - set(self.files))
        if foreign:
            raise ConflictError(
                f"the folder holds files that are not a {self.what}'s, such as {foreign[0]!r}",
                str(out),
                f"Name a new or empty folder, or one that an earlier {self.what} was written to.",
            )

    def write(self, out: Path, fill: Callable[[Path], None]) -> None:
        """Let `fill` write the files to a folder beside `out`, then swap the folders."""
        with writing(out):
            self._write(out.resolve(), fill)

    def _write(self, out: Path, fill: Callable[[Path], None]) -> None:
        self.refuse_foreign(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
        try:
            fill(draft)
            os.chmod(draft, 0o755)
            swap(draft, out)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def write_once(folder: Path, fill: Callable[[Path], object]) -> None:
    """Let `fill` write a folder whose name says what it holds; one that is there stays as it is."""
    with writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            return
        draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        try:
            fill(draft)
            os.chmod(draft, 0o755)
            os.replace(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def swap(draft: Path, out: Path) -> None:
    """Put a finished folder in the place of an earlier one."""
    if not out.exists():
        os.replace(draft, out)
        return
    old = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    os.replace(out, old / "old")
    try:
        os.replace(draft, out)
    except OSError:
        os.replace(old / "old", out)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
