"""The outbox: nothing lost while nobody answers, nothing sent twice when somebody does."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from experiments import outbox
from experiments.outbox import Record, Run
from experiments.tracking import drain

RECORD = Record(
    job="0123456789abcdef",
    experiment="restock-shop",
    run=Run("shop 2024-06-02", {"dataset": "shop"}, {"cost": 12.5}),
    children=(Run("local", {"forecast_mode": "local"}, {"cost": 12.5}), Run("full")),
)


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a server that is not there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{port}")
    return f"127.0.0.1:{port}"


def test_a_record_comes_back_as_it_was_put(tmp_path: Path) -> None:
    folder = outbox.put(tmp_path, RECORD, {"a.json": b"{}"})
    assert outbox.waiting(tmp_path) == [folder]
    assert outbox.read(folder) == RECORD
    assert (folder / "artifacts" / "a.json").read_bytes() == b"{}"


def test_the_same_job_waits_once(tmp_path: Path) -> None:
    outbox.put(tmp_path, RECORD, {})
    outbox.put(tmp_path, RECORD, {})
    assert len(outbox.waiting(tmp_path)) == 1


def test_what_was_taken_is_gone(tmp_path: Path) -> None:
    outbox.remove(outbox.put(tmp_path, RECORD, {}))
    assert outbox.waiting(tmp_path) == []
    assert os.listdir(tmp_path / "outbox") == []


def test_the_draft_of_a_killed_run_is_no_record(tmp_path: Path) -> None:
    (tmp_path / "outbox" / ".0123456789abcdef.x").mkdir(parents=True)
    assert outbox.waiting(tmp_path) == []


def test_without_an_answer_all_of_it_waits(tmp_path: Path, nobody: str) -> None:
    outbox.put(tmp_path, RECORD, {})
    found = drain(tmp_path)
    assert (found.sent, found.waiting) == (0, 1)
    assert nobody in found.reason
    assert json.loads((outbox.waiting(tmp_path)[0] / "record.json").read_text())["job"]


def test_an_empty_outbox_asks_nobody(tmp_path: Path, nobody: str) -> None:
    assert drain(tmp_path).reason == ""
