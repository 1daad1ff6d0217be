"""Bundles: whole, named by their content, and one of them stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.errors import ConflictError, DataError, NotFoundError
from planning.bundle import Bundle, champion_of, crown, keep_bundle, read_bundle, roll_back

ABOUT = {
    "recipe": "local",
    "dataset": "shop",
    "as_of": "2024-06-02",
    "data": "0" * 16,
    "code": "1",
    "forecast_mode": "local",
    "evidence": {},
}


def bundle(workspace: Path, text: str = "x") -> Bundle:
    return keep_bundle(workspace, ABOUT, {"card.md": text.encode()})


def test_the_same_content_has_the_same_name(tmp_path: Path) -> None:
    one, again, other = bundle(tmp_path), bundle(tmp_path), bundle(tmp_path, "y")
    assert one == again
    assert one.name != other.name


def test_no_champion_stands_in_an_empty_workspace(tmp_path: Path) -> None:
    assert champion_of(tmp_path) is None


def test_a_rollback_undoes_a_promotion(tmp_path: Path) -> None:
    one, other = bundle(tmp_path), bundle(tmp_path, "y")
    crown(tmp_path, one.name)
    crown(tmp_path, other.name)
    assert crown(tmp_path, other.name).before == [one.name]  # twice is once
    assert champion_of(tmp_path) == other
    roll_back(tmp_path)
    assert champion_of(tmp_path) == one
    with pytest.raises(ConflictError, match="no model stood before"):
        roll_back(tmp_path)


def test_a_changed_file_is_refused_by_name(tmp_path: Path) -> None:
    kept = bundle(tmp_path)
    (kept.folder / "card.md").write_text("z")
    with pytest.raises(DataError, match=r"card\.md is not as it was written"):
        read_bundle(tmp_path, kept.name)


def test_a_changed_manifest_is_refused(tmp_path: Path) -> None:
    kept = bundle(tmp_path)
    manifest = kept.folder / "bundle.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "recipe": "full"}))
    with pytest.raises(DataError, match="not as it was written"):
        read_bundle(tmp_path, kept.name)


def test_a_broken_champion_is_refused(tmp_path: Path) -> None:
    (tmp_path / "champion.json").write_text("{")
    with pytest.raises(DataError, match="cannot be read"):
        champion_of(tmp_path)


@pytest.mark.parametrize("name", ["../x", "", "0" * 16, "A" * 16])
def test_a_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFoundError):
        read_bundle(tmp_path, name)
