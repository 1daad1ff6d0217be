"""The clock of time limits stands still while code is compiled."""

import time

import numba

from optimization.clock import solving_seconds


def test_seconds_of_compiling_are_not_counted() -> None:
    @numba.njit
    def inner(x: int) -> int:
        return x + 1

    @numba.njit
    def outer(x: int) -> int:
        return inner(x) * 2

    wall, clock = time.monotonic(), solving_seconds()
    assert outer(1) == 4
    wall, clock = time.monotonic() - wall, solving_seconds() - clock
    assert 0 <= clock < 0.5 * wall


def test_all_other_seconds_are_counted() -> None:
    begun = solving_seconds()
    time.sleep(0.02)
    assert solving_seconds() - begun >= 0.02
