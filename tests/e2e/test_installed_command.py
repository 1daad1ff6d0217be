"""The command as it is installed, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.shop import small_shop

COMMAND = str(Path(sys.executable).parent / "restock")


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    words = [COMMAND, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize("command", ["plan", "check", "forecast", "replay", "stress"])
def test_every_command_explains_itself(command: str) -> None:
    listed, explained = run("--help"), run(command, "--help")
    assert command in listed.stdout
    assert explained.returncode == 0
    assert "--json" in explained.stdout


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'pandas', 'numba', 'scipy', 'pulp', 'pydantic', 'rich'}"
    code = f"import sys, api.cli.main; print(sorted({heavy} & set(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


def test_a_plan_for_machines_is_one_json_object_and_the_files_are_there(tmp_path: Path) -> None:
    data = small_shop(skus=5).write(tmp_path / "data")
    done = run("plan", data, "--out", tmp_path / "plan", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert sorted(told["files"]) == sorted(path.name for path in (tmp_path / "plan").iterdir())
    assert told == {**json.loads((tmp_path / "plan/summary.json").read_text())}


def test_a_refusal_for_machines_is_one_json_object_and_code_2(tmp_path: Path) -> None:
    refused = run("plan", tmp_path / "nowhere", "--out", tmp_path / "plan", "--json")
    assert refused.returncode == 2
    assert {"what", "where", "mend"} <= json.loads(refused.stdout).keys()
    assert "Traceback" not in refused.stderr
