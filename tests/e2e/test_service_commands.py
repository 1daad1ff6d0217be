"""The commands around the service: keys, doctor, backup and restore, as people type them."""

from __future__ import annotations

import ctypes
import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from planning.store.service.open import open_store
from tests.e2e.shop import restock


def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """What a command printed, as JSON; what was printed before is forgotten."""
    return json.loads(capsys.readouterr().out)


def key(workspace: Path, capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    capsys.readouterr()
    asked = ("keys", "create", "--workspace", workspace, "--name", "erp", "--scope", "read")
    assert restock(*asked, *more, "--json") == 0
    return said(capsys)


def test_a_key_is_shown_once_and_kept_as_a_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = key(tmp_path, capsys, "--location", "north", "--approval-limit", "50")
    assert (told["scopes"], told["locations"], told["approval_limit"]) == (["read"], ["north"], 50)
    assert restock("keys", "list", "--workspace", tmp_path, "--json") == 0
    listed = capsys.readouterr().out
    assert told["secret"] not in listed
    assert [one["id"] for one in json.loads(listed)] == [told["id"]]
    assert told["secret"].encode() not in (tmp_path / "restock.db").read_bytes()
    store = open_store(tmp_path)
    found = store.find_key(hashlib.sha256(told["secret"].encode()).hexdigest())
    assert found is not None
    assert found.id == told["id"]
    store.close()


def test_rotated_and_revoked_keys_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = key(tmp_path, capsys)
    command = ("keys", "rotate", first["id"], "--workspace", tmp_path)
    assert restock(*command, "--overlap-hours", "0", "--json") == 0
    second = said(capsys)
    assert restock("keys", "revoke", second["id"], "--workspace", tmp_path) == 0
    assert restock("keys", "revoke", second["id"], "--workspace", tmp_path) == 0
    store = open_store(tmp_path)
    for secret in (first["secret"], second["secret"]):
        assert store.find_key(hashlib.sha256(secret.encode()).hexdigest()) is None
    store.close()
    assert restock(*command) == 2


@pytest.mark.parametrize("wrong", [("--scope", "everything"), ("--expires-days", "0")])
def test_a_key_that_cannot_be_is_not_made(tmp_path: Path, wrong: tuple[str, str]) -> None:
    asked = ("keys", "create", "--workspace", tmp_path, "--name", "x", "--scope", "read")
    assert restock(*asked, *wrong) == 2
    store = open_store(tmp_path)
    assert store.keys() == []
    store.close()


def findings(
    workspace: Path, capsys: pytest.CaptureFixture[str], code: int = 0
) -> dict[str, tuple[bool | None, str]]:
    capsys.readouterr()
    assert restock("doctor", "--workspace", workspace, "--json") == code
    return {one["what"]: (one["well"], one["sentence"]) for one in said(capsys)}


WELL = {"disk", "versions", "database", "history", "plans", "libgomp", "settings", "clock"}


def test_the_doctor_looks_at_all_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = findings(tmp_path, capsys)
    assert set(found) == WELL
    assert all(well is not False for well, _ in found.values())


def test_the_doctor_names_what_is_ill_and_looks_at_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    store = open_store(tmp_path)
    store.put_settings({"review_period_days": 7}, "ann")
    store.close()
    database = sqlite3.connect(tmp_path / "restock.db")
    database.execute('UPDATE table_rows SET "values" = \'{"review_period_days": -1}\'')
    database.commit()
    database.close()
    with monkeypatch.context() as patch:
        patch.setattr(ctypes, "CDLL", missing)
        found = findings(tmp_path, capsys, 2)
    assert found["settings"][0] is False
    assert "review_period_days" in found["settings"][1]
    assert found["libgomp"][0] is None
    (tmp_path / "restock.db").write_bytes(b"no database at all" * 1000)
    for leftover in tmp_path.glob("restock.db-*"):
        leftover.unlink()
    found = findings(tmp_path, capsys, 2)
    assert found["database"][0] is False
    assert found["disk"][0] is not False


def test_the_doctor_sees_a_clock_that_was_moved_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_store(tmp_path)
    store.create_key("erp", ["read"], "ann")
    store.close()
    database = sqlite3.connect(tmp_path / "restock.db")
    database.execute("UPDATE audit SET at = at + 3600")
    database.commit()
    database.close()
    assert findings(tmp_path, capsys, 2)["clock"][0] is False


def test_a_backup_becomes_the_service_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = key(tmp_path / "work", capsys)
    told = ("--out", tmp_path / "kept", "--json")
    assert restock("backup", "--workspace", tmp_path / "work", *told) == 0
    taken = said(capsys)
    assert restock("restore", tmp_path / "kept", "--workspace", tmp_path / "again", "--json") == 0
    assert said(capsys) == taken
    assert restock("keys", "list", "--workspace", tmp_path / "again", "--json") == 0
    assert [one["id"] for one in said(capsys)] == [made["id"]]
    assert restock("restore", tmp_path / "kept", "--workspace", tmp_path / "again") == 2
