"""Work shared among threads: every place once, and errors come out."""

from __future__ import annotations

import pytest

from optimization.threads import in_blocks, on_threads


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_place_is_worked_once(threads: int) -> None:
    done: list[int] = []

    def work(place: int) -> int:
        done.append(place)
        return 3 * place

    assert on_threads(work, range(1000), threads) == list(range(0, 3000, 3))
    assert sorted(done) == list(range(1000))


@pytest.mark.parametrize("threads", [1, 3])
def test_blocks_are_all_there_is(threads: int) -> None:
    done: list[range] = []
    in_blocks(lambda begin, end: done.append(range(begin, end)), 1003, threads)
    assert sorted(place for block in done for place in block) == list(range(1003))


@pytest.mark.parametrize("threads", [1, 3])
def test_an_error_of_the_work_is_raised(threads: int) -> None:
    def work(place: int) -> None:
        if place == 7:
            raise ValueError("seven")

    with pytest.raises(ValueError, match="seven"):
        on_threads(work, range(50), threads)
