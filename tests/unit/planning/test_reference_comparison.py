"""A plan's solve against the reference model, on a dataset."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planning import reference_comparison
from planning.pipeline import plan_dataset
from planning.reference_comparison import Comparison, compare
from planning.steps import Steps
from tests.e2e.shop import restock
from tests.unit.planning.two_places import two_places

pytestmark = pytest.mark.thorough

LIMITS = "[[budget]]\namount = 500.0\nperiod_days = 7\n"
ROOM = {"central": 120.0, "north": 60.0}


def compared(folder: Path, room: dict[str, float], settings: str) -> Comparison:
    plan = plan_dataset(two_places(folder, 3, 1, room, settings), None, None, {}, Steps())
    return compare(plan.situation, plan.decision)


@pytest.mark.parametrize(("room", "settings"), [({}, ""), (ROOM, LIMITS)])
def test_neither_beats_the_others_bound(
    tmp_path: Path, room: dict[str, float], settings: str
) -> None:
    found = compared(tmp_path, room, settings)
    ours, reference = found.ours, found.reference
    assert found.solved == found.planned == 8
    assert reference.objective >= ours.bound * (1 - 1e-6)
    assert ours.objective >= reference.bound * (1 - 1e-6)
    assert ours.objective <= reference.objective * 1.02
    assert "8 sku-locations:" in found.sentences[0]


def test_a_plan_with_more_than_the_model_holds_is_cut_within_its_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference_comparison, "MOST_SERIES", 3)
    found = compared(tmp_path, ROOM, LIMITS)
    assert (found.solved, found.planned) == (3, 8)
    assert found.reference.objective >= found.ours.bound * (1 - 1e-6)
    assert found.ours.objective >= found.reference.bound * (1 - 1e-6)
    assert "3 sku-locations of 8, those that cost most" in found.sentences[0]


def test_the_command_says_what_both_cost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = two_places(tmp_path / "data", 3, 1, {})
    assert restock("plan", data, "--out", tmp_path / "plan", "--reference", "--json") == 0
    told = json.loads(capsys.readouterr().out)["reference"]
    assert told["reference"]["status"] == "optimal"
    assert told["ours"]["objective"] == pytest.approx(told["reference"]["objective"], rel=1e-4)
    written = json.loads((tmp_path / "plan" / "summary.json").read_text(encoding="utf-8"))
    assert "reference" not in written
