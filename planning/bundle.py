"""What a retraining leaves behind: a folder of plain files under a name made of their content.

A workspace holds bundles in `models/` and, in `champion.json`, the name of the one that plans
use and of those before it. A plan reads the local files, checked by hash, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.errors import ConflictError, DataError, NotFoundError
from domain.settings_trees import TreesSetting
from planning.whole_files import write_json, write_once, write_whole, writing

MODELS, CHAMPION, MANIFEST = "models", "champion.json", "bundle.json"
MEND = "Run restock retrain, or restock rollback to go back to an earlier one."
NAME = re.compile(r"[0-9a-f]{16}")
Name = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class Manifest(BaseModel):
    """`bundle.json`: what the bundle is, and the hash of every other file of it."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)

    format: Literal[1] = 1
    recipe: str  # which challenger it is
    dataset: str  # what the dataset was called
    as_of: str  # the last day that had a say
    data: str  # hash of tables and settings
    code: str  # version of Restock
    forecast_mode: Literal["local", "full"]
    trees: TreesSetting | None = None  # how its global model learns, where that was searched for
    evidence: dict[str, Any]  # what it was judged by
    files: dict[str, str]  # name: SHA-256


class Standing(BaseModel):
    """`champion.json`: the bundle that plans use, and those that stood before, oldest first."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    champion: Name
    before: list[Name]


@dataclass(frozen=True)
class Bundle:
    """A bundle whose files were found whole."""

    name: str  # sixteen hexadecimal digits of its content
    folder: Path
    manifest: Manifest


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def keep_bundle(
    workspace: Path, described: Mapping[str, object], files: Mapping[str, bytes]
) -> Bundle:
    """Write a bundle into the workspace, whole or not at all; one that is there stays.

    `described`: the fields of `Manifest` but `files`. `files`: plain names and their content.
    """
    hashes = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    manifest = Manifest.model_validate({**described, "files": hashes})
    text = json.dumps(manifest.model_dump(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    folder = workspace / MODELS / name

    def fill(draft: Path) -> None:
        for file, content in files.items():
            (draft / file).write_bytes(content)
        (draft / MANIFEST).write_text(text, encoding="utf-8")

    write_once(folder, fill)
    return read_bundle(workspace, name)


def read_bundle(workspace: Path, name: str) -> Bundle:
    """The bundle of that name, every file checked.

    Raises NotFoundError where there is none, DataError where one of its files is not as it was.
    """
    folder = workspace / MODELS / name
    if not NAME.fullmatch(name) or not folder.is_dir():
        raise NotFoundError(f"there is no model bundle {name!r}", str(workspace / MODELS), MEND)
    try:
        text = (folder / MANIFEST).read_bytes()
        manifest = Manifest.model_validate_json(text)
        whole = hashlib.sha256(text).hexdigest()[:16] == name
        bad = [file for file, hash_ in manifest.files.items() if digest(folder / file) != hash_]
    except (OSError, ValueError, RecursionError) as error:
        raise DataError("the model bundle cannot be read", str(folder), MEND) from error
    if bad or not whole:
        raise DataError(
            f"{bad[0] if bad else MANIFEST} is not as it was written", str(folder), MEND
        )
    return Bundle(name, folder, manifest)


def standing(workspace: Path) -> Standing | None:
    """Which bundle stands; None where none ever did. Raises DataError for a broken file."""
    path = workspace / CHAMPION
    if not path.exists():
        return None
    try:
        return Standing.model_validate_json(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise DataError("the champion's name cannot be read", str(path), MEND) from error


def champion_of(workspace: Path) -> Bundle | None:
    """The bundle that plans use, checked; None where there is none."""
    found = standing(workspace)
    return None if found is None else read_bundle(workspace, found.champion)


def crown(workspace: Path, name: str) -> Standing:
    """Make a bundle the champion, in one move; one that is already stays as it is."""
    found = standing(workspace)
    if found is not None and found.champion == name:
        return found
    before = [] if found is None else [*found.before, found.champion]
    return _put(workspace, Standing(champion=name, before=before))


def roll_back(workspace: Path) -> Standing:
    """Let the bundle that stood before stand again; the one that stood is forgotten.

    Raises ConflictError where none stood before.
    """
    found = standing(workspace)
    if found is None or not found.before:
        raise ConflictError(
            "no model stood before this one", str(workspace / CHAMPION), "Keep it, or retrain."
        )
    back = read_bundle(workspace, found.before[-1])
    return _put(workspace, Standing(champion=back.name, before=found.before[:-1]))


def _put(workspace: Path, now: Standing) -> Standing:
    path = workspace / CHAMPION
    with writing(path):
        write_whole(path, lambda draft: write_json(now.model_dump(), draft))
    return now
