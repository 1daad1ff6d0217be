"""The calibration in the workspace: kept whole, read back the same, left aside where it must be."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.errors import DataError, NotFoundError
from planning.calibration import (
    FILE,
    LEVEL,
    PRICE,
    RULES,
    Calibration,
    calibration_for,
    read_calibration,
    write_calibration,
)

MADE = Calibration(
    dataset="shop",
    as_of="2024-04-28",
    unmet_demand="lost",
    split_by="supplier",
    factors={PRICE: {"": 0.5, "near": 0.7}, LEVEL: {"": 1.3}},
    rules=RULES,
    evidence={"windows": []},
)
DAY = np.datetime64("2024-04-28")


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_calibration(MADE, tmp_path / "workspace")
    assert read_calibration(tmp_path / "workspace") == MADE
    assert [path.name for path in (tmp_path / "workspace").iterdir()] == [FILE]


def test_factors_go_by_what_is_promised_and_by_group() -> None:
    terms = pd.DataFrame(
        {
            "target_kind": ["shortage_cost", "margin", "settings", "fill_rate", "shortage_cost"],
            "supplier": ["near", "far", "near", "near", None],
        }
    )
    np.testing.assert_array_equal(MADE.factor_of(terms), [0.7, 0.5, 1.3, 1.0, 0.5])


def test_one_that_knows_of_later_days_is_left_aside(tmp_path: Path) -> None:
    write_calibration(MADE, tmp_path)
    assert calibration_for(tmp_path, DAY, "lost").calibration == MADE
    earlier = calibration_for(tmp_path, DAY - 7, "lost")
    assert earlier.calibration is None
    assert "knows of days up to 2024-04-28" in earlier.sentence


def test_one_made_with_other_rules_is_left_aside(tmp_path: Path) -> None:
    write_calibration(MADE, tmp_path)
    assert "other rules" in calibration_for(tmp_path, DAY, "backordered").sentence
    write_calibration(dataclasses.replace(MADE, rules={"position": "another"}), tmp_path)
    assert "other rules" in calibration_for(tmp_path, DAY, "lost").sentence


def test_no_workspace_no_calibration(tmp_path: Path) -> None:
    used = calibration_for(None, DAY, "lost")
    assert (used.calibration, used.sentence, used.hash) == (None, "", "")
    used = calibration_for(tmp_path, DAY, "lost")
    assert (used.calibration, used.hash) == (None, "")
    assert "holds no calibration" in used.sentence
    with pytest.raises(NotFoundError, match="no such workspace"):
        calibration_for(tmp_path / "mistyped", DAY, "lost")


def changed(**fields: object) -> str:
    return json.dumps({**dataclasses.asdict(MADE), **fields})


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        changed(split_by="nonsense"),
        changed(split_by=5),
        changed(rules=None),
        changed(rules=["a"]),
        changed(as_of="NaT"),
        changed(as_of=None),
        changed(as_of=""),
        changed(factors={}),
        changed(factors={PRICE: {"": True}}),
        changed(factors={PRICE: {"": 1e-308}}),
        changed(factors={PRICE: {"": 10**400}}),
        changed(evidence=5),
        changed(surplus=1),
        "not json",
        "[]",
        "{}",
        json.dumps({**dataclasses.asdict(MADE), "factors": {PRICE: {"": -1.0}}}),
        json.dumps({**dataclasses.asdict(MADE), "factors": {PRICE: {"": "much"}}}),
        json.dumps({**dataclasses.asdict(MADE), "factors": {"luck": {"": 1.0}}}),
        json.dumps({**dataclasses.asdict(MADE), "factors": {PRICE: {"near": 1.0}}}),
        json.dumps({**dataclasses.asdict(MADE), "as_of": "soon"}),
        json.dumps({**dataclasses.asdict(MADE), "factors": {PRICE: {"": float("nan")}}}),
    ],
)
def test_a_broken_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(DataError, match="calibrat"):
        read_calibration(tmp_path)


def test_what_decides_is_in_the_hash_and_evidence_is_not() -> None:
    other = dataclasses.replace(MADE, evidence={"windows": [1]})
    assert other.hash == MADE.hash
    other = dataclasses.replace(MADE, factors={PRICE: {"": 0.7, "near": 0.7}})
    assert other.hash != MADE.hash
