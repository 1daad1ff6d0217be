"""An address that is taken is refused in words, and nobody is told of one before it is open."""

import socket
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from api.http.serving import refuse_taken_address, when_open
from domain.errors import ConflictError

HOST = "127.0.0.1"


def test_a_taken_address_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        told = ["serve", "--workspace", str(tmp_path / "work"), "--port", str(port)]
        refused = CliRunner().invoke(app, told)
    assert isinstance(refused.exception, ConflictError)
    assert f"--port {port}" in str(refused.exception)
    assert list(tmp_path.iterdir()) == []
    refuse_taken_address(HOST, port)


def test_a_host_that_is_none_is_refused() -> None:
    with pytest.raises(ConflictError, match="no-such-host"):
        refuse_taken_address("no-such-host.invalid", 80)


def test_nothing_is_said_before_somebody_listens() -> None:
    said = threading.Event()
    with socket.socket() as one:
        one.bind((HOST, 0))
        when_open(HOST, one.getsockname()[1], said.set)
        assert not said.wait(0.2)
        one.listen()
        assert said.wait(30.0)
