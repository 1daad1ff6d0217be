"""The commands of docs/integration.md, run as they stand against a running service."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from planning.store.service.open import open_store

pytestmark = pytest.mark.thorough

GUIDE = Path(__file__).parents[2] / "docs" / "integration.md"
SECONDS = 300
SERVED = """
restock serve --workspace "$WORKSPACE" --port "$PORT" 2> log &
trap 'kill $!; wait $! || true' EXIT
until curl -sf "$URL/readyz" > /dev/null; do kill -0 $!; sleep 0.2; done
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_from_the_first_key_to_the_first_acknowledged_order(tmp_path: Path) -> None:
    first, *others = re.findall(
        r"^```sh\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.M | re.S
    )
    port, workspace = free_port(), tmp_path / "work"
    begin = (
        "set -euo pipefail\n"
        f'PATH="{Path(sys.executable).parent}:$PATH"\n'
        f'WORKSPACE="{workspace}" PORT={port} URL=http://127.0.0.1:{port}\n'
    )
    script = "\n".join((begin, first, SERVED, *others))
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS
    )
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr + log
    store = open_store(workspace)
    try:
        (line,) = store.of_skus(["A-100"])
        assert (line.state.value, line.erp_order_id) == ("acknowledged", "PO-2024-17")
        assert line.quantity > 0
        assert [len(store.on_order()[1]), len(store.plans(9).items)] == [1, 1]
        assert store.keys()[0].id in log
    finally:
        store.close()
    assert "rsk_" not in log
    assert '"event": "stopped"' in log
