"""Both ends of a peer's program: `python -m MODULE GIVEN.npz ANSWER.npz`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

Arrays = Mapping[str, np.ndarray]
SECONDS = "cpu_seconds"
"""Array that a program adds to its answer: what it took, with importing and processes it began."""


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Every array of an `.npz` file, none of them pickled."""
    with np.load(path, allow_pickle=False) as held:
        return {name: held[name] for name in held.files}


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Arrays as an `.npz` file of exactly this name."""
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **dict[str, Any](arrays))


def run_program(work: Callable[[Arrays], Arrays]) -> None:
    """What a program does when it is run: read what is given, work, write the answer."""
    given, answer = sys.argv[1:]
    arrays = read_arrays(Path(given))
    made = dict(work(arrays))
    made[SECONDS] = np.array(sum(os.times()[:4]))
    write_arrays(Path(answer), made)
