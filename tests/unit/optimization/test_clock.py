"""The clock of time limits stands still while code is compiled."""

from types import SimpleNamespace

import numba
import pytest
from numba.core.event import Event, Listener, install_listener

from optimization import clock
from optimization.clock import solving_seconds

COMPILING = 100.0


class Wall(Listener):
    """A clock on the wall; each compiling takes `COMPILING` seconds of it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def on_start(self, event: Event) -> None:
        self.seconds += COMPILING

    def on_end(self, event: Event) -> None:
        pass


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    made = Wall()
    monkeypatch.setattr(clock, "time", SimpleNamespace(monotonic=lambda: made.seconds))
    return made


def test_seconds_of_compiling_are_not_counted(wall: Wall) -> None:
    @numba.njit
    def inner(x: int) -> int:
        return x + 1

    @numba.njit
    def outer(x: int) -> int:
        return inner(x) * 2

    before = solving_seconds()
    with install_listener("numba:compile", wall):
        assert outer(1) == 4
    assert wall.seconds >= 2 * COMPILING  # one within the other
    assert solving_seconds() == before


def test_all_other_seconds_are_counted(wall: Wall) -> None:
    before = solving_seconds()
    wall.seconds += 7.0
    assert solving_seconds() == before + 7.0
