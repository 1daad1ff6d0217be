"""Bundles: whole, named by their content, and one of them stands."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from domain.errors import ConflictError, DataError, NotFoundError
from domain.settings import Settings
from domain.settings_trees import TreesSetting
from planning.bundle import Bundle, champion_of, crown, keep_bundle, read_bundle, roll_back
from planning.dataset import Dataset
from planning.learned import learned

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


def test_trees_that_were_searched_for_are_learned_and_typed_ones_stay(tmp_path: Path) -> None:
    found = TreesSetting(leaves=9, lead=0.25)
    made = keep_bundle(tmp_path, {**ABOUT, "forecast_mode": "full", "trees": found}, {"a": b"x"})
    crown(tmp_path, made.name)
    assert read_bundle(tmp_path, made.name).manifest.trees == found
    day = np.datetime64("2024-06-09")
    plain, typed = Settings(), Settings(trees=TreesSetting(leaves=50))
    of = {one: learned(tmp_path, Dataset({}, one), day).dataset.settings for one in (plain, typed)}
    assert of[plain].trees == found
    assert of[typed].trees == typed.trees
    assert learned(None, Dataset({}, plain), day).dataset.settings == plain
